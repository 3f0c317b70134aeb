import { resolve } from 'node:path';
import {
  sandboxNameInvalid,
  stateFolderUnknown,
  stateWithinReach,
} from '../../compiler/diagnostics/catalog/gateway.ts';
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

/** A sandbox by its name, and where everything about it lies. */
export interface SandboxPlace {
  readonly name: string;
  readonly state: StateFolder;
}

export type FoundPlace =
  | { readonly ok: true; readonly place: SandboxPlace }
  | { readonly ok: false; readonly problem: Diagnostic };

/** Where the state of a sandbox is, whether or not there is any yet. */
export function sandboxPlace(
  name: string,
  state: string | null,
  { environment, cwd }: Pick<Io, 'environment' | 'cwd'>,
): FoundPlace {
  if (!isSandboxName(name)) return { ok: false, problem: diagnose(sandboxNameInvalid, null, { name }) };
  if (state !== null) return { ok: true, place: { name, state: stateFolder(resolve(cwd, state)) } };
  const sandboxes = sandboxesFolder(environment);
  if (sandboxes === null) return { ok: false, problem: diagnose(stateFolderUnknown, null, {}) };
  return { ok: true, place: { name, state: stateFolderOf(sandboxes, name) } };
}

/** Why an agent could change its own log and its own rules; null where it could not. */
export function reachOfState(policy: Policy, { root }: StateFolder): Diagnostic | null {
  const reaching = entryThatReaches(policy, root);
  if (reaching === null) return null;
  const { path, grant } = reaching;
  return diagnose(stateWithinReach, grant.origin.span, { state: root, path });
}
