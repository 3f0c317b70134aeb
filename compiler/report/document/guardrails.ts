import type { Guardrail } from '../../analysis/guardrails/guardrail.ts';
import type { Proof } from '../../analysis/guardrails/proof.ts';
import type { Phrase } from '../phrase.ts';
import { type Place, placeOf } from './permission.ts';
import { fromQuoted } from './phrase.ts';

/** One guardrail held against the policy. */
export interface GuardrailVerdict {
  readonly name: string;
  readonly reason: string | null;
  readonly outcome: Proof['outcome'];
  /** What breaks it; empty unless it is broken. */
  readonly examples: readonly { readonly words: Phrase; readonly place: Place }[];
}

export function guardrailVerdict({ name, reason }: Guardrail, proof: Proof): GuardrailVerdict {
  const found = proof.outcome === 'broken' ? proof.counterexamples : [];
  return {
    name,
    reason,
    outcome: proof.outcome,
    examples: found.map(({ words, origin }) => ({ words: fromQuoted(words), place: placeOf({ origin }) })),
  };
}
