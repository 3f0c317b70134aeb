import { describeAccess } from '../../compiler/ir/access-words.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import type { Comparison } from '../../compiler/report/difference/comparison.ts';
import { differenceMarkdown } from '../../compiler/report/difference/markdown.ts';
import { codeSpan, inCell } from '../../compiler/report/difference/markdown-text.ts';
import type { EntryGrant } from './entry.ts';
import type { Evidence } from './evidence.ts';
import type { GuardrailVerdict } from './verdicts.ts';

/** All that a proposal says to whoever reviews it. */
export interface ProposalText {
  readonly sandbox: string;
  readonly evidence: readonly Evidence[];
  readonly grant: EntryGrant;
  readonly comparison: Comparison;
  /** What a wider entry opens beyond what was asked for; null where it is the narrowest. */
  readonly beyond: Comparison | null;
  readonly verdicts: readonly GuardrailVerdict[];
  readonly isRetrospective: boolean;
}

/** By which the text of a proposal is known; the requests follow it. */
export const MARKER = 'nemoclaw proposal';
/** GitHub takes 65,536 characters. */
export const LONGEST = 60_000;
const MOST_SETS = 20;
const FEWER_SETS = 5;

/** The text of a pull request in GitHub's Markdown. What an agent or a person wrote is only ever code. */
export function proposalBody(text: ProposalText): string {
  const whole = bodyOf(text, MOST_SETS, true);
  if (whole.length <= LONGEST) return whole;
  const shorter = bodyOf(text, FEWER_SETS, false);
  const end = '\n\nThis text was cut; `nemoclaw diff` shows all of it.\n';
  return shorter.length <= LONGEST ? shorter : shorter.slice(0, LONGEST - end.length) + end;
}

function bodyOf(text: ProposalText, most: number, showsLines: boolean): string {
  const { sandbox, evidence, grant, comparison, beyond, verdicts, isRetrospective } = text;
  const ids = evidence.map(({ request }) => request.id);
  const options = { most, showsLines, problems: [] };
  const lines = [
    `<!-- ${MARKER}: ${ids.join(' ')} -->`,
    `The sandbox ${codeSpan(sandbox)} was refused what its blueprint does not grant. This adds the ${beyond === null ? 'narrowest entry that covers it' : 'entry that was chosen for it, which is wider than what was asked for'}.`,
    '',
    ...(isRetrospective ? RETROSPECTIVE : []),
    `- owner: ${codeSpan(grant.owner)}`,
    `- reason: ${codeSpan(grant.reason)}`,
    ...(grant.ticket === null ? [] : [`- ticket: ${codeSpan(grant.ticket)}`]),
    ...(grant.approver === null ? [] : [`- to be approved by: ${codeSpan(grant.approver)}`]),
    `- ends: ${codeSpan(grant.expires)}`,
    '',
    '## What was refused',
    '',
    ...evidenceTable(evidence),
    '',
    differenceMarkdown([comparison], options).trimEnd(),
    '',
    ...(beyond === null ? [] : beyondLines(beyond, options)),
    '## Guardrails',
    '',
    ...guardrailLines(verdicts),
    '',
    '## How to review',
    '',
    '- The difference above is exact: it lists all that the agent can do with this change and could not do before.',
    `- Each line of evidence is in the audit log of the sandbox; ${codeSpan(`nemoclaw egress show ${ids[0]}`)} shows it, and ${codeSpan('nemoclaw audit verify')} checks the log.`,
    `- To say no, close this and run ${codeSpan(`nemoclaw egress deny ${ids.join(' ')} --reason TEXT`)}.`,
    approverLine(grant.approver),
  ];
  return `${lines.join('\n')}\n`;
}

function approverLine(approver: string | null): string {
  if (approver === null) {
    return '- The grant names nobody who approves it, so audit logs will not either; `nemoclaw egress propose --approver @LOGIN` does.';
  }
  return `- The grant says that ${codeSpan(approver)} approves it, and audit logs will: merge it only when that is so. The gate checks it.`;
}

const RETROSPECTIVE = [
  '**Retrospective**: this was let through already, for a while and without a review. Merge it to keep it, or close it to let it end.',
  '',
];

function evidenceTable(evidence: readonly Evidence[]): string[] {
  const rows = evidence.map(({ request, line }) => {
    const { id, asked, count, first, last, because, why } = request;
    const http = asked.http === null ? null : { ...asked.http, query: [], operations: ALL };
    const words = describeAccess({ facet: 'egress', ...asked, http, sha256: null, address: null, at: 0 });
    const cells = [
      codeSpan(id),
      codeSpan(words),
      String(count),
      new Date(first).toISOString(),
      new Date(last).toISOString(),
      codeSpan(asked.binary),
      codeSpan(because ?? why),
      line === null ? 'not named' : codeSpan(line),
    ];
    return `| ${cells.map(inCell).join(' | ')} |`;
  });
  return [
    '| request | what | times | first | last | program | why refused | line of the audit log |',
    '| --- | --- | ---: | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function beyondLines(beyond: Comparison, options: Parameters<typeof differenceMarkdown>[1]): string[] {
  const lines = differenceMarkdown([beyond], { ...options, showsLines: false }).split('\n');
  return ['## What the wider entry opens beyond what was asked for', '', ...lines.slice(2), ''];
}

const MARKS = { proved: 'kept', broken: '**broken**', inconclusive: '**unknown**' } as const;

/** Guardrails before and after, as a table. */
export function guardrailLines(verdicts: readonly GuardrailVerdict[]): string[] {
  if (verdicts.length === 0) return ['There are none.'];
  return [
    '| guardrail | before | with this |',
    '| --- | --- | --- |',
    ...verdicts.map(({ name, before, after, examples }) => {
      const [example] = examples;
      const shown = example === undefined ? '' : `: ${codeSpan(example)}`;
      return `| ${inCell(codeSpan(name))} | ${MARKS[before]} | ${inCell(`${MARKS[after]}${shown}`)} |`;
    }),
  ];
}
