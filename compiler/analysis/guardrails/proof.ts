import type { Access } from '../../ir/access.ts';
import { describeAccess } from '../../ir/access-words.ts';
import { decide } from '../../ir/decide.ts';
import type { Origin } from '../../ir/origin.ts';
import type { Policy } from '../../ir/policy.ts';

/** What came of holding one policy against one guardrail. */
export type Proof =
  /** No access there is breaks it. */
  | { readonly outcome: 'proved' }
  | { readonly outcome: 'broken'; readonly counterexamples: readonly Counterexample[] }
  /** Too intricate to look at every access; treat it as broken. */
  | { readonly outcome: 'inconclusive'; readonly dimension: string };

/** Something that the policy has and the guardrail forbids. */
export interface Counterexample {
  /** An access that `decide` allows; null where the fault is in what an entry does not say. */
  readonly access: Access | null;
  /** What is wrong, in words that stand by themselves. */
  readonly words: string;
  /** The entry that is at fault. */
  readonly origin: Origin;
}

export const PROVED: Proof = { outcome: 'proved' };

export function brokenBy(counterexamples: readonly Counterexample[]): Proof {
  return counterexamples.length === 0 ? PROVED : { outcome: 'broken', counterexamples };
}

/** An access as a counterexample. It has to be one: an access that the policy denies is a bug of the proof. */
export function allowedAccess(policy: Policy, access: Access): Counterexample {
  const decision = decide(policy, access);
  if (decision.verdict !== 'allow') {
    throw new Error(`a counterexample is denied: ${describeAccess(access)}`);
  }
  return { access, words: `the agent can ${describeAccess(access)}`, origin: decision.by.origin };
}
