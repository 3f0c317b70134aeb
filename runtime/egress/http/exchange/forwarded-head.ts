import { fieldsWithoutSecrets, withoutSecrets, withSecrets } from '../credentials.ts';
import { type Field, type Fields, valuesOf } from '../message/fields.ts';
import type { Framing } from '../message/framing.ts';
import type { RequestHead, ResponseHead } from '../message/head.ts';
import { type ConnectionOptions, isEndToEnd } from '../message/hop-by-hop.ts';
import type { Credential } from '../request-gate.ts';
import { printAuthority } from '../target/authority.ts';
import type { RequestTarget } from '../target/request-target.ts';

/**
 * The head that goes to the server: nothing of the client's connection, nothing about the gateway, the host from what was
 * decided about and not from what the client wrote beside it.
 */
export function forwardedRequest(
  { method, fields }: Pick<RequestHead, 'method' | 'fields'>,
  target: RequestTarget,
  options: ConnectionOptions,
  credentials: readonly Credential[],
  extra: string,
): string {
  const { host, port } = target.authority;
  let text = `${method} ${target.forwarded} HTTP/1.1\r\nHost: ${printAuthority(host, port, target.isSecure)}\r\n`;
  for (const { name, spelled, value } of fields) {
    if (name === 'host' || !isEndToEnd(name, options)) continue;
    text += `${spelled}: ${withSecrets(name, value, credentials)}\r\n`;
  }
  return `${text}${extra}\r\n`;
}

/** Fields of an answer as the client may see them, without what is about the server's connection. */
export function answerFields(
  fields: Fields,
  options: ConnectionOptions,
  credentials: readonly Credential[],
): readonly Field[] {
  const kept = fields.filter(({ name }) => isEndToEnd(name, options));
  return fieldsWithoutSecrets(kept, credentials);
}

/** The head of an answer whose status line repeats no secret; its fields are those of `answerFields`. */
export function headWithoutSecrets(head: ResponseHead, credentials: readonly Credential[]): ResponseHead {
  return credentials.length === 0 ? head : { ...head, reason: withoutSecrets(head.reason, credentials) };
}

/** How the body of an answer is written to a client of HTTP/1. */
export type AnswerCoding = 'none' | 'as-it-came' | 'content' | 'chunk-by-chunk' | 'until-close';

/** @param isMasked the content may be other than it came, of the same length */
export function answerCoding(framing: Framing, clientMinor: 0 | 1, isMasked = false): AnswerCoding {
  if (framing.kind === 'none') return 'none';
  if (framing.kind === 'length') return isMasked ? 'content' : 'as-it-came';
  if (clientMinor === 0) return 'until-close';
  return framing.kind === 'chunked' && !isMasked ? 'as-it-came' : 'chunk-by-chunk';
}

/** @param connection `close`, `keep-alive` or null, which says nothing */
export function forwardedAnswer(
  { status, reason }: Pick<ResponseHead, 'status' | 'reason'>,
  fields: Fields,
  isChunked: boolean,
  connection: string | null,
): string {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (const { spelled, value } of fields) text += `${spelled}: ${value}\r\n`;
  if (isChunked) text += 'Transfer-Encoding: chunked\r\n';
  if (connection !== null) text += `Connection: ${connection}\r\n`;
  return `${text}\r\n`;
}

/** Whether a request asks for a WebSocket; a Problem where it does so in a form that servers read in different ways. */
export function asksForWebSocket(head: RequestHead, options: ConnectionOptions): boolean | 'bad-upgrade' {
  if (!options.upgrade) return false;
  const protocols = valuesOf(head.fields, 'upgrade');
  // Other protocols, such as h2c, are not offered to the server: the request goes on as what it is beside them.
  if (!protocols.some((value) => /\bwebsocket\b/i.test(value))) return false;
  const isPlain =
    protocols.length === 1 &&
    protocols[0]!.toLowerCase() === 'websocket' &&
    head.method === 'GET' &&
    head.minor === 1 &&
    valuesOf(head.fields, 'sec-websocket-key').length === 1 &&
    valuesOf(head.fields, 'sec-websocket-version').length === 1;
  return isPlain ? true : 'bad-upgrade';
}
