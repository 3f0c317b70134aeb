import { launchFailed } from '../compiler/diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import type { StartFailure } from '../runtime/sandbox/start-outcome.ts';
import { errorName } from '../runtime/sandbox/verify/probe.ts';

/**
 * Which step of a launch failed, at the entry of the path that it names, and what to do.
 *
 * @param hints by step, where the command knows more than what holds for every launch
 */
export function launchFailure(
  { step, detail, errno }: StartFailure,
  { filesystem }: Policy,
  hints: Readonly<Record<string, string>> = {},
): Diagnostic {
  const error = errno === 0 ? 'no answer of the kernel' : errorName(errno);
  const entry = filesystem.entries.find(({ path }) => path === detail);
  return diagnose(launchFailed, entry?.grant.origin.span ?? null, {
    step,
    detail,
    error,
    hint: hints[step] ?? HINTS[step] ?? null,
  });
}

const OTHER_MACHINE =
  'this machine does not offer what the target says; `nemoclaw validate -t host FILE` asks what it can enforce';

const NO_MORE_PROCESSES = 'this user may have no more processes; `ulimit -u` shows how many';

const HINTS: Readonly<Record<string, string>> = {
  exec: 'name a program that is there inside, and that the blueprint lets the agent read and execute',
  view: 'a path that may be missing on this host takes `optional: true` in the blueprint',
  workdir: 'the folder that the agent starts in must be there and granted; `--workdir DIR` names another',
  identity: 'a named user can only be taken on by root, or by that user',
  plan: 'the launcher and the compiler are of different versions: run `npm run build`',
  namespaces: OTHER_MACHINE,
  landlock: OTHER_MACHINE,
  seccomp: OTHER_MACHINE,
  fork: NO_MORE_PROCESSES,
  witness: NO_MORE_PROCESSES,
};
