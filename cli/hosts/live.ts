import { readFileSync } from 'node:fs';
import { hostHeld, hostNewProcess, hostTableRefused } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { readTable } from '../../compiler/ir/egress-table/read.ts';
import { openBreakGlass } from '../../runtime/sandbox/enforced/break-glass.ts';
import { gatewayInForce, replaceTable } from '../../runtime/sandbox/gateway-control.ts';
import { readGeneration } from '../../runtime/sandbox/generations/read.ts';
import { type RunningSandbox, readRunning } from '../../runtime/sandbox/running.ts';
import { TABLE, writeWhole } from '../gateway-door.ts';
import type { HostPlace } from '../host-place.ts';
import type { Io } from '../io.ts';
import { tableInForce } from '../table-in-force.ts';
import { type LoadedBundle, loadBundle } from './loaded-bundle.ts';
import { touchedBy } from './mixing.ts';
import type { SandboxPlace } from './sandbox-place.ts';

/** What became of what runs just now. */
export type Effect = { readonly findings: readonly Diagnostic[] } & (
  | { readonly kind: 'nothing-runs' | 'replaced' | 'unchanged' | 'held' }
  | { readonly kind: 'refused' }
);

/**
 * Gives a running sandbox the egress table of the generation that came into force, where that is not less than one of the two
 * generations (see `mixing.ts`), and asks the gateway whether it has it.
 */
export async function takeEffect(
  { state }: SandboxPlace,
  number: number,
  next: LoadedBundle,
  host: HostPlace,
  { now }: Pick<Io, 'now'>,
): Promise<Effect> {
  const inForce = await gatewayInForce(state.egressControl);
  if (!inForce.ok && inForce.reason === 'absent') return { kind: 'nothing-runs', findings: [] };
  const read = readRunning(state.running);
  const running = read.ok ? read.running : null;
  const under = running?.generation ?? null;
  const launched = running === null ? null : launchedUnder(state.generations, running, next, host);
  // Of what is not known it cannot be said that the table may go with it.
  const touched = launched === null ? null : touchedBy(launched, next);
  const findings = touched?.sameLaunch === true ? [] : [diagnose(hostNewProcess, null, { number })];
  const table = tableOf(next, state.generations, number);
  if (touched === null || !touched.mayMix) {
    return { kind: 'held', findings: [...findings, diagnose(hostHeld, null, { number, running: under })] };
  }
  const before = bytesIn(state.egressTable);
  const isOfNext = (policy: string | null) =>
    policy === next.manifest.policy || policy === openPolicy(state.egressAllowed, table, now());
  const isInForce = inForce.ok && isOfNext(inForce.policy);
  if (isInForce && before !== null && Buffer.compare(before, table) === 0)
    return { kind: 'unchanged', findings };
  writeWhole(state.egressTable, table);
  const openBefore = openPolicy(state.egressAllowed, table, now());
  const replaced = await replaceTable(state.egressControl, state.egressTable);
  // One that is let through for a while may begin or end in between.
  if (replaced.ok && (isOfNext(replaced.policy) || replaced.policy === openBefore))
    return { kind: 'replaced', findings };
  if (before !== null) writeWhole(state.egressTable, before);
  const problem = replaced.ok ? `it says that it has ${replaced.policy}` : replaced.problem;
  return { kind: 'refused', findings: [diagnose(hostTableRefused, null, { problem })] };
}

/** As the gateway reads it, with the commit that the generation is of. */
function tableOf(next: LoadedBundle, generations: string, number: number): Uint8Array {
  const table = next.artifacts.get(TABLE);
  if (table === undefined) throw new Error('a bundle was made without an egress table');
  const kept = readGeneration(generations, number);
  if (!kept.ok) throw new Error(`a generation that was whole is not: ${kept.problem}`);
  return tableInForce(table, kept.record.commit);
}

/** What a gateway names which has a table in force together with what people let through for a while; null where there is none. */
function openPolicy(allowed: string, table: Uint8Array, now: number): string | null {
  const read = readTable(new TextDecoder().decode(table));
  return read.ok ? openBreakGlass(allowed, now).policyOf(read.table) : null;
}

/** The bundle whose launch rules the running process has; null where this host cannot say which that is. */
export function launchedUnder(
  generations: string,
  { generation: number, bundle: digest }: RunningSandbox,
  inForce: LoadedBundle,
  host: HostPlace,
): LoadedBundle | null {
  if (digest === inForce.digest) return inForce;
  if (number === null) return null;
  const found = readGeneration(generations, number);
  if (!found.ok || found.bundle.digest !== digest) return null;
  const loaded = loadBundle(found.bundle, found.sources, `generation ${number}`, host);
  return loaded.ok ? loaded.loaded : null;
}

function bytesIn(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
