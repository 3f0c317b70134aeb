import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { differenceMarkdown } from '../compiler/report/difference/markdown.ts';
import { codeSpan, inCell } from '../compiler/report/difference/markdown-text.ts';
import type { Answered } from './approvals.ts';
import type { Evidence } from './evidence.ts';
import type { Judgement } from './judgement.ts';
import { ownerWord } from './owners.ts';

/** What a report is made of. Null where the gate did not come so far. */
export interface Reported {
  readonly judgement: Judgement;
  readonly evidence: Evidence | null;
  readonly answered: readonly Answered[] | null;
  /** The commit that was judged, in hexadecimal; null where none is known. */
  readonly commit: string | null;
  readonly isReportOnly: boolean;
}

const MOST_SETS = 20;
const FEWER_SETS = 3;
const MOST_FINDINGS = 50;

/**
 * The report in GitHub's Markdown. What a repository or a person wrote is only ever code.
 *
 * @param longest in UTF-16 units
 */
export function gateMarkdown(reported: Reported, longest: number): string {
  for (const [most, showsLines] of [
    [MOST_SETS, true],
    [FEWER_SETS, false],
  ] as const) {
    const text = textOf(reported, most, showsLines);
    if (text.length <= longest) return text;
  }
  const end =
    '\n\nThis report was cut; the output `json` and the file of the output `sarif` have the rest.\n';
  return (
    head(reported)
      .join('\n')
      .slice(0, longest - end.length) + end
  );
}

function textOf(reported: Reported, most: number, showsLines: boolean): string {
  const { evidence } = reported;
  const lines = head(reported);
  if (evidence !== null && evidence.comparisons.length + evidence.problems.length > 0) {
    const problems = evidence.problems;
    const difference = differenceMarkdown(evidence.comparisons, { most, showsLines, problems });
    // The first line is the mark of another comment.
    lines.push('', ...difference.trimEnd().split('\n').slice(1));
  }
  return `${lines.join('\n')}\n`;
}

function head({ judgement, evidence, answered, commit, isReportOnly }: Reported): string[] {
  const { verdict, passes, risk, findings } = judgement;
  const word = isReportOnly ? 'reported' : passes ? 'passes' : 'does not pass';
  const at = commit === null ? '' : `, at ${codeSpan(commit.slice(0, 12))}`;
  const lines = [`## nemoclaw gate: ${word} (${verdict}${risk === 'none' ? '' : `, risk ${risk}`})${at}`, ''];
  if (evidence !== null) lines.push(...tableOf(evidence, answered), '');
  const red = findings.filter(({ severity }) => severity === 'error');
  const rest = findings.filter(({ severity }) => severity !== 'error');
  if (red.length > 0) lines.push('### What stops it', '', ...listed(red), '');
  if (rest.length > 0) lines.push('### What else there is to know', '', ...listed(rest), '');
  return lines;
}

function listed(findings: readonly Diagnostic[]): string[] {
  const lines = findings.slice(0, MOST_FINDINGS).map(({ code, message, help, primary }) => {
    const position = primary?.source.positionAt(primary.start) ?? null;
    const place = primary === null ? '' : `${codeSpan(`${primary.source.path}:${position!.line}`)}: `;
    return `- ${place}${codeSpan(message)} (${code})${help === null ? '' : `  \n  ${codeSpan(help)}`}`;
  });
  const more = findings.length - lines.length;
  return more > 0 ? [...lines, `- and ${more} more`] : lines;
}

function tableOf(
  { comparisons, proved, locks, tests, own }: Evidence,
  answered: readonly Answered[] | null,
): string[] {
  const count = (outcome: string) => proved.filter((one) => one.outcome === outcome).length;
  const kept = count('proved');
  const notKept = proved.length - kept;
  const wrong = locks.filter(({ outcome }) => outcome === 'wrong').length;
  const current = locks.filter(({ outcome }) => outcome === 'current').length;
  const rows = [
    ['policies that change', String(comparisons.length)],
    ['guardrails', `${kept} proved${notKept > 0 ? `, **${notKept} not**` : ''}`],
    ['lock files', `${current} current${wrong > 0 ? `, **${wrong} wrong**` : ''}`],
    ['policy tests', `${tests.passed} passed${tests.failed > 0 ? `, **${tests.failed} failed**` : ''}`],
    ["the gate's own policy", own.length === 0 ? 'unchanged' : `**${own.length} changed**`],
    ...(answered ?? []).map(({ need, approvedBy }) => [
      `approval of ${codeSpan(need.path)}`,
      approvedBy.length > 0
        ? `given by ${approvedBy.map(codeSpan).join(', ')}`
        : `**open**, by ${need.owners.map((one) => codeSpan(ownerWord(one))).join(' or ') || 'nobody'}`,
    ]),
  ];
  return [
    '| what | how it stands |',
    '| --- | --- |',
    ...rows.map(([what = '', how = '']) => `| ${inCell(what)} | ${inCell(how)} |`),
  ];
}
