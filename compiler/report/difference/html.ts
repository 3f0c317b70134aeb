import type { Direction } from '../../analysis/difference/change.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { htmlPage } from '../html/page.ts';
import { code, escapeHtml } from '../html/text.ts';
import type { Phrase } from '../phrase.ts';
import { type Comparison, overallVerdict, type ReportOptions } from './comparison.ts';
import { type CauseGroup, groupsOf, mostOf, type ShownSet, spanOf } from './groups.ts';
import { STYLE } from './html-style.ts';
import { lineDiff } from './line-diff.ts';
import { phraseOfExample, phraseOfSet } from './phrase.ts';
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

/** The report as one page that loads nothing and runs nothing. */
export function differenceHtml(comparisons: readonly Comparison[], options: ReportOptions): string {
  const verdict = overallVerdict(comparisons, options.problems);
  const shown = new Set<string>();
  const title = `nemoclaw diff: ${verdict}`;
  return htmlPage(title, STYLE, [
    '<main>',
    `<h1>${escapeHtml(title)}</h1>`,
    ...(comparisons.length === 1 && options.problems.length === 0
      ? []
      : overview(comparisons, options.problems)),
    ...comparisons.flatMap((comparison, at) => section(comparison, at, options, shown)),
    '</main>',
  ]);
}

function problemItem({ code: number, message, primary }: Diagnostic): string {
  const { line, column } = primary?.source.positionAt(primary.start) ?? { line: 0, column: 0 };
  const place = primary ? `${code(`${primary.source.path}:${line}:${column}`)} ` : '';
  return `<li>${place}${escapeHtml(message)} <span class="faint">[${number}]</span></li>`;
}

function overview(comparisons: readonly Comparison[], problems: readonly Diagnostic[]): string[] {
  const head = [
    `<p class="verdict">${escapeHtml(overallSentence(comparisons, problems))}</p>`,
    ...(problems.length > 0 ? ['<ul>', ...problems.map(problemItem), '</ul>'] : []),
  ];
  if (comparisons.length === 0) return head;
  const rows = comparisons.map(({ path, difference: { verdict, changes } }, at) => {
    const count = (direction: Direction) => changes.filter((change) => change.direction === direction).length;
    return (
      `<tr><td><a href="#policy-${at + 1}">${code(path)}</a></td><td>${verdict}</td>` +
      `<td class="n">${count('widens')}</td><td class="n">${count('narrows')}</td></tr>`
    );
  });
  return [
    ...head,
    '<table><thead><tr><th>policy</th><th>verdict</th><th>new sets</th><th>sets gone</th></tr></thead><tbody>',
    ...rows,
    '</tbody></table>',
  ];
}

function section(
  comparison: Comparison,
  at: number,
  { most, showsLines }: ReportOptions,
  shown: Set<string>,
): string[] {
  const { path, old, next, difference } = comparison;
  const digests = [old, next].map(({ label, digest }) => `<br>${code(label)}: ${digest ?? 'no digest'}`);
  const differing = showsLines ? lineDiff(comparison, shown) : [];
  const lines = differing.map(({ kind, text }) => `<span class="${kind}">${escapeHtml(text)}</span>`);
  return [
    `<section id="policy-${at + 1}">`,
    `<h2>${code(path)}${htmlPhrase(statePhrase(comparison))}</h2>`,
    `<p class="verdict">${htmlPhrase(verdictPhrase(comparison))}</p>`,
    ...directionLines('Widens', groupsOf(difference.changes, 'widens'), most, comparison),
    ...directionLines('Narrows', groupsOf(difference.changes, 'narrows'), most, comparison),
    ...(lines.length > 0
      ? ['<details><summary>The lines that differ</summary>', `<pre>${lines.join('\n')}</pre>`, '</details>']
      : []),
    `<p class="faint">Digests of the meaning${digests.join('')}</p>`,
    '</section>',
  ];
}

function directionLines(
  title: string,
  all: readonly CauseGroup[],
  most: number | null,
  comparison: Comparison,
): string[] {
  if (all.length === 0) return [];
  const { groups, left } = mostOf(all, most);
  return [
    `<h3>${title}</h3>`,
    ...groups.flatMap((group) => groupLines(group, comparison)),
    ...(left > 0 ? [`<p>and ${counted(left, 'more set', 'more sets')}, not worse than these</p>`] : []),
  ];
}

function groupLines({ cause, sets }: CauseGroup, comparison: Comparison): string[] {
  const approval = approvalParts(cause).map(([name, said]) => `, ${name} ${code(said)}`);
  const span = spanOf(cause, comparison);
  const line = span === null ? '' : span.source.lineText(cause.grant.origin.line).trim();
  return [
    '<div class="group">',
    `<div>${code(placeWords(cause, comparison))} ${CAUSE_WORDS[cause.kind]} ${code(cause.grant.id)}${approval.join('')}</div>`,
    ...(line === '' ? [] : [`<div class="faint">${code(line)}</div>`]),
    '<ul>',
    ...sets.map(setItem),
    '</ul>',
    '</div>',
  ];
}

function setItem({ change, implied }: ShownSet): string {
  const { direction, severity, classes } = change;
  const set = htmlPhrase(phraseOfSet(change));
  const head =
    direction === 'widens'
      ? `<span class="mark ${FINDING_SEVERITY[severity]}">${severity}</span> ${escapeHtml(meaningOf(change))} <span class="faint">[${classes.join(', ')}]</span><br>${set}`
      : `<span class="mark good">less</span> ${set}`;
  const example = `<span class="faint">${exampleIntroduction(change)}${htmlPhrase(phraseOfExample(change))}</span>`;
  const note = implied > 0 ? `<br><span class="faint">${escapeHtml(impliedSentence(implied))}</span>` : '';
  return `<li>${head}<br>${example}${note}</li>`;
}

function htmlPhrase(phrase: Phrase): string {
  return phrase.map(({ kind, text }) => (kind === 'words' ? escapeHtml(text) : code(text))).join('');
}
