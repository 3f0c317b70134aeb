import { hostname, release } from 'node:os';
import type { HostPredicate } from '../../compiler/bundle/signature/host-statement.ts';
import { FACETS } from '../../compiler/ir/facet.ts';
import { VERSION } from '../../compiler/version.ts';
import type { SandboxState } from './state-of.ts';

/** What is attested of a sandbox: what was seen of it, and nothing that was not. */
export function hostPredicate(
  state: SandboxState,
  verdict: HostPredicate['verdict'],
  now: number,
): HostPredicate {
  const { name, desired, running, probes, breakGlass, drift, enforcement, damage, notReadable } = state;
  const ofThis = probes !== null && probes.bundle === desired?.loaded.digest ? probes : null;
  const facets = FACETS.map((facet) => {
    const tried = ofThis?.facets.find((one) => one.facet === facet);
    const coverage = desired?.loaded.manifest.coverage[facet].kind ?? 'none';
    return { facet, coverage, tried: tried?.tried ?? 0, otherwise: tried?.otherwise ?? 0 };
  });
  const failing = [...drift, ...enforcement].filter(({ holds }) => !holds);
  return {
    host: hostname(),
    sandbox: name,
    at: new Date(now).toISOString(),
    kernel: release(),
    tool: VERSION,
    verdict,
    inForce: desired === null ? null : generationOf(desired),
    running: running !== null,
    facets,
    notEnforced: [
      ...damage.map(({ message }) => message),
      ...failing.map(({ what, desired: wanted, found }) => `${what}: ${found}, not ${wanted}`),
      ...notReadable.map((what) => `not seen: ${what}`),
      ...(desired?.loaded.manifest.waivers ?? []).map(({ gap, reason }) => `accepted gap ${gap}: ${reason}`),
      ...(desired?.record.exceptions ?? []).map(({ kind, reason }) => `accepted ${kind}: ${reason}`),
      ...(ofThis?.otherwise ?? []).map((words) => `probe: ${words}`),
    ],
    probed: ofThis === null ? null : { at: ofThis.at, kernel: ofThis.kernel },
    breakGlass,
  };
}

function generationOf({ number, record, loaded, last }: NonNullable<SandboxState['desired']>) {
  return {
    generation: number,
    bundle: loaded.digest,
    policy: loaded.manifest.policy,
    commit: record.commit,
    signer: record.signer,
    since: new Date(last.at).toISOString(),
  };
}
