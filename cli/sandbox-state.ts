import { lstatSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  sandboxNameInvalid,
  sandboxUnknown,
  stateFolderUnknown,
  stateUnreadable,
} from '../compiler/diagnostics/catalog/requests.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import {
  isSandboxName,
  type StateFolder,
  sandboxesFolder,
  stateFolder,
  stateFolderOf,
} from '../runtime/sandbox/state-folder.ts';
import type { StateArguments } from './arguments/state.ts';
import type { Io } from './io.ts';
import { isSystemProblem, systemProblem } from './system-problem.ts';

/** The state folders that a command line means, or why there is none. */
export type FoundStates =
  | { readonly ok: true; readonly states: readonly StateFolder[] }
  | { readonly ok: false; readonly problem: Diagnostic };

/**
 * Finds the state of the sandbox that is named, or of all sandboxes of this user where none is. A folder is told from a name
 * by a `/`.
 */
export function findStates(
  chosen: StateArguments,
  { environment, cwd }: Pick<Io, 'environment' | 'cwd'>,
): FoundStates {
  const folder = chosen.state ?? (chosen.sandbox?.includes('/') ? chosen.sandbox : null);
  if (folder !== null) return existing(stateFolder(resolve(cwd, folder)), folder);
  const { sandbox } = chosen;
  if (sandbox !== null && !isSandboxName(sandbox)) {
    return { ok: false, problem: diagnose(sandboxNameInvalid, null, { name: sandbox }) };
  }
  const sandboxes = sandboxesFolder(environment);
  if (sandboxes === null) return { ok: false, problem: diagnose(stateFolderUnknown, null, {}) };
  if (sandbox !== null) return existing(stateFolderOf(sandboxes, sandbox), sandbox);
  return reading(sandboxes, () => ({ ok: true, states: statesIn(sandboxes) }));
}

/** Says in place of a thrown error that the state cannot be read. */
export function reading<T>(
  folder: string,
  read: () => T,
): T | { readonly ok: false; readonly problem: Diagnostic } {
  try {
    return read();
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    const problem = diagnose(stateUnreadable, null, { folder, detail: systemProblem(error) });
    return { ok: false, problem };
  }
}

function existing(state: StateFolder, name: string): FoundStates {
  return reading(state.root, (): FoundStates => {
    const found = lstatSync(state.root, { throwIfNoEntry: false });
    if (found !== undefined) return { ok: true, states: [state] };
    return { ok: false, problem: diagnose(sandboxUnknown, null, { name, folder: state.root }) };
  });
}

/** Where no sandbox ever ran there is no folder, and that is no mistake. */
function statesIn(sandboxes: string): StateFolder[] {
  if (lstatSync(sandboxes, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(sandboxes)
    .filter(isSandboxName)
    .sort()
    .map((name) => stateFolder(join(sandboxes, name)));
}
