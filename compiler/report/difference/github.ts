import { type Change, SEVERITIES } from '../../analysis/difference/change.ts';
import { workflowCommand } from '../../diagnostics/render/github.ts';
import type { Comparison, ReportOptions } from './comparison.ts';
import { type CauseGroup, groupsOf, mostOf } from './groups.ts';
import { phraseOfSet, plainPhrase } from './phrase.ts';
import { FINDING_SEVERITY, firstLine, placeWords, spanInNew } from './place.ts';
import { CAUSE_WORDS, exampleIntroduction, meaningOf, verdictPhrase } from './verdict-words.ts';

/**
 * The report as workflow commands, which GitHub shows beside the lines of a pull request: one for each policy, and one
 * for each entry that caused something.
 */
export function differenceGithub(comparisons: readonly Comparison[], { most }: ReportOptions): string {
  return comparisons
    .flatMap((comparison) => [
      verdictCommand(comparison),
      ...(['widens', 'narrows'] as const).flatMap((direction) =>
        mostOf(groupsOf(comparison.difference.changes, direction), most).groups.map((group) =>
          groupCommand(group, comparison),
        ),
      ),
    ])
    .map((command) => `${command}\n`)
    .join('');
}

function verdictCommand(comparison: Comparison): string {
  const { verdict } = comparison.difference;
  return workflowCommand({
    severity: verdict === 'inconclusive' ? 'error' : 'note',
    title: `nemoclaw diff: ${verdict}`,
    place: firstLine(comparison),
    lines: [`${comparison.path}: ${plainPhrase(verdictPhrase(comparison))}`],
  });
}

function groupCommand({ cause, sets }: CauseGroup, comparison: Comparison): string {
  const changes = sets.map(({ change }) => change);
  const { direction, classes } = changes[0]!;
  const widens = direction === 'widens';
  return workflowCommand({
    severity: widens ? FINDING_SEVERITY[worstOf(changes)] : 'note',
    title: widens ? `widens (${worstOf(changes)}): ${classes[0]}` : 'narrows',
    place: spanInNew(cause, comparison),
    lines: [
      `${CAUSE_WORDS[cause.kind]} ${cause.grant.id} at ${placeWords(cause, comparison)}`,
      ...changes.flatMap((change) => [
        ...(widens ? [meaningOf(change)] : []),
        plainPhrase(phraseOfSet(change)),
        `${exampleIntroduction(change)}${change.example}`,
      ]),
    ],
  });
}

function worstOf(changes: readonly Change[]): Change['severity'] {
  return SEVERITIES.find((severity) => changes.some((change) => change.severity === severity))!;
}
