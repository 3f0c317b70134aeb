import { testFailed } from '../../diagnostics/catalog/policy-test.ts';
import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import type { AccessTest, PolicyTest, PropertyTest } from '../../frontend/blueprint/blueprint.ts';
import { dependsOnStarter } from '../../ir/decide/process.ts';
import { explainAsked } from '../../ir/explain-decision/explain.ts';
import type { Explanation } from '../../ir/explain-decision/explanation.ts';
import { grantsOf } from '../../ir/grants.ts';
import { lowerAccess, lowerMoment } from '../../ir/lower/access.ts';
import type { Policy } from '../../ir/policy.ts';
import { compileProperty } from '../guardrails/compile.ts';
import { prove } from '../guardrails/prove.ts';

/** What is tested. */
export interface Tested {
  readonly policy: Policy;
  readonly level: string | null;
}

/**
 * What became of one test. `invalid`: it asks for no access that can be made, so it was not run. The findings say what is
 * wrong with it, or why it failed.
 */
export type TestResult = { readonly test: PolicyTest; readonly diagnostics: readonly Diagnostic[] } & (
  | {
      readonly outcome: 'passed';
      /** Null for a property, which no single access explains. */
      readonly explanation: Explanation | null;
    }
  | {
      readonly outcome: 'failed';
      readonly explanation: Explanation | null;
      /** `allow`, or `deny by \`egress:github_api#0\``. */
      readonly expected: string;
      readonly got: string;
      /** Whether the blueprint leaves the answer to who starts the agent, so that neither expectation holds. */
      readonly depends: boolean;
    }
  | { readonly outcome: 'invalid' }
);

/**
 * Runs one test.
 *
 * @param now for tests that say no time, in milliseconds since 1970 UTC
 */
export function runTest(tested: Tested, test: PolicyTest, now: number): TestResult {
  return test.kind === 'property' ? proveTest(tested, test, now) : tryAccess(tested, test, now);
}

/** An inconclusive proof is a failure: nothing shows that the property holds. */
function proveTest({ policy, level }: Tested, test: PropertyTest, now: number): TestResult {
  const { property, diagnostics } = compileProperty(test.property);
  if (property === null) return { test, outcome: 'invalid', diagnostics };
  const proof = prove(policy, property, now);
  if (proof.outcome === 'proved') return { test, outcome: 'passed', explanation: null, diagnostics: [] };
  const examples = proof.outcome === 'broken' ? proof.counterexamples : [];
  const expected = test.property.kind === 'only' ? 'these binaries alone' : 'no such access';
  const got = examples[0]?.words ?? 'no answer: the patterns are too intricate';
  const related = examples.map(({ words, origin }) => ({ span: origin.span, label: words }));
  const parameters = { name: test.name.value, expected, got, level };
  const failure = diagnose(testFailed, test.name.span, parameters, related);
  return {
    test,
    outcome: 'failed',
    explanation: null,
    expected,
    got,
    depends: false,
    diagnostics: [failure],
  };
}

function tryAccess(tested: Tested, test: AccessTest, now: number): TestResult {
  const { moment, diagnostics: ofTime } =
    test.at === null ? { moment: now, diagnostics: [] } : lowerMoment(test.at);
  const { asked, diagnostics: ofAccess } = lowerAccess(test.access, moment ?? now);
  if (asked === null || moment === null) {
    return { test, outcome: 'invalid', diagnostics: [...ofAccess, ...ofTime] };
  }
  const explanation = explainAsked(tested.policy, asked, moment);
  const { decision } = explanation;
  const depends = dependsOnStarter(tested.policy.process, explanation.access);
  const isRightGrant = test.by === null || decision.by?.id === test.by.value;
  if (!depends && decision.verdict === test.expect.value && isRightGrant) {
    return { test, outcome: 'passed', explanation, diagnostics: [] };
  }
  const expected = test.by === null ? test.expect.value : `${test.expect.value} by \`${test.by.value}\``;
  const got = depends ? 'no answer: it depends on who starts the agent' : gotWords(explanation);
  const failed = { test, outcome: 'failed', explanation, expected, got, depends } as const;
  return { ...failed, diagnostics: [failure(failed, tested)] };
}

interface FailedAccess {
  readonly test: AccessTest;
  readonly explanation: Explanation;
  readonly expected: string;
  readonly got: string;
  readonly depends: boolean;
}

function gotWords({ decision }: Explanation): string {
  if (decision.by !== null) return `${decision.verdict} by \`${decision.by.id}\``;
  return `${decision.verdict}, because nothing grants it`;
}

function failure(failed: FailedAccess, tested: Tested): Diagnostic {
  const { test, explanation, expected, got, depends } = failed;
  const { decision } = explanation;
  const isRightVerdict = !depends && decision.verdict === test.expect.value;
  const span = isRightVerdict && test.by !== null ? test.by.span : test.expect.span;
  const finding = diagnose(
    testFailed,
    span,
    { name: test.name.value, expected, got, level: tested.level },
    decidedHere(explanation),
  );
  return {
    ...finding,
    help: isRightVerdict ? helpWithGrant(test, tested.policy) : helpWithVerdict(explanation, depends),
  };
}

function decidedHere({ decision, nearest }: Explanation): Related[] {
  const grant = nearest?.grant ?? decision.by;
  if (grant === null) return [];
  const verb = decision.verdict === 'allow' ? 'allowed' : 'denied';
  const label = nearest === null ? `${verb} here, by \`${grant.id}\`` : `the nearest entry, \`${grant.id}\``;
  return [{ span: grant.origin.span, label }];
}

function helpWithVerdict({ because, next }: Explanation, depends: boolean): string {
  if (next === null) return because;
  return depends ? `${because}; ${next}` : `${because}; to allow it, ${next}`;
}

function helpWithGrant({ by }: AccessTest, policy: Policy): string | null {
  const ids = grantsOf(policy).map(({ id }) => id);
  if (by === null || ids.includes(by.value)) return null;
  const near = nearestWord(by.value, ids);
  return near === null
    ? `the policy has no grant \`${by.value}\``
    : `the policy has no grant \`${by.value}\`; did you mean \`${near}\`?`;
}
