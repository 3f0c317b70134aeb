import { SEVERITIES } from '../../analysis/difference/change.ts';
import { excerptOf } from '../../diagnostics/render/excerpt.ts';
import { type Palette, PLAIN } from '../../diagnostics/render/palette.ts';
import { visible, visibleWhole } from '../../diagnostics/render/visible.ts';
import type { Comparison, ReportOptions } from './comparison.ts';
import { type CauseGroup, groupsOf, mostOf, type ShownSet, spanOf } from './groups.ts';
import { type DiffLine, lineDiff } from './line-diff.ts';
import { phraseOfSet, plainPhrase } from './phrase.ts';
import { FINDING_SEVERITY, placeWords } from './place.ts';
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

export interface TextLayout {
  readonly palette: Palette;
  /** Width of the terminal; longer source lines are cut around the place that matters. */
  readonly columns: number;
}

const USUAL: TextLayout = { palette: PLAIN, columns: 110 };
/** Columns before the words of a set: the widest severity and what stands around it. */
const INDENT = 2 + Math.max(...SEVERITIES.map((name) => name.length)) + 2;

/** The whole report for a terminal; what policies say is printed so that it acts on nothing. */
export function differenceText(
  comparisons: readonly Comparison[],
  options: ReportOptions,
  layout: TextLayout = USUAL,
): string {
  const shown = new Set<string>();
  const blocks = comparisons.map((one) => blockOf(one, options, layout, shown).join('\n'));
  const isAlone = comparisons.length === 1 && options.problems.length === 0;
  const head = isAlone ? [] : [layout.palette.strong(overallSentence(comparisons, options.problems))];
  return `${[...head, ...blocks].join('\n\n').replace(COMMAND, commandInert)}\n`;
}

/**
 * What the log of a GitHub workflow acts on: `::` at the start of a line and `##[` anywhere (actions/runner,
 * src/Runner.Common/ActionCommand.cs). The name of a file or a line of it must not be taken for a command.
 */
const COMMAND = /^(\s*):(?=:)|##(?=\[)/gm;

function commandInert(found: string, before: string | undefined): string {
  return found === '##' ? '#\\u{23}' : `${before}\\u{3a}`;
}

function blockOf(
  comparison: Comparison,
  { most, showsLines }: ReportOptions,
  layout: TextLayout,
  shown: Set<string>,
): string[] {
  const { palette } = layout;
  const lines = [
    `${palette.strong(`${visible(comparison.path)}${plainPhrase(statePhrase(comparison))}:`)} ${plainPhrase(verdictPhrase(comparison))}`,
  ];
  for (const [direction, title] of [
    ['widens', 'WIDENS'],
    ['narrows', 'NARROWS'],
  ] as const) {
    const { groups, left } = mostOf(groupsOf(comparison.difference.changes, direction), most);
    if (groups.length > 0) lines.push('', palette.strong(title));
    for (const group of groups) lines.push('', ...groupLines(group, comparison, layout));
    if (left > 0) lines.push('', `and ${counted(left, 'more set', 'more sets')}, not worse than these`);
  }
  const differing = showsLines ? lineDiff(comparison, shown) : [];
  if (differing.length > 0) lines.push('', ...differing.map((line) => diffLine(line, palette)));
  return lines;
}

function groupLines({ cause, sets }: CauseGroup, comparison: Comparison, layout: TextLayout): string[] {
  const { palette } = layout;
  const place = palette.strong(`${placeWords(cause, comparison)}:`);
  const approval = approvalParts(cause).map(([name, said]) => `${name} ${visible(said)}`);
  return [
    `${place} ${CAUSE_WORDS[cause.kind]} \`${visible(cause.grant.id)}\``,
    ...excerptLines(cause, comparison, layout),
    ...(approval.length > 0 ? [`  ${approval.join(', ')}`] : []),
    ...sets.flatMap((set) => setLines(set, palette)),
  ];
}

function excerptLines(
  cause: CauseGroup['cause'],
  comparison: Comparison,
  { palette, columns }: TextLayout,
): string[] {
  const span = spanOf(cause, comparison);
  if (span === null) return [];
  const number = String(cause.grant.origin.line).padStart(INDENT - 3);
  const { text, indent, length } = excerptOf(span, columns - INDENT);
  const blank = ' '.repeat(number.length);
  return [
    `${palette.faint(`${number} |`)} ${text}`.trimEnd(),
    `${palette.faint(`${blank} |`)} ${' '.repeat(indent)}${palette.faint('^'.repeat(length))}`,
  ];
}

function setLines({ change, implied }: ShownSet, palette: Palette): string[] {
  const { classes, severity, direction } = change;
  const margin = ' '.repeat(INDENT);
  const label = (word: string) => `  ${word.padEnd(INDENT - 4)}  `;
  const set = plainPhrase(phraseOfSet(change));
  const head =
    direction === 'widens'
      ? [
          `${palette.severity(FINDING_SEVERITY[severity], label(severity))}${meaningOf(change)} ` +
            palette.faint(`[${classes.join(', ')}]`),
          `${margin}${set}`,
        ]
      : [`${palette.good(label('less'))}${set}`];
  const example = `${exampleIntroduction(change)}${visibleWhole(change.example)}`;
  const notes = implied > 0 ? [example, impliedSentence(implied)] : [example];
  return [...head, ...notes.map((note) => `${margin}${palette.faint(note)}`)];
}

function diffLine({ kind, text }: DiffLine, palette: Palette): string {
  const shown = visibleWhole(text);
  switch (kind) {
    case 'added':
      return palette.good(shown);
    case 'removed':
      return palette.severity('error', shown);
    case 'header':
      return palette.strong(shown);
    case 'hunk':
    case 'cut':
      return palette.faint(shown);
    case 'same':
      return shown;
  }
}
