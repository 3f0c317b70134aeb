import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  sandboxNameInvalid,
  stateFolderUnknown,
  stateWithinReach,
} from '../../compiler/diagnostics/catalog/gateway.ts';
import { hostStateOpen } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import {
  isSandboxName,
  type StateFolder,
  sandboxesFolder,
  stateFolder,
  stateFolderOf,
} from '../../runtime/sandbox/state-folder.ts';
import type { Io } from '../io.ts';
import { entryThatReaches } from '../state-within-reach.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

/** A sandbox by its name, and where everything about it lies. */
export interface SandboxPlace {
  readonly name: string;
  readonly state: StateFolder;
}

export type FoundPlace =
  | { readonly ok: true; readonly place: SandboxPlace }
  | { readonly ok: false; readonly problem: Diagnostic };

/** Where the state of a sandbox is, whether or not there is any yet. One that others may write to is none. */
export function sandboxPlace(
  name: string,
  state: string | null,
  { environment, cwd }: Pick<Io, 'environment' | 'cwd'>,
): FoundPlace {
  if (!isSandboxName(name)) return { ok: false, problem: diagnose(sandboxNameInvalid, null, { name }) };
  if (state !== null) return ofThisUser({ name, state: stateFolder(resolve(cwd, state)) });
  const sandboxes = sandboxesFolder(environment);
  if (sandboxes === null) return { ok: false, problem: diagnose(stateFolderUnknown, null, {}) };
  return ofThisUser({ name, state: stateFolderOf(sandboxes, name) });
}

const WRITABLE_BY_OTHERS = 0o022;

function ofThisUser(place: SandboxPlace): FoundPlace {
  const problem = stateOpenToOthers(place.state);
  return problem === null ? { ok: true, place } : { ok: false, problem };
}

/** Null where nobody else could put another state in the place of this one. */
export function stateOpenToOthers({ root }: StateFolder): Diagnostic | null {
  const problem = openToOthers(root);
  return problem === null ? null : diagnose(hostStateOpen, null, { problem, folder: root });
}

function openToOthers(root: string): string | null {
  let found: ReturnType<typeof lstatSync>;
  try {
    found = lstatSync(root, { throwIfNoEntry: false });
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return systemProblem(error);
  }
  if (found === undefined) return null;
  if (!found.isDirectory()) return `${root} is no folder of its own`;
  if (found.uid !== process.getuid?.()) return `${root} belongs to another user`;
  if ((Number(found.mode) & WRITABLE_BY_OTHERS) !== 0) return `others may write to ${root}`;
  return null;
}

/** Why an agent could change its own log and its own rules; null where it could not. */
export function reachOfState(policy: Policy, { root }: StateFolder): Diagnostic | null {
  const reaching = entryThatReaches(policy, root);
  if (reaching === null) return null;
  const { path, grant } = reaching;
  return diagnose(stateWithinReach, grant.origin.span, { state: root, path });
}
