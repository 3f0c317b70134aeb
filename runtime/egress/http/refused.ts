import type { Refusal } from '../refusal.ts';
import { PROBLEMS, type Problem } from './message/problem.ts';

const REASONS: Readonly<Record<Refusal['status'], string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Header field that programs can look at without reading the body. */
export const REFUSED_FIELD = 'nemoclaw-refused';

/** What is said about a message that cannot be passed on. */
export function problemRefusal(problem: Problem, whose: 'request' | 'answer'): Refusal {
  return {
    status: whose === 'answer' ? 502 : statusOf(problem),
    why: `gateway-${problem}`,
    message: `this ${whose} cannot be passed on: ${PROBLEMS[problem]}`,
    request: null,
    nearest: null,
    next:
      whose === 'answer'
        ? 'the server has to be mended; nothing in a policy changes this'
        : 'send it in the plain form that every server reads alike; nothing in a policy changes this',
  };
}

/** What is said when the server could not be reached, or went away. */
export function failureRefusal(why: string, message: string, status: 502 | 503 | 504 = 502): Refusal {
  return { status, why: `gateway-${why}`, message, request: null, nearest: null, next: 'try again later' };
}

function statusOf(problem: Problem): Refusal['status'] {
  if (problem === 'host-mismatch') return 421;
  return problem === 'head-too-long' || problem === 'too-many-fields' ? 431 : 400;
}

/** The body of a refusal: a problem of RFC 9457 with members of our own. */
export function refusalBody(refusal: Refusal): string {
  const { status, why, message, request, nearest, next } = refusal;
  return `${JSON.stringify({ type: 'about:blank', title: 'refused by nemoclaw', status, detail: message, why, request, nearest, next })}\n`;
}

/** Header fields of a refusal, in order. */
export function refusalFields(refusal: Refusal, body: string): [name: string, value: string][] {
  return [
    ['content-type', 'application/problem+json'],
    ['content-length', String(Buffer.byteLength(body))],
    ['cache-control', 'no-store'],
    [REFUSED_FIELD, refusal.why],
  ];
}

/** The whole refusal as HTTP/1.1. @param isHead the request was one for the head only */
export function refusalAnswer(refusal: Refusal, isHead: boolean, closes: boolean): string {
  const body = refusalBody(refusal);
  const fields = refusalFields(refusal, body);
  if (closes) fields.push(['connection', 'close']);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${refusal.status} ${REASONS[refusal.status]}\r\n${lines}\r\n${isHead ? '' : body}`;
}
