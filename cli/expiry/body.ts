import { differenceMarkdown } from '../../compiler/report/difference/markdown.ts';
import { codeSpan, inCell } from '../../compiler/report/difference/markdown-text.ts';
import { guardrailLines, LONGEST } from '../proposals/body.ts';
import type { BlueprintChange } from './change.ts';
import { type DueEntry, timeText, useWords } from './due.ts';
import type { ChangeGroup } from './groups.ts';

/** By which the text of a pull request is known. */
export const MARKER = 'nemoclaw expiry';
const MOST_SETS = 20;
const FEWER_SETS = 5;

/** The text of a pull request in GitHub's Markdown. What a person wrote is only ever code. */
export function expiryBody({ owners, changes }: ChangeGroup): string {
  const whole = bodyOf(owners, changes, MOST_SETS, true);
  if (whole.length <= LONGEST) return whole;
  const shorter = bodyOf(owners, changes, FEWER_SETS, false);
  const end = '\n\nThis text was cut; `nemoclaw diff` shows all of it.\n';
  return shorter.length <= LONGEST ? shorter : shorter.slice(0, LONGEST - end.length) + end;
}

function bodyOf(
  owners: readonly string[],
  changes: readonly BlueprintChange[],
  most: number,
  showsLines: boolean,
): string {
  const due = changes.flatMap((change) => change.due);
  const comparisons = changes.map(({ comparison }) => comparison);
  const whose =
    owners.length === 0
      ? 'Nobody is named as their owner.'
      : `They are of ${owners.map(codeSpan).join(', ')}.`;
  const lines = [
    `<!-- ${MARKER} -->`,
    `This removes ${due.length === 1 ? 'a grant that has' : `${due.length} grants that have`} ended or ${due.length === 1 ? 'was' : 'were'} not used, and nothing else. ${whose}`,
    '',
    ...(isNarrowing(changes)
      ? ['**It only narrows**: this was proved over all accesses before it was pushed.', '']
      : [
          '**It also widens**, as was asked for with `--even-widening`: see below what the agent can do then.',
          '',
        ]),
    '## What goes',
    '',
    ...entryTable(due),
    '',
    differenceMarkdown(comparisons, { most, showsLines, problems: [] }).trimEnd(),
    '',
    '## Guardrails',
    '',
    ...changes.flatMap(({ path, verdicts }) => [
      ...(changes.length === 1 ? [] : [`${codeSpan(path)}:`, '']),
      ...guardrailLines(verdicts),
      '',
    ]),
    '## How to review',
    '',
    '- An ended grant of the network lets nothing through any more; the difference above is about the time before.',
    '- To keep an entry, give its grant another end on the base branch and close this without merging. It is not proposed again as long as this branch is there.',
    '- To keep some of them, push a commit to this branch that puts them back.',
  ];
  return `${lines.join('\n')}\n`;
}

function isNarrowing(changes: readonly BlueprintChange[]): boolean {
  return changes.every(({ comparison: { difference } }) => ['narrows', 'equal'].includes(difference.verdict));
}

function entryTable(due: readonly DueEntry[]): string[] {
  const rows = due.map((one) => {
    const { entry, why } = one;
    const said =
      why.kind === 'ended'
        ? `ended ${timeText(why.at)}`
        : `not used from ${timeText(why.from)} to ${timeText(why.to)}`;
    const cells = [
      codeSpan(`${entry.blueprint}:${entry.line}`),
      codeSpan(entry.name),
      entry.owner === null ? '' : codeSpan(entry.owner),
      entry.reason === null ? '' : codeSpan(entry.reason),
      entry.ticket === null ? '' : codeSpan(entry.ticket),
      said,
      evidence(one),
    ];
    return `| ${cells.map(inCell).join(' | ')} |`;
  });
  return [
    '| where | entry | owner | reason | ticket | why | what the logs tell |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function evidence(one: DueEntry): string {
  if (one.use === null)
    return one.entry.network === null ? 'its use is not written down' : 'no log was given';
  return `${useWords(one)}: ${one.use.logs.map(codeSpan).join(', ')}`;
}
