import type {
  Http2Stream,
  OutgoingHttpHeaders,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from 'node:http2';
import type { Refusal } from '../../refusal.ts';
import { refusalAnswer } from '../../refusal-answer.ts';
import type { Fields } from '../message/fields.ts';

const NO_DATE = { sendDate: false };

/** So that node:http2 adds no time of its own: what an answer says of it is the server's. */
function asAnswered(options: ServerStreamResponseOptions): ServerStreamResponseOptions {
  return { ...options, ...NO_DATE };
}

/** Begins an answer. @returns whether it could be: HTTP/2 cannot say all that HTTP/1 can, nor anything to a client that has gone */
export function begin(
  stream: ServerHttp2Stream,
  headers: OutgoingHttpHeaders,
  options: ServerStreamResponseOptions,
): boolean {
  return said(() => stream.respond(headers, asAnswered(options)));
}

/** Nothing holds up header fields that a client does not take, and a server may send interim answers without end. */
const MOST_INTERIMS = 64;

/** Tells what comes before the answer; what HTTP/2 cannot say, or is too much, is left out, as any program may leave it. */
export function beginInterim(
  stream: ServerHttp2Stream,
  headers: OutgoingHttpHeaders,
  count: { interims: number },
): void {
  count.interims += 1;
  if (count.interims <= MOST_INTERIMS) said(() => stream.additionalHeaders(headers));
}

/** Ends an answer whose content was sent. Without trailers node:http2 sends an empty frame; closing would reset it, and curl waits on. */
export function sendTrailers(stream: ServerHttp2Stream, trailers: OutgoingHttpHeaders): void {
  if (!said(() => stream.sendTrailers(trailers))) breakOff(stream);
}

/** These calls throw for what a server or a client does, in the middle of reading from either. */
function said(say: () => void): boolean {
  try {
    say();
    return true;
  } catch (error) {
    if (isUnsayable(error)) return false;
    throw error;
  }
}

/** Whether node:http2 threw because of what it was to say, or to whom. */
export function isUnsayable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^ERR_(HTTP2|INVALID|HTTP)_/.test(String(error.code));
}

/** Answers a stream with a refusal, and tells the client not to send the rest of its body. */
export function refuseStream(stream: ServerHttp2Stream, refusal: Refusal): void {
  if (stream.destroyed || stream.headersSent) return;
  const { status, headers, body } = refusalAnswer(refusal);
  if (!begin(stream, { ':status': status, ...Object.fromEntries(headers) }, {})) {
    breakOff(stream);
    return;
  }
  stream.end(body);
  // Unread data would hold the window of the whole connection.
  stream.resume();
}

/**
 * Breaks a stream off, so that the other side sees that it is not whole. `close` would not do: it ends the stream first, as
 * if nothing were missing, and resets it then.
 */
export function breakOff(stream: Http2Stream): void {
  if (!stream.destroyed) stream.destroy(new Error('broken off'));
}

/** A stream with nothing in it ends before anybody reads it, and says so only once. */
export function whenEnded(stream: Http2Stream, then: () => void): void {
  if (stream.readableEnded) then();
  else stream.once('end', then);
}

/** Fields as node:http2 takes them: several of one name as a list. */
export function headersOf(fields: Fields): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (const { name, value } of fields) {
    const known = headers[name];
    if (known === undefined) headers[name] = value;
    else if (Array.isArray(known)) known.push(value);
    else headers[name] = [known, value];
  }
  return headers;
}
