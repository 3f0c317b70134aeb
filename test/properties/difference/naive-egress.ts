import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { PlainEntry, PlainRule } from '../../support/plain-egress.ts';
import { isNaivePath, naiveGlobMatches, naiveHostMatches, textMatches } from '../domain/naive.ts';
import { isNaivePublic, naiveAddress, naiveBlockHolds } from './naive-address.ts';
import {
  couldSpeakOf,
  isReadBy,
  type NaivePart,
  naiveParts,
  speaksOf as operationFits,
} from './naive-operations.ts';

/**
 * What becomes of an access to the network a second time, written from the description of the language (decision 4) and
 * sharing nothing with the compiler: every entry is looked at, every pattern is tried by backtracking.
 */
export function naiveDecide(entries: readonly PlainEntry[], tried: NaiveAttempt | null): 'allow' | 'deny' {
  if (tried === null) return 'deny';
  if (tried.otherPath !== null) {
    const asOther = naiveDecide(entries, { ...tried, path: tried.otherPath, otherPath: null });
    if (asOther === 'deny') return 'deny';
  }
  const parts = tried.parts ?? [null];
  return parts.every((part) => naiveDecidePart(entries, { ...tried, part }) === 'allow') ? 'allow' : 'deny';
}

interface NaiveTry extends NaiveAttempt {
  readonly part: NaivePart | null;
}

function naiveDecidePart(entries: readonly PlainEntry[], tried: NaiveTry): 'allow' | 'deny' {
  const concerned = entries.filter((entry) => speaksOf(entry, tried));
  if (concerned.some((entry) => refuses(entry, tried))) return 'deny';
  return concerned.some((entry) => permits(entry, tried)) ? 'allow' : 'deny';
}

/** An access in one spelling. */
export interface NaiveAttempt {
  /** A name, or null for an address literal. */
  readonly name: string | null;
  readonly port: number;
  readonly binary: string;
  readonly sha256: string | null;
  readonly address: bigint | null;
  readonly method: string | null;
  readonly path: string;
  /** What a server asks for that keeps an escaped `/` within its segment; null where there is none. */
  readonly otherPath: string | null;
  readonly query: readonly (readonly [string, string])[];
  readonly at: number;
  /** What it asks for; null for a stream. */
  readonly parts: readonly NaivePart[] | null;
}

/** Null for what nobody can ask for, or what two programs could read as two things. */
export function naiveAttempt(access: EgressAccess): NaiveAttempt | null {
  const host = naiveHost(access.host);
  const binary = naiveBinary(access.binary);
  if (host === null || binary === null) return null;
  const dialled = access.address === null ? null : naiveAddress(access.address);
  if (access.address !== null && dialled === null) return null;
  if (typeof host === 'bigint' && dialled !== null && dialled !== host) return null;
  if (access.http?.query.some(([, value]) => value.includes('\0') || !value.isWellFormed())) return null;
  const written = access.http === null ? '/' : access.http.path;
  const path = naiveUrlPath(written.replaceAll('%2F', '/').replaceAll('%2f', '/'));
  const isInDoubt = written.toLowerCase().includes('%2f');
  const method = access.http === null ? null : naiveMethod(access.http.method);
  const parts = access.http === null ? null : naiveParts(access.http.operations);
  if (access.http !== null && parts === null) return null;
  if (path === null || (access.http !== null && method === null)) return null;
  return {
    name: typeof host === 'string' ? host : null,
    port: access.port,
    binary,
    sha256: access.sha256,
    address: typeof host === 'bigint' ? host : dialled,
    method,
    path,
    otherPath: isInDoubt ? decodeURIComponent(written.replace(/%2f/gi, '%252F')) : null,
    query: access.http?.query ?? [],
    at: access.at,
    parts,
  };
}

/** A name in lower case without its final dot, or the address that the text is a spelling of. */
function naiveHost(text: string): string | bigint | null {
  const bare = text.startsWith('[') && text.endsWith(']') && text.includes(':') ? text.slice(1, -1) : text;
  const address = naiveAddress(bare);
  if (address !== null) return address;
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  const labels = name.split('.');
  const last = labels.at(-1)!;
  if (/^[0-9]+$/.test(last) || /^0x[0-9a-f]*$/.test(last)) return null;
  return labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label)) && name.length <= 253 ? name : null;
}

