import { STATUS_CODES } from 'node:http';
import type { Refusal } from './refusal.ts';

/** Names the reason, the request and the nearest entry for programs that look at no body. An Item of RFC 9651. */
export const REFUSAL_HEADER = 'nemoclaw-refused';
/** RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json';
/** Names the kind of problem, as RFC 9457 wants it; nothing is fetched from there. */
const PROBLEM_URI = 'https://nemoclaw.dev/problems/egress/';

const TITLES: Readonly<Record<Refusal['status'], string>> = {
  400: 'The request could be read as more than one thing',
  403: 'The policy of this sandbox does not allow it',
  413: 'The request is too large to be looked into',
  415: 'The request has a body that cannot be looked into',
  421: 'The request is for another server than its connection',
  431: 'The head of the request is too large',
  502: 'The server could not be reached',
  503: 'The gateway cannot serve this now',
  504: 'The server did not answer in time',
};

/** A refusal as the answer to an HTTP request. */
export interface RefusalAnswer {
  readonly status: Refusal['status'];
  /** Names in lower case; values are printable ASCII. `content-length` is among them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Tells a program why it was refused: as a problem document (RFC 9457), and in a header in short. */
export function refusalAnswer(refusal: Refusal): RefusalAnswer {
  const { status, why, message, request, nearest, next } = refusal;
  const body = Buffer.from(
    `${JSON.stringify({
      type: `${PROBLEM_URI}${encodeURIComponent(why)}`,
      title: TITLES[status],
      status,
      detail: message,
      why,
      request: request ?? undefined,
      nearest: nearest ?? undefined,
      next,
    })}\n`,
  );
  return {
    status,
    headers: [
      ['content-type', PROBLEM_TYPE],
      ['content-length', String(body.length)],
      ['cache-control', 'no-store'],
      [REFUSAL_HEADER, refusalHeader(refusal)],
    ],
    body,
  };
}

/** `not-included; request="req-0123456789ab"; nearest="egress:api#0"`, in printable ASCII whatever the names are. */
export function refusalHeader({ why, request, nearest }: Refusal): string {
  const parameter = (key: string, value: string | null) =>
    value === null ? '' : `; ${key}=${structuredText(value)}`;
  return `${why}${parameter('request', request)}${parameter('nearest', nearest)}`;
}

/** The whole answer as HTTP/1.1. @param isHead the request was one for the head only */
export function refusalMessage(refusal: Refusal, isHead: boolean, closes: boolean): string {
  const { status, headers, body } = refusalAnswer(refusal);
  const fields = [...headers, ...(closes ? [['connection', 'close']] : [])];
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n`;
  return isHead ? head : `${head}${body.toString('latin1')}`;
}

/** A String of RFC 9651; what cannot stand in one becomes `?`. */
function structuredText(text: string): string {
  return `"${text.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}
