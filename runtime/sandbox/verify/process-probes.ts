import { decide } from '../../../compiler/ir/decide.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import type { Probe } from './probe.ts';

/** A variable that is set outside for every probe and that no blueprint passes on. */
export const UNPASSED_VARIABLE = 'NEMOCLAW_PROBE_UNPASSED';

/** Who the agent is inside, what it may become, which variables it sees, and whether it reaches processes outside. */
export function processProbes(
  policy: Policy,
  outside: { uid: number; pid: number },
  environment: NodeJS.ProcessEnv,
): Probe[] {
  const { identity } = policy.process;
  const inside = identity.kind === 'user' ? identity.uid : outside.uid;
  const fixed = (
    words: string,
    attempt: readonly string[],
    expected: Probe['expected'],
    because: string,
  ): Probe => ({
    facet: 'process',
    boundary: 'identity',
    words,
    attempt,
    expected,
    because,
    refusals: 'any',
    leavesBehind: null,
  });
  return [
    fixed(`act as user ${inside}`, ['user', String(inside)], 'works', policy.process.grant.id),
    fixed(`act as user ${inside + 1}`, ['user', String(inside + 1)], 'refused', policy.process.grant.id),
    fixed('use a capability', ['capabilities'], 'refused', 'no agent has capabilities'),
    fixed('gain privileges by executing', ['new-privileges'], 'refused', 'no agent gains privileges'),
    fixed(
      'signal the process that started it',
      ['signal', String(outside.pid)],
      'refused',
      'outside of the sandbox',
    ),
    ...[...environmentNames(policy, environment), UNPASSED_VARIABLE].map((name) => variable(policy, name)),
  ];
}

/** For each entry one variable that is set outside and that it covers. */
function environmentNames(policy: Policy, environment: NodeJS.ProcessEnv): string[] {
  const names = policy.process.environment.flatMap(({ name, value }) => {
    if (value !== null) return [name];
    const prefix = name.endsWith('*') ? name.slice(0, -1) : null;
    const set = Object.keys(environment).sort();
    return set.filter((each) => (prefix === null ? each === name : each.startsWith(prefix))).slice(0, 1);
  });
  return [...new Set(names)];
}

function variable(policy: Policy, name: string): Probe {
  const decision = decide(policy, { facet: 'process', environment: name });
  const isSet = decision.verdict === 'allow' || decision.by !== null;
  return {
    facet: 'process',
    boundary: 'environment',
    words: `see the variable ${name}`,
    attempt: ['variable', name],
    expected: isSet ? 'works' : 'refused',
    because: decision.by?.id ?? 'nothing passes it on',
    refusals: 'any',
    leavesBehind: null,
  };
}
