import type { Palette } from '../compiler/diagnostics/render/palette.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import type { Access } from '../compiler/ir/access.ts';
import type { Explanation, Nearest } from '../compiler/ir/explain-decision/explanation.ts';
import { countsUses } from '../compiler/ir/limits.ts';
import type { Grant } from '../compiler/ir/origin.ts';

type Line = readonly [label: string, text: string];

/**
 * A decision for a person: the answer, why, and the grant with where it was written and who answers for it.
 *
 * @param at when it is tried, in milliseconds since 1970 UTC
 * @param more what stands between the answer and its reason
 * @param depends whether the answer is not the blueprint's to give
 */
export function explanationText(
  explanation: Explanation,
  at: number,
  palette: Palette,
  more: readonly Line[] = [],
  depends = false,
): string {
  const { words, decision, because, nearest, next } = explanation;
  const allowed = decision.verdict === 'allow';
  const answer = allowed ? palette.good('yes') : palette.severity('error', depends ? 'depends' : 'no');
  const lines: Line[] = [...more, ['why', because]];
  if (nearest !== null) {
    const unsaid = nearest.lacks.filter((lack) => !because.includes(lack));
    lines.push(['nearest', nearest.grant.id], ...unsaid.map((lack): Line => ['lacks', lack]));
    lines.push(...grantLines(nearest.grant, at));
  }
  if (nearest === null && decision.by !== null)
    lines.push(['grant', decision.by.id], ...grantLines(decision.by, at));
  if (next !== null) lines.push(['next step', next]);
  const width = Math.max(...lines.map(([label]) => label.length));
  const shown = lines.map(([label, text]) => `  ${palette.faint(label.padEnd(width))}  ${visible(text)}\n`);
  return `${answer}: ${palette.strong(visible(words))}\n${shown.join('')}`;
}

function grantLines(grant: Grant, at: number): Line[] {
  const { origin, approval } = grant;
  const { file, line, column, trail } = origin;
  const lines: Line[] = [['written', `${file}:${line}:${column}`]];
  if (trail.length > 1) lines.push(['by way of', trail.join(' -> ')]);
  if (approval === null) return lines;
  const { owner, reason, ticket, approvedBy, request, expiresAt, maxUses } = approval;
  const named: readonly (readonly [string, string | null])[] = [
    ['owner', owner],
    ['reason', reason],
    ['ticket', ticket],
    ['approved', approvedBy],
    ['request', request],
    [
      'uses',
      maxUses === null ? null : `at most ${maxUses}${countsUses(grant) ? '' : ', which nothing counts'}`,
    ],
    ['until', expiresAt === null ? null : endWords(expiresAt, at)],
  ];
  return [...lines, ...named.flatMap(([label, text]): Line[] => (text === null ? [] : [[label, text]]))];
}

function endWords(expiresAt: number, at: number): string {
  const end = new Date(expiresAt).toISOString();
  return at < expiresAt ? end : `${end}, which is over: nothing new is started under it`;
}

/** The same as plain values, for the `-o json` document of any command. */
export function explanationJson({ words, access, decision, because, nearest, next }: Explanation) {
  return {
    words,
    access: accessJson(access),
    verdict: decision.verdict,
    why: decision.verdict === 'allow' ? 'granted' : decision.why,
    grant: decision.by === null ? null : grantJson(decision.by),
    because,
    nearest: nearest === null ? null : nearestJson(nearest),
    next,
  };
}

/** Arguments of system calls are 64-bit numbers, which JSON has not; they are written as `0x...`. */
function accessJson(access: Access): unknown {
  if (access.facet !== 'syscalls') return access;
  return { ...access, args: access.args.map((value) => `0x${value.toString(16)}`) };
}

function nearestJson({ grant, matches, lacks }: Nearest) {
  return { grant: grantJson(grant), matches, lacks };
}

function grantJson({ id, origin, approval }: Grant) {
  const expires = approval?.expiresAt ?? null;
  return {
    id,
    origin,
    approval:
      approval === null
        ? null
        : {
            owner: approval.owner,
            reason: approval.reason,
            ticket: approval.ticket,
            approved_by: approval.approvedBy,
            request: approval.request,
            max_uses: approval.maxUses,
            expires: expires === null ? null : new Date(expires).toISOString(),
          },
  };
}
