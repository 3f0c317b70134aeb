import { hostDamaged } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { type ReadGeneration, readCurrent, readSwitches } from '../../runtime/sandbox/generations/read.ts';
import type { GenerationRecord, Switch } from '../../runtime/sandbox/generations/records.ts';
import type { HostPlace } from '../host-place.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';
import { type LoadedBundle, loadBundle } from './loaded-bundle.ts';

/** The generation in force, proved and understood. */
export interface InForce {
  readonly number: number;
  readonly record: GenerationRecord;
  readonly loaded: LoadedBundle;
  readonly last: Switch;
}

export type FoundInForce =
  | { readonly ok: true; readonly inForce: InForce | null }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads what is in force from the folder of the generations; null where nothing was ever applied. */
export function generationInForce(folder: string, host: HostPlace): FoundInForce {
  const read = reading(folder);
  if (read === null) return { ok: true, inForce: null };
  if ('problem' in read) return { ok: false, diagnostics: [damaged(read.problem)] };
  const { current, last } = read;
  if (!current.ok) return { ok: false, diagnostics: [damaged(current.problem)] };
  const { record, bundle, sources } = current;
  const found = loadBundle(bundle, sources, `generation ${record.number}`, host);
  if (!found.ok) return found;
  return { ok: true, inForce: { number: record.number, record, loaded: found.loaded, last } };
}

function reading(
  folder: string,
): { readonly current: ReadGeneration; readonly last: Switch } | { readonly problem: string } | null {
  try {
    const switches = readSwitches(folder);
    if (!switches.ok) return { problem: switches.problem };
    const last = switches.value.at(-1);
    const current = readCurrent(folder);
    return last === undefined || current === null ? null : { current, last };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return { problem: systemProblem(error) };
  }
}

export function damaged(problem: string): Diagnostic {
  return diagnose(hostDamaged, null, { problem });
}
