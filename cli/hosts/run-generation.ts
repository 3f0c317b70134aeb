import { hostNothingApplied, hostRunning, hostUnproved } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { endedGrants } from '../../compiler/ir/ended-grants.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type HostPlace, hostPlace } from '../host-place.ts';
import type { Io } from '../io.ts';
import { generationInForce, type InForce } from './in-force.ts';
import { changing, intoForce } from './into-force.ts';
import type { SandboxPlace } from './sandbox-place.ts';

export type Startable =
  | {
      readonly ok: true;
      readonly inForce: InForce;
      readonly host: HostPlace;
      readonly findings: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly diagnostics: readonly Diagnostic[] };

/**
 * The generation under which a sandbox may be started. One whose probes nobody has seen, because whoever applied it was killed, is
 * probed first; one whose probes failed is not started.
 */
export async function startableGeneration(place: SandboxPlace, io: Io): Promise<Startable> {
  const host = hostPlace(io);
  if ('code' in host) return no(EXIT.notEnforced, [host]);
  const { generations } = place.state;
  let found = generationInForce(generations, host);
  const findings: Diagnostic[] = [];
  if (found.ok && found.inForce?.last.outcome === 'probing') {
    const settled = await settle(place, host, io);
    if (!settled.ok) return settled;
    findings.push(...settled.findings);
    found = generationInForce(generations, host);
  }
  if (!found.ok) return no(EXIT.notEnforced, [...findings, ...found.diagnostics]);
  const { inForce } = found;
  if (inForce === null) return no(EXIT.invalid, [diagnose(hostNothingApplied, null, { name: place.name })]);
  if (inForce.last.outcome !== 'proved') {
    return no(EXIT.notEnforced, [...findings, diagnose(hostUnproved, null, { number: inForce.number })]);
  }
  const ended = endedGrants(inForce.loaded.policy, io.now());
  if (ended.length > 0) return no(EXIT.invalid, ended);
  return { ok: true, inForce, host, findings };
}

type Settled =
  | { readonly ok: true; readonly findings: readonly Diagnostic[] }
  | Extract<Startable, { ok: false }>;

/** Goes on from where a killed process left a switch. */
async function settle(place: SandboxPlace, host: HostPlace, io: Io): Promise<Settled> {
  const changed = await changing(place, async (store): Promise<Settled> => {
    const found = generationInForce(place.state.generations, host);
    if (!found.ok) return no(EXIT.notEnforced, found.diagnostics);
    const { inForce } = found;
    if (inForce === null || inForce.last.outcome !== 'probing') return { ok: true, findings: [] };
    const came = await intoForce({ store, place, host, io }, inForce.number, inForce.loaded, null);
    return { ok: true, findings: came.findings };
  });
  return changed.ok ? changed.value : no(changed.exitCode, [changed.problem]);
}

export function runsAlready({ name }: SandboxPlace, pid: number | null): Diagnostic {
  return diagnose(hostRunning, null, { name, pid });
}

function no(exitCode: ExitCode, diagnostics: readonly Diagnostic[]): Extract<Startable, { ok: false }> {
  return { ok: false, exitCode, diagnostics };
}
