import {
  CHANGE_CLASSES,
  type Change,
  type ChangeClass,
  type Severity,
} from '../../analysis/difference/change.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import {
  type SarifResult,
  type SarifRule,
  sarifDocument,
  sarifLocation,
  sarifResults,
  sarifRules,
  sarifText,
} from '../../diagnostics/render/sarif.ts';
import { CLASS_WORDS } from './class-words.ts';
import type { Comparison } from './comparison.ts';
import { phraseOfSet, plainPhrase } from './phrase.ts';
import { FINDING_SEVERITY, firstLine, placeWords, spanInNew } from './place.ts';
import { CAUSE_WORDS, exampleIntroduction, meaningOf, verdictPhrase } from './verdict-words.ts';

/** The id of the rule that says that nothing is known about a comparison. */
const INCONCLUSIVE = 'diff/inconclusive';

/**
 * The report as SARIF 2.1.0: one result for each set, under a rule for its worst class, at the entry of the new policy
 * that caused it.
 *
 * @param diagnostics what is wrong with policies that could not be compared
 * @param version the tool's own version
 */
export function differenceSarif(
  comparisons: readonly Comparison[],
  diagnostics: readonly Diagnostic[],
  version: string,
): string {
  const results = comparisons.flatMap((comparison) => [
    ...(comparison.difference.verdict === 'inconclusive' ? [inconclusive(comparison)] : []),
    ...comparison.difference.changes.map((change) => resultOf(change, comparison)),
  ]);
  const used = new Set(results.map(({ ruleId }) => ruleId));
  const rules = [...CLASS_RULES, INCONCLUSIVE_RULE].filter(({ id }) => used.has(id));
  return sarifDocument(
    [...rules, ...sarifRules(diagnostics)],
    [...results, ...sarifResults(diagnostics)],
    version,
  );
}

/** What code scanning services sort by: from 0 to 10, as CVSS has it. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
};

const CLASS_RULES: readonly SarifRule[] = (Object.keys(CHANGE_CLASSES) as ChangeClass[]).map((name) => ({
  id: ruleIdOf(name),
  name,
  shortDescription: { text: CLASS_WORDS[name] },
  fullDescription: { text: `This change of policy means for the agent: ${CLASS_WORDS[name]}.` },
  defaultConfiguration: { level: FINDING_SEVERITY[CHANGE_CLASSES[name]] },
  properties: { tags: ['security'], 'security-severity': SCORES[CHANGE_CLASSES[name]] },
}));

const INCONCLUSIVE_RULE: SarifRule = {
  id: INCONCLUSIVE,
  name: 'inconclusive',
  shortDescription: { text: 'the policies could not be compared' },
  fullDescription: { text: 'The patterns are too intricate to compare. Treat the change as if it widened.' },
  defaultConfiguration: { level: 'error' },
};

function ruleIdOf(name: ChangeClass): string {
  return `diff/${name}`;
}

function resultOf(change: Change, comparison: Comparison): SarifResult {
  const { classes, severity, direction, cause, example } = change;
  const widens = direction === 'widens';
  const place = spanInNew(cause, comparison);
  const text = [
    `${widens ? `${severity}: ${meaningOf(change)}` : 'narrows'}: ${plainPhrase(phraseOfSet(change))}`,
    `${exampleIntroduction(change)}${example}`,
    `${CAUSE_WORDS[cause.kind]} ${cause.grant.id} at ${placeWords(cause, comparison)}`,
  ];
  return {
    ruleId: ruleIdOf(classes[0]!),
    level: widens ? FINDING_SEVERITY[severity] : 'note',
    message: { text: sarifText(text.join('\n')) },
    locations: place ? [sarifLocation(place)] : [],
    properties: { direction, severity, classes, facet: change.facet },
  };
}

function inconclusive(comparison: Comparison): SarifResult {
  const place = firstLine(comparison);
  return {
    ruleId: INCONCLUSIVE,
    level: 'error',
    message: { text: sarifText(plainPhrase(verdictPhrase(comparison))) },
    locations: place ? [sarifLocation(place)] : [],
  };
}
