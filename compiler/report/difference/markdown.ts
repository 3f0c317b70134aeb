import type { Direction } from '../../analysis/difference/change.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Comparison, overallVerdict, type ReportOptions } from './comparison.ts';
import { type CauseGroup, groupsOf, mostOf, type ShownSet } from './groups.ts';
import { lineDiff } from './line-diff.ts';
import { codeBlock, codeSpan, inCell, markdownPhrase } from './markdown-text.ts';
import { phraseOfExample, phraseOfSet } from './phrase.ts';
import { placeWords } from './place.ts';
import {
  approvalParts,
  CAUSE_WORDS,
  counted,
  exampleIntroduction,
  impliedSentence,
  meaningOf,
  overallSentence,
  statePhrase,
  verdictPhrase,
} from './verdict-words.ts';

/** By which a bot finds the comment that it wrote before. */
const MARKER = '<!-- nemoclaw diff -->';
/** Groups that stand open; more of them are folded away, so that the comment can be taken in. */
const MOST_OPEN = 8;

/** The report for a comment on a pull request, in GitHub's Markdown. Text from policies is only ever code. */
export function differenceMarkdown(comparisons: readonly Comparison[], options: ReportOptions): string {
  const verdict = overallVerdict(comparisons, options.problems);
  const lines = [MARKER, `## nemoclaw diff: ${verdict}`, ''];
  if (comparisons.length !== 1 || options.problems.length > 0) {
    lines.push(
      `${overallSentence(comparisons, options.problems)}.`,
      '',
      ...options.problems.map(problemLine),
    );
    lines.push(...(options.problems.length > 0 ? [''] : []), ...overview(comparisons));
  }
  const shown = new Set<string>();
  for (const comparison of comparisons) lines.push(...section(comparison, options, shown));
  return `${lines.join('\n').trimEnd()}\n`;
}

function problemLine({ code, message, primary }: Diagnostic): string {
  const { line, column } = primary?.source.positionAt(primary.start) ?? { line: 0, column: 0 };
  const place = primary ? `${codeSpan(`${primary.source.path}:${line}:${column}`)}: ` : '';
  return `- ${place}${codeSpan(message)} (${code})`;
}

function overview(comparisons: readonly Comparison[]): string[] {
  if (comparisons.length === 0) return [];
  const rows = comparisons.map(({ path, difference: { verdict, changes } }) => {
    const count = (direction: Direction) => changes.filter((change) => change.direction === direction).length;
    return `| ${inCell(codeSpan(path))} | ${verdict} | ${count('widens')} | ${count('narrows')} |`;
  });
  return ['| policy | verdict | new sets | sets gone |', '| --- | --- | ---: | ---: |', ...rows, ''];
}

function section(comparison: Comparison, { most, showsLines }: ReportOptions, shown: Set<string>): string[] {
  const lines = [
    `### ${codeSpan(comparison.path)}${markdownPhrase(statePhrase(comparison))}`,
    '',
    `${markdownPhrase(verdictPhrase(comparison))}.`,
    '',
  ];
  const widened = groupsOf(comparison.difference.changes, 'widens');
  const narrowed = groupsOf(comparison.difference.changes, 'narrows');
  lines.push(...directionLines('Widens', widened, MOST_OPEN, most, comparison));
  // What widens is to be read; what narrows is there for whoever wants it.
  lines.push(...directionLines('Narrows', narrowed, widened.length > 0 ? 0 : MOST_OPEN, most, comparison));
  const differing = showsLines ? lineDiff(comparison, shown) : [];
  if (differing.length > 0) {
    lines.push(
      ...foldedAway(
        'The lines that differ',
        codeBlock(
          'diff',
          differing.map(({ text }) => text),
        ),
      ),
    );
  }
  return lines;
}

function directionLines(
  title: string,
  all: readonly CauseGroup[],
  open: number,
  most: number | null,
  comparison: Comparison,
): string[] {
  if (all.length === 0) return [];
  const { groups, left } = mostOf(all, most);
  const block = (shown: readonly CauseGroup[]) => shown.flatMap((group) => groupLines(group, comparison));
  const rest = groups.slice(open);
  const folded =
    rest.length === 0
      ? []
      : foldedAway(
          `${title}: ${counted(rest.length, 'cause', 'causes')}${open > 0 ? ' more' : ''}`,
          block(rest),
        );
  return [
    ...(open > 0 ? [`#### ${title}`, ''] : []),
    ...block(groups.slice(0, open)),
    ...folded,
    ...(left > 0 ? [`and ${counted(left, 'more set', 'more sets')}, not worse than these.`, ''] : []),
  ];
}

function groupLines({ cause, sets }: CauseGroup, comparison: Comparison): string[] {
  const approval = approvalParts(cause).map(([name, said]) => `, ${name} ${codeSpan(said)}`);
  return [
    `**${codeSpan(placeWords(cause, comparison))}** ${CAUSE_WORDS[cause.kind]} ${codeSpan(cause.grant.id)}${approval.join('')}`,
    '',
    ...sets.flatMap(setLines),
    '',
  ];
}

function setLines({ change, implied }: ShownSet): string[] {
  const { direction, severity, classes } = change;
  const head =
    direction === 'widens'
      ? `- **${severity}**: ${meaningOf(change)} (${classes.map((name) => `\`${name}\``).join(', ')})`
      : '- less:';
  const set = markdownPhrase(phraseOfSet(change));
  const example = `${exampleIntroduction(change)}${markdownPhrase(phraseOfExample(change))}`;
  return [
    ...(direction === 'widens' ? [`${head}  `, `  ${set}  `] : [`${head} ${set}  `]),
    `  ${example}${implied > 0 ? '  ' : ''}`,
    ...(implied > 0 ? [`  ${impliedSentence(implied)}`] : []),
  ];
}

/** @param summary words of ours, without a character that HTML acts on */
function foldedAway(summary: string, lines: readonly string[]): string[] {
  return [`<details><summary>${summary}</summary>`, '', ...lines, '', '</details>', ''];
}
