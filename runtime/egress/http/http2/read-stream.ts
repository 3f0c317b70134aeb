import type { ServerHttp2Stream } from 'node:http2';
import type { ReadRequest } from '../client/read-request.ts';
import { type Field, isToken } from '../message/fields.ts';
import type { Framing } from '../message/framing.ts';
import { isOverridden, isOverriddenByQuery } from '../message/overrides.ts';
import type { Problem } from '../message/problem.ts';
import { isProblem } from '../message/problem.ts';
import { type KnownDestination, originTarget } from '../target/request-target.ts';

const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const LENGTH = /^[0-9]{1,15}$/;
const PSEUDO = new Set([':method', ':scheme', ':authority', ':path']);
const NO_OPTIONS = { close: false, keepAlive: false, upgrade: false, named: [] };
/** Must not be in HTTP/2 at all (RFC 9113 section 8.2.2). */
const CONNECTION_FIELDS = /^(connection|keep-alive|proxy-connection|transfer-encoding|upgrade)$/;

/**
 * The request of a stream, read as strictly as one of HTTP/1. Its `:authority` stands in for the Host field, and where
 * both are there they must agree.
 *
 * @param raw names and values in turn, as they came
 */
export function readStream(
  raw: readonly string[],
  hasBody: boolean,
  known: KnownDestination,
): ReadRequest | Problem {
  const pseudo = new Map<string, string>();
  const fields: Field[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name, value] = [raw[at]!, raw[at + 1]!];
    if (!VALUE.test(value)) return 'control-character';
    if (name.startsWith(':')) {
      if (!PSEUDO.has(name) || pseudo.has(name)) return 'field-name';
      pseudo.set(name, value);
    } else if (name.toLowerCase() !== name || !isToken(name)) return 'field-name';
    else if (CONNECTION_FIELDS.test(name)) return 'connection-option';
    else fields.push({ name, spelled: name, value: value.trim() });
  }
  const method = pseudo.get(':method') ?? '';
  if (method === 'CONNECT') return 'connect-inside';
  if (isOverridden(method, fields)) return 'overridden';
  const framing = framingOf(fields, hasBody);
  if (isProblem(framing)) return framing;
  if (!isToken(method) || pseudo.get(':scheme') !== (known.secure ? 'https' : 'http')) return 'target-form';
  const path = pseudo.get(':path') ?? '';
  if (!/^\/[\x21-\x7e]*$/.test(path)) return 'target-form';
  const authority = pseudo.get(':authority');
  const named = authority === undefined ? [] : [{ name: 'host', spelled: 'host', value: authority }];
  const target = targetOf({ method, path, fields, named }, known);
  if (isProblem(target)) return target;
  if (isOverriddenByQuery(method, target.query)) return 'overridden';
  const own = withOneCookie(fields.filter(({ name }) => name !== 'host'));
  return {
    head: { method, target: path, minor: 1, fields: own },
    target,
    framing,
    options: NO_OPTIONS,
    isWebSocket: false,
    expectsContinue: false,
    staysOpen: true,
  };
}

interface NamedTarget {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly Field[];
  readonly named: readonly Field[];
}

function targetOf({ method, path, fields, named }: NamedTarget, known: KnownDestination) {
  const written = fields.filter(({ name }) => name === 'host');
  if (named.length > 0 && written.length > 0) {
    const problem = originTarget({ method, target: path, minor: 1, fields: written }, known);
    if (isProblem(problem)) return problem;
  }
  return originTarget({ method, target: path, minor: 1, fields: named.length > 0 ? named : written }, known);
}

function framingOf(fields: readonly Field[], hasBody: boolean): Framing | Problem {
  const lengths = fields.filter(({ name }) => name === 'content-length').map(({ value }) => value);
  if (lengths.length > 1) return 'two-lengths';
  if (lengths.length === 1) {
    if (!LENGTH.test(lengths[0]!)) return 'bad-length';
    const length = Number(lengths[0]);
    if (!hasBody && length > 0) return 'cut-short';
    return { kind: 'length', length };
  }
  return hasBody ? { kind: 'chunked' } : { kind: 'none' };
}

/** HTTP/2 may send cookies in pieces; in HTTP/1 they are one field (RFC 9113 section 8.2.3). */
function withOneCookie(fields: readonly Field[]): Field[] {
  const cookies = fields.filter(({ name }) => name === 'cookie');
  if (cookies.length < 2) return [...fields];
  const value = cookies.map((cookie) => cookie.value).join('; ');
  return [...fields.filter(({ name }) => name !== 'cookie'), { name: 'cookie', spelled: 'cookie', value }];
}

/** Whether data follow the header fields. */
export function hasBody(stream: ServerHttp2Stream): boolean {
  return !stream.endAfterHeaders;
}
