import { STATUS_CODES } from 'node:http';
import type { Refusal } from '../refusal.ts';

/** Header field that programs can look at without reading the body. */
const REFUSED_FIELD = 'nemoclaw-refused';

/** A refusal as the answer to an HTTP/1 request: a problem of RFC 9457 with members of our own. */
export function refusalWords(refusal: Refusal): string {
  const { status, why, message, request, nearest, next } = refusal;
  const problem = { type: 'about:blank', title: 'refused by nemoclaw', status, detail: message };
  const body = `${JSON.stringify({ ...problem, why, request, nearest, next })}\n`;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `${REFUSED_FIELD}: ${why}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
