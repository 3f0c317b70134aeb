import type { Target } from '../compiler/backends/target.ts';
import { emitAll } from '../compiler/bundle/emit-all.ts';
import { probePlan } from '../compiler/bundle/probe-plan.ts';
import { launcherMissing } from '../compiler/diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import { environmentInside } from '../compiler/ir/process.ts';
import { probePath } from '../runtime/launcher/locate.ts';
import { detectHost } from '../runtime/sandbox/host.ts';
import { type SandboxStart, startSandbox } from '../runtime/sandbox/start.ts';
import { type AttemptEnd, type Verified, verify } from '../runtime/sandbox/verify/verify.ts';
import type { Io } from './io.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';
import { copyProbe, type ProbeCopy } from './probe-copy.ts';

/** What is probed: a policy, for which target its plan is made, and with which launcher. */
export interface Probed {
  readonly policy: Policy;
  readonly target: Target;
  readonly launcher: string;
}

/** What the probes need beside what every agent needs. */
export const PROBE_HINTS = {
  exec: 'the probes run from the folder for temporary files; `TMPDIR` names one without noexec',
};

/** Milliseconds that one probe may take, its sandbox included. */
const TIME_LIMIT = 10_000;

/** Tries a policy's boundaries in fresh sandboxes on this host; a finding where the probe program is missing. */
export async function probeBoundaries(probed: Probed, io: Io): Promise<Verified | Diagnostic> {
  const built = probePath(PACKAGE_FOLDER, probed.target.architecture);
  if (!built.isThere) return diagnose(launcherMissing, null, { path: built.path });
  const copy = copyProbe(built.path);
  try {
    return await probe(probed, copy, io);
  } finally {
    copy.remove();
  }
}

async function probe({ policy, target, launcher }: Probed, copy: ProbeCopy, io: Io): Promise<Verified> {
  const plan = probePlan(policy, target, copy.program);
  const showProgress = io.stderr.isTerminal;
  const outcome = await verify({
    policy,
    architecture: target.architecture,
    limits: emitAll(policy, target).parts.plannedLimits ?? [],
    // A best-effort plan makes no domain where this kernel has no Landlock.
    hasWitness: target.landlockAbi > 0 && detectHost(launcher).landlockAbi > 0,
    environment: io.environment,
    attempt: (words, outside) =>
      attempt({
        launcher,
        plan,
        argv: [copy.program, ...words],
        env: environmentInside(policy.process, outside),
        stdio: ['ignore', 'ignore', 'ignore'],
      }),
    onProgress: (done, total) => {
      if (showProgress) io.stderr.write(`\r${done} of ${total} probes`);
    },
  });
  // Clears the line of the count.
  if (showProgress) io.stderr.write('\r\u001b[K');
  return outcome;
}

/** One probe in a sandbox of its own; one that hangs is ended. */
async function attempt(start: SandboxStart): Promise<AttemptEnd> {
  const { child, outcome } = startSandbox(start);
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    child.kill('SIGKILL');
  }, TIME_LIMIT);
  const end = await outcome;
  clearTimeout(timer);
  if (hangs) return { kind: 'timed-out' };
  if (end.started) return { kind: 'exited', code: end.exitCode };
  return { kind: 'not-started', failure: end };
}