function naiveBinary(text: string): string | null {
  if (!text.startsWith('/')) return null;
  const path = text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
  return isNaivePath(path) && (path === '/' || !path.endsWith('/')) ? path : null;
}

function naiveUrlPath(raw: string): string | null {
  if (/[?#]/.test(raw) || /%2f|%5c/i.test(raw)) return null;
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return null;
  }
  if (/%[0-9a-f][0-9a-f]/i.test(path) || path.includes('\\') || !isNaivePath(path)) return null;
  return path.split('/').some((segment) => segment.startsWith('.;') || segment.startsWith('..;'))
    ? null
    : path;
}

const NAMES = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PURGE'];

/** The methods that the tests name; any other token is `other`. */
function naiveMethod(text: string): string | null {
  if (NAMES.includes(text)) return text;
  return NAMES.includes(text.toUpperCase()) || !/^[A-Za-z-]+$/.test(text) ? null : 'other';
}

function speaksOf(entry: PlainEntry, tried: NaiveAttempt): boolean {
  return (
    naiveHostFits(entry.host, tried) &&
    entry.ports.some(([low, high]) => low <= tried.port && tried.port <= high) &&
    (entry.binaries === null ||
      entry.binaries.some(
        ({ path, sha256 }) =>
          naiveGlobMatches(path, tried.binary) && (sha256 === null || sha256 === tried.sha256),
      ))
  );
}

/** An address is never matched by a pattern of names, nor a name by an address. */
export function naiveHostFits(pattern: string, { name, address }: NaiveAttempt): boolean {
  const literal = naiveAddress(pattern);
  if (name === null) return literal !== null && literal === address;
  return literal === null && naiveHostMatches(pattern, name);
}

function refuses(entry: PlainEntry, tried: NaiveTry): boolean {
  if (entry.enforcement === 'audit') return false;
  if (tried.method === null) return entry.deny.length > 0;
  return entry.deny.some(
    (rule) =>
      ruleFits(rule, tried, (values, fits) => values.some(fits)) &&
      couldSpeakOf(rule.operations, tried.part!),
  );
}

function permits(entry: PlainEntry, tried: NaiveTry): boolean {
  if (!addressFits(entry, tried)) return false;
  if (entry.expiresAt !== null && tried.at >= entry.expiresAt) return false;
  if (entry.visibility === 'opaque') return true;
  if (tried.method === null) return false;
  const part = tried.part!;
  const isRead = isReadBy(entry.visibility, part);
  if (entry.enforcement === 'audit') return isRead || isReadBy('http', part);
  if (!isRead || entry.allow === 'none') return false;
  if (entry.allow === 'all') return true;
  return entry.allow.some(
    (rule) =>
      ruleFits(rule, tried, (values, fits) => values.every(fits)) && operationFits(rule.operations, part),
  );
}

/** An address that is not known yet could still be a right one. */
function addressFits(entry: PlainEntry, { address }: NaiveAttempt): boolean {
  if (address === null) return true;
  if (entry.addresses !== null) return entry.addresses.some((block) => naiveBlockHolds(block, address));
  return naiveAddress(entry.host) !== null || isNaivePublic(address);
}

function ruleFits(
  rule: PlainRule,
  { method, path, query }: NaiveAttempt,
  quantified: (values: readonly string[], fits: (value: string) => boolean) => boolean,
): boolean {
  return (
    naiveMethodFits(rule.methods, method!) &&
    (rule.path === null || naiveGlobMatches(rule.path, path)) &&
    rule.query.every(([key, glob]) => {
      const values = query.filter(([name]) => name === key).map(([, value]) => value);
      return values.length > 0 && quantified(values, (value) => textMatches(glob, value));
    })
  );
}

function naiveMethodFits(methods: readonly string[], method: string): boolean {
  return methods.some((one) => one === '*' || one === method || (one === 'GET' && method === 'HEAD'));
}
