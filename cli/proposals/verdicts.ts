import type { Proof } from '../../compiler/analysis/guardrails/proof.ts';
import { prove } from '../../compiler/analysis/guardrails/prove.ts';
import { proposalGuardrail } from '../../compiler/diagnostics/catalog/proposals.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../../compiler/diagnostics/entry.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import { loadGuardrails } from '../guardrails-file.ts';
import type { Io } from '../io.ts';
import type { Edited } from './edit.ts';
import { type Step, stop } from './outcome.ts';

/** One guardrail held against the blueprint before and after. */
export interface GuardrailVerdict {
  readonly name: string;
  readonly reason: string | null;
  readonly before: Proof['outcome'];
  readonly after: Proof['outcome'];
  /** Accesses that break it, in words. */
  readonly examples: readonly string[];
}

/** Holds guardrails against both policies. @param named a file, or `default` for the shipped ones */
export function guardrailVerdicts(
  named: string,
  { old, next }: Pick<Edited, 'old' | 'next'>,
  bindings: Bindings,
  io: Io,
): Step<{ readonly verdicts: readonly GuardrailVerdict[]; readonly notes: readonly Diagnostic[] }> {
  const { guardrails, diagnostics } = loadGuardrails(named, bindings, io);
  if (guardrails === null || hasErrors(diagnostics)) return stop(...diagnostics);
  const verdicts = guardrails.map(({ name, reason, property }): GuardrailVerdict => {
    const after = prove(next, property, io.now());
    return {
      name,
      reason,
      before: prove(old, property, io.now()).outcome,
      after: after.outcome,
      examples: after.outcome === 'broken' ? after.counterexamples.map(({ words }) => words) : [],
    };
  });
  const notes = verdicts.flatMap(({ name, before, after, examples }) =>
    after === 'broken' && before !== 'broken'
      ? [diagnose(proposalGuardrail, null, { guardrail: name, example: examples[0] ?? 'it can be broken' })]
      : [],
  );
  return { ok: true, verdicts, notes };
}
