import { readAuthority, type Target } from './target.ts';

export type ConnectRequest =
  | { readonly kind: 'more' }
  /** Another method: a request for whoever forwards HTTP. */
  | { readonly kind: 'other' }
  | { readonly kind: 'connect'; readonly target: Target; readonly used: number }
  | { readonly kind: 'refused'; readonly status: 400 | 431; readonly problem: string };

/** All of the head, in bytes. */
export const LONGEST_HEAD = 16_384;
const MOST_FIELDS = 100;
const METHOD = 'CONNECT ';
const HEAD_END = '\r\n\r\n';
const REQUEST_LINE = /^CONNECT ([^ ]+) HTTP\/1\.[01]$/;
/** RFC 9110 section 5.1: no space before the colon; section 5.5: no control character but the tab in a value. */
const FIELD = /^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(?<value>[\t\x20-\x7e\x80-\xff]*)$/;
const WITH_BODY = ['content-length', 'transfer-encoding', 'upgrade', 'expect'];

/** Reads the head of a CONNECT request. Strict: what two programs could read as two things is refused (RFC 9112). */
export function readConnect(bytes: Buffer): ConnectRequest {
  const start = bytes.toString('latin1', 0, METHOD.length);
  if (!METHOD.startsWith(start)) return { kind: 'other' };
  const end = bytes.indexOf(HEAD_END);
  if (end > LONGEST_HEAD || (end === -1 && bytes.length > LONGEST_HEAD)) {
    return { kind: 'refused', status: 431, problem: 'its head is too long' };
  }
  if (end === -1) return { kind: 'more' };
  const [line, ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  const authority = REQUEST_LINE.exec(line!)?.[1];
  if (authority === undefined) return refused('its first line is no CONNECT of HTTP/1');
  const read = readAuthority(authority);
  if (!read.ok) return refused(read.problem);
  const problem = fieldsProblem(fields, authority, read.target);
  return problem === null
    ? { kind: 'connect', target: read.target, used: end + HEAD_END.length }
    : refused(problem);
}

function fieldsProblem(fields: readonly string[], authority: string, target: Target): string | null {
  if (fields.length > MOST_FIELDS) return 'it has too many fields';
  let hosts = 0;
  for (const field of fields) {
    const parts = FIELD.exec(field)?.groups;
    if (parts === undefined) return 'one of its lines is no field';
    const name = parts.name!.toLowerCase();
    if (WITH_BODY.includes(name)) return `it has the field \`${name}\``;
    if (name !== 'host') continue;
    hosts += 1;
    if (hosts > 1) return 'it has two fields `host`';
    if (!isSameHost(parts.value!.trimEnd(), authority, target)) return 'its field `host` is another host';
  }
  return null;
}

/** Some clients leave the port out. */
function isSameHost(value: string, authority: string, target: Target): boolean {
  if (value === authority) return true;
  return [value, `${value}:${target.port}`].some((text) => {
    const read = readAuthority(text);
    return read.ok && read.target.host === target.host && read.target.port === target.port;
  });
}

function refused(problem: string): ConnectRequest {
  return { kind: 'refused', status: 400, problem };
}
