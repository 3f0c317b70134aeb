import type { Palette } from '../compiler/diagnostics/render/palette.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import { describeAccess, SCHEME_UNKNOWN } from '../compiler/ir/access-words.ts';
import { type Answer, type PendingRequest, stateOf } from '../runtime/approvals/requests/request.ts';
import { answerForm, requestForm } from '../runtime/approvals/requests/request-form.ts';
import { WHY_WORDS } from './simulation-report.ts';

/** A request with what a person said to it. */
export interface FoundRequest {
  readonly request: PendingRequest;
  /** Null while nobody has said anything. */
  readonly answer: Answer | null;
  /** The `requests` folder that it lies in. */
  readonly folder: string;
}

type Line = readonly [label: string, text: string];

/** Requests for a person, three lines each, those that were asked for latest at the end. */
export function requestList(found: readonly FoundRequest[], now: number, palette: Palette): string {
  return found
    .map(({ request, answer }) => {
      const { id, sandbox, count, last } = request;
      const head = [
        palette.strong(id),
        stateText(answer, now, palette),
        visible(sandbox),
        times(count),
        timeText(last),
      ];
      return `${head.join('  ')}\n    ${visible(askedWords(request))}\n    ${palette.faint(visible(whyWords(request)))}\n`;
    })
    .join('');
}

/** One request for a person, with all that is known of it. */
export function requestDetails({ request, answer }: FoundRequest, now: number, palette: Palette): string {
  const { id, sandbox, asked, first, last, count, nearest, protocol, policy, pid, audit } = request;
  const lines: Line[] = [
    ['sandbox', sandbox],
    ['why', whyWords(request)],
    ...(nearest === null ? [] : [nearestLine(nearest)]),
    ['asked', count === 1 ? timeText(first) : `${times(count)}, ${timeText(first)} to ${timeText(last)}`],
    ['program', pid === null ? asked.binary : `${asked.binary}, at first process ${pid}`],
    ...(protocol === null ? [] : [['protocol', protocolWords(request)] as const]),
    ['policy', policy],
    ...(audit === null ? [] : [['log', `line ${audit.sequence}, ${audit.digest}`] as const]),
    ...(answer === null ? [] : answerLines(answer)),
    ['next step', nextStep(id, stateOf(answer, now))],
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  const shown = lines.map(([label, text]) => `  ${palette.faint(label.padEnd(width))}  ${visible(text)}\n`);
  const head = `${palette.strong(id)} (${stateText(answer, now, palette)}): ${visible(askedWords(request))}`;
  return `${head}\n${shown.join('')}`;
}

/** The same as plain values: the published forms of both, and what the request is now. */
export function requestValue({ request, answer }: FoundRequest, now: number) {
  return {
    state: stateOf(answer, now),
    words: askedWords(request),
    request: requestForm(request),
    answer: answer === null ? null : answerForm(request.id, answer),
  };
}

function askedWords({ asked }: PendingRequest): string {
  const http = asked.http === null ? null : { ...asked.http, query: [] };
  const access = { facet: 'egress', ...asked, http, sha256: null, address: null, at: 0 } as const;
  return describeAccess(access, SCHEME_UNKNOWN);
}

/** A request that was made anew from the log has no words of its own. */
function whyWords({ because, why, nearest }: PendingRequest): string {
  return because ?? (nearest === null ? WHY_WORDS[why] : `${WHY_WORDS[why]} ${nearest.id}`);
}

/** Whoever grants it as plain HTTP grants every call, field and message. */
function protocolWords({ asked, protocol }: PendingRequest): string {
  const isUnread = asked.http?.operations.kind === 'all';
  return isUnread ? `${protocol}, and what it asked for could not be read` : `${protocol}`;
}

function nearestLine({ id, file, line, column }: NonNullable<PendingRequest['nearest']>): Line {
  return ['nearest', `${id} (${file}:${line}:${column})`];
}

function answerLines(answer: Answer): Line[] {
  const by: Line = [answer.kind, `by ${answer.by} on ${timeText(answer.at)}`];
  switch (answer.kind) {
    case 'denied':
      return [by, ['reason', answer.reason]];
    case 'proposed':
      return [by, ['where', answer.where]];
    case 'allowed':
      return [by, ['reason', answer.reason], ['until', timeText(answer.until)]];
  }
}

function nextStep(id: string, state: ReturnType<typeof stateOf>): string {
  if (state === 'denied') return 'nothing; further refusals join it and say who denied it';
  if (state === 'proposed') return 'have it reviewed there';
  return `ask for it: nemoclaw egress propose ${id}; or say no: nemoclaw egress deny ${id} --reason TEXT`;
}

function stateText(answer: Answer | null, now: number, palette: Palette): string {
  const state = stateOf(answer, now);
  if (state === 'pending') return palette.severity('warning', state);
  return state === 'allowed' ? palette.severity('error', state) : state;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function timeText(time: number): string {
  return new Date(time).toISOString();
}
