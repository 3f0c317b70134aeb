import { SEVERITIES, type Severity } from '../compiler/analysis/difference/change.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../compiler/diagnostics/entry.ts';
import { type Comparison, overallVerdict } from '../compiler/report/difference/comparison.ts';
import type { Answered } from './approvals.ts';
import type { Evidence } from './evidence.ts';
import { FAIL_ON, type FailOn } from './inputs.ts';

/** `invalid`: a policy cannot be read or compared, a lock is wrong or a test fails. `failed`: the gate could not do its work. */
export type Verdict = 'equal' | 'narrows' | 'widens' | 'both' | 'inconclusive' | 'invalid' | 'failed';

/** What comes out of the gate. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Also where it is not known: only what is shown not to widen does not. */
  readonly widens: boolean;
  /** The worst of what is new; `unknown` where nobody can say. */
  readonly risk: Severity | 'none' | 'unknown';
  readonly passes: boolean;
  readonly findings: readonly Diagnostic[];
}

/**
 * Judges. What is invalid is always wrong; an open need and a guardrail are as wrong as `failOn` says; `null` reports alone.
 *
 * @param answered null where nobody can approve any more, because it is merged
 */
export function judge(
  evidence: Evidence,
  answered: readonly Answered[] | null,
  failOn: FailOn | null,
): Judgement {
  const { comparisons, problems, proved, locks, tests, own, notes } = evidence;
  const strict = failOn ?? 'never';
  const invalid = [...problems, ...locks.flatMap(({ findings }) => findings), ...tests.findings];
  const guardrails = proved.flatMap(({ outcome, findings }) =>
    findings.map((finding) => (stops(strict, outcome) ? finding : softened(finding))),
  );
  const needed = (answered ?? []).flatMap(({ need, findings }) => {
    const isRed = strict !== 'never' && FAIL_ON.indexOf(strict) <= FAIL_ON.indexOf(need.failsFrom);
    return isRed ? findings : findings.map(softened);
  });
  const wrong = hasErrors(invalid) || tests.failed > 0;
  const all = [...(strict === 'never' ? invalid.map(softened) : invalid), ...guardrails, ...needed];
  const verdict = wrong ? 'invalid' : overallVerdict(comparisons, problems);
  const isUnknown = problems.length > 0 || comparisons.some(({ difference }) => difference.unknown !== null);
  return {
    verdict,
    widens: isUnknown || comparisons.some(widensIn),
    risk: isUnknown ? 'unknown' : worst(comparisons),
    passes: strict === 'never' || (!wrong && !hasErrors(all)),
    findings: [...all, ...own.map(({ finding }) => finding), ...notes],
  };
}

/** Whether a guardrail that is not proved makes the check red. */
function stops(failOn: FailOn, outcome: string): boolean {
  if (outcome === 'broken') return failOn === 'widening' || failOn === 'guardrail';
  return outcome === 'inconclusive' && failOn !== 'never';
}

function softened(finding: Diagnostic): Diagnostic {
  return finding.severity === 'error' ? { ...finding, severity: 'warning' } : finding;
}

function widensIn({ difference: { verdict } }: Comparison): boolean {
  return verdict !== 'equal' && verdict !== 'narrows';
}

function worst(comparisons: readonly Comparison[]): Severity | 'none' {
  const changes = comparisons.flatMap(({ difference }) => difference.changes);
  const added = changes.filter(({ direction }) => direction === 'widens');
  return SEVERITIES.find((severity) => added.some((change) => change.severity === severity)) ?? 'none';
}

/** What is said when the gate could not do its work. It never passes. */
export function failed(findings: readonly Diagnostic[]): Judgement {
  return { verdict: 'failed', widens: true, risk: 'unknown', passes: false, findings };
}
