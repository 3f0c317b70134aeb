import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { Check } from '../../runtime/sandbox/enforced/checks.ts';
import type { SandboxState } from './state-of.ts';

/** What `-o json` says of a sandbox, and what is attested. */
export function stateJson(state: SandboxState, verdict: string): Readonly<Record<string, unknown>> {
  const { name, desired, running, gateway, probes, breakGlass, drift, enforcement } = state;
  return {
    name,
    verdict,
    desired: desired === null ? null : desiredJson(desired),
    running,
    gateway: gateway === null ? null : { policy: gateway.policy, connections: gateway.connections },
    probes,
    breakGlass,
    followed: state.followed,
    drift,
    enforcement,
    notReadable: ['Landlock rules of a process: only probes show them', ...state.notReadable],
  };
}

function desiredJson({ number, record, loaded, last }: NonNullable<SandboxState['desired']>) {
  const { commit, signer, issued, exceptions } = record;
  const { policy, target, tool } = loaded.manifest;
  return {
    generation: number,
    bundle: loaded.digest,
    policy,
    ...{ commit, signer, issued, exceptions, target, tool: tool.version },
    since: new Date(last.at).toISOString(),
    by: last.by,
    outcome: last.outcome,
  };
}

export function stateText(state: SandboxState, verdict: string): string {
  const { name, desired, running, gateway, probes, breakGlass } = state;
  const lines = [`${visible(name)}: ${verdict.toUpperCase()}`];
  for (const grant of breakGlass) lines.push(`  BREAK-GLASS  ${visible(grant)}: open, and in no commit`);
  if (desired !== null) {
    const { number, record, loaded, last } = desired;
    const { commit, signer, exceptions } = record;
    lines.push(
      `  in force     generation ${number} since ${new Date(last.at).toISOString()}, by ${visible(last.by)}, ${last.outcome}`,
      `  commit       ${commit ?? 'none that anybody vouches for'}`,
      `  signed       ${signer === null ? 'BY NOBODY' : visible(signer)}`,
      `  bundle       ${loaded.digest}`,
      ...exceptions.map(({ kind, reason }) => `  accepted     ${kind}: ${visible(reason)}`),
    );
  }
  lines.push(
    running === null
      ? '  running      nothing'
      : `  running      process ${running.process.pid} since ${new Date(running.since).toISOString()}, started under ${running.generation === null ? 'a blueprint of its own' : `generation ${running.generation}`}`,
  );
  if (gateway !== null)
    lines.push(`  egress       ${gateway.policy ?? 'no table'}, ${gateway.connections} connections`);
  if (state.followed !== null) lines.push(followedLine(state.followed));
  lines.push(...checkLines(state.drift, 'drift'), ...enforcementLines(state.enforcement));
  const tried = probes?.facets.reduce((sum, facet) => sum + facet.tried, 0) ?? 0;
  lines.push(
    probes === null
      ? '  probes       none are known'
      : `  probes       ${tried} of generation ${probes.generation}, at ${probes.at}, on Linux ${visible(probes.kernel)}`,
    `  Landlock     ${domainWords(state.domains)}what it holds was seen by those probes`,
    ...state.notReadable.map((what) => `  not seen     ${visible(what)}`),
  );
  return `${lines.join('\n')}\n`;
}

function followedLine({ repository, branch, last }: NonNullable<SandboxState['followed']>): string {
  const isGood = last.outcome === 'applied' || last.outcome === 'current';
  const outcome = isGood
    ? last.outcome
    : `${last.outcome.toUpperCase()} ${last.codes.map(visible).join(' ')}`;
  const commit = last.commit === null ? '' : ` at ${last.commit.slice(0, 12)}`;
  return `  follows      ${visible(repository)} ${visible(branch)}: ${outcome}${commit}, looked ${visible(last.at)}`;
}

function domainWords(domains: SandboxState['domains']): string {
  const inside = domains.filter(({ holds }) => holds).length;
  // One check that does not hold may be that nobody answers: the line about that says it.
  return inside === 0 ? '' : `${inside} of ${domains.length} processes are in its domain; `;
}

function checkLines(checks: readonly Check[], kind: string): string[] {
  return checks
    .filter(({ holds }) => !holds)
    .map(
      ({ what, desired, found }) =>
        `  ${kind.toUpperCase().padEnd(12)} ${visible(what)}: ${visible(found)}, not ${visible(desired)}`,
    );
}

/** Counted, and named where one does not hold. */
function enforcementLines(checks: readonly Check[]): string[] {
  if (checks.length === 0) return [];
  const holding = checks.filter(({ holds }) => holds).length;
  return [
    `  kernel       ${holding} of ${checks.length} things that confine its processes are there`,
    ...checkLines(checks, 'not there'),
  ];
}
