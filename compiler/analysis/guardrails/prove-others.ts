import { BitSpace } from '../../domain/bits.ts';
import { globMatches } from '../../domain/glob.ts';
import { hostMatches, parseHost } from '../../domain/host.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments } from '../../ir/canonical/syscalls.ts';
import type { InferenceRoute } from '../../ir/inference.ts';
import type { Policy } from '../../ir/policy.ts';
import { type EnvironmentEntry, environmentEntryFor } from '../../ir/process.ts';
import type { InferenceSet } from './guardrail.ts';
import { allowedAccess, brokenBy, type Counterexample, type Proof } from './proof.ts';

/** Whether one of the calls is allowed with any arguments; the example is the smallest. */
export function proveSyscalls(policy: Policy, names: readonly string[]): Proof {
  const found: Counterexample[] = [];
  for (const name of new Set(names)) {
    const rules = policy.syscalls.entries.filter(({ rule }) => rule.name === name).map(({ rule }) => rule);
    const space = new BitSpace(ARGUMENTS, ARGUMENT_NODES);
    const args = space.smallest(allowedArguments(space, rules));
    if (space.exhausted) return { outcome: 'inconclusive', dimension: name };
    if (args !== null) found.push(allowedAccess(policy, { facet: 'syscalls', name, args }));
  }
  return brokenBy(found);
}

/** Whether a variable with one of the names, or of the beginnings that end in `*`, passes in or has a fixed value. */
export function proveEnvironment(policy: Policy, variables: readonly string[]): Proof {
  const found = new Map<string, Counterexample>();
  for (const variable of variables) {
    for (const entry of policy.process.environment) {
      const { name, value } = entry;
      if (value !== null) {
        if (isMeant(variable, name)) found.set(name, fixedVariable(entry, value));
        continue;
      }
      const common = commonName(policy, variable, name);
      if (common !== null)
        found.set(common, allowedAccess(policy, { facet: 'process', environment: common }));
    }
  }
  return brokenBy([...found.values()]);
}

function isMeant(variable: string, name: string): boolean {
  return variable.endsWith('*') ? name.startsWith(variable.slice(0, -1)) : name === variable;
}

/** No access tells of it: `decide` is asked about the value outside, which stays there. */
function fixedVariable({ name, grant }: EnvironmentEntry, value: string): Counterexample {
  return {
    access: null,
    words: `the agent finds \`${value}\` in the variable \`${name}\``,
    origin: grant.origin,
  };
}

/** A name that both speak about and that passes in, or null. One that no entry names is made longer than them all. */
function commonName(policy: Policy, one: string, other: string): string | null {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  const isIncluded = shorter.endsWith('*') ? longer.startsWith(shorter.slice(0, -1)) : shorter === longer;
  if (!isIncluded) return null;
  const stem = longer.replace(/\*$/, '');
  const passes = (name: string) => environmentEntryFor(policy.process, name)?.value === null;
  if (!longer.endsWith('*')) return passes(stem) ? stem : null;
  const longest = Math.max(...policy.process.environment.map(({ name }) => name.length));
  return (
    [stem, `${stem}X`, stem.padEnd(longest + 1, 'X')].find((name) => name !== '' && passes(name)) ?? null
  );
}

/** Whether a model may be called that the set holds. */
export function proveInference(policy: Policy, calls: InferenceSet): Proof {
  const found = policy.inference.routes.flatMap((route) => {
    if (!concerns(route, calls)) return [];
    const model = forbiddenModel(route, calls);
    return model === null ? [] : [allowedAccess(policy, { facet: 'inference', route: route.name, model })];
  });
  return brokenBy(found);
}

function concerns({ provider, endpoint }: InferenceRoute, { providers, hosts }: InferenceSet): boolean {
  if (providers.kind === 'only' && !providers.of.includes(provider)) return false;
  if (hosts.kind !== 'only') return true;
  const host = parseHost(new URL(endpoint).hostname);
  return host.ok && hosts.of.some((pattern) => hostMatches(pattern, host.host));
}

/** With any model allowed, the patterns themselves read as names do: a wildcard is any text, so it may be nothing. */
function forbiddenModel({ models }: InferenceRoute, { models: forbidden }: InferenceSet): string | null {
  if (models.kind === 'none') return null;
  if (models.kind === 'only') {
    return (
      models.of.find(
        (name) => forbidden.kind !== 'only' || forbidden.of.some((glob) => globMatches(glob, name)),
      ) ?? null
    );
  }
  if (forbidden.kind !== 'only') return 'any';
  return forbidden.of[0]?.text.replaceAll('*', '').replaceAll('?', 'x') ?? null;
}
