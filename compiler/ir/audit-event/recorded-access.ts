import { hasCredentialForm, namesCredential } from '../../frontend/schema/credentials.ts';
import type { EgressAccess } from '../access.ts';
import { CUT, isOpaque, isSecretValue, LEAST_TOKEN, MASKED } from './masking.ts';
import { recordedOperations } from './recorded-operations.ts';

export { CUT, MASKED } from './masking.ts';

/** Longest texts of an access that are written down, in UTF-16 units: together they stay well below `LONGEST_LINE`. */
const LONGEST = {
  asked: 200,
  host: 512,
  binary: 1024,
  method: 64,
  path: 2048,
  name: 64,
  value: 256,
} as const;
const MOST_PARAMETERS = 16;

/**
 * An access as it is written down, in the audit log and in a request alike: bounded, and without what looks like a secret.
 * Path segments and values of the query may hold tokens; such a one becomes `[masked]` as a whole. What a policy speaks of
 * (hosts, ports, methods, ordinary paths) stays as it was asked. Recording a recorded access changes nothing.
 */
export function recordedEgress(access: EgressAccess): EgressAccess {
  const { http } = access;
  return {
    ...access,
    host: cut(access.host, LONGEST.host),
    binary: cut(access.binary, LONGEST.binary),
    http:
      http === null
        ? null
        : {
            method: cut(http.method, LONGEST.method),
            path: recordedPath(http.path),
            query: http.query.length === 0 ? http.query : recordedQuery(http.query),
            operations: recordedOperations(http.operations),
          },
  };
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest - CUT.length) + CUT;
}

/** The path of a request as it is written down. */
export function recordedPath(path: string): string {
  // Cut first, between segments, so that no half of a token is left that no longer looks like one.
  const whole = path.length <= LONGEST.path ? path : beginningOf(path);
  if (whole.length < LEAST_TOKEN && !whole.includes('=')) return whole;
  const masked = MAY_BE_SECRET.test(whole) ? withoutSecretSegments(whole) : whole;
  // A form that only several segments show together: which of them is the secret cannot be told.
  return hasCredentialForm(masked) ? `/${MASKED}` : masked;
}

/**
 * What was asked may hold a login. It was refused for being no authority, so nobody knows where the login begins: all between the
 * method, or a scheme, and the last `@` is taken for one.
 */
const LOGIN = /^(\S+ (?:https?:\/\/)?)?.*(@|%40)/is;

/** What was asked that is no access, as it is written down: bounded, without a login and what looks like a secret. */
export function recordedAsked(text: string): string {
  const parts = text.replace(LOGIN, `$1${MASKED}$2`).split(/([\s/:?&=,;]+)/);
  const masked = parts.map((part) => (hasCredentialForm(part) || isOpaque(part) ? MASKED : part)).join('');
  return hasCredentialForm(masked) ? MASKED : cut(masked, LONGEST.asked);
}

/** A segment that is looked at closely. Most paths have none. */
const MAY_BE_SECRET = /[^/]{20}|=/;

function withoutSecretSegments(path: string): string {
  return path
    .split('/')
    .map((segment) => (isSecretSegment(segment) ? MASKED : segment))
    .join('/');
}

function beginningOf(path: string): string {
  const end = path.lastIndexOf('/', LONGEST.path - CUT.length - 1);
  return `${path.slice(0, Math.max(end, 0))}/${CUT}`;
}

function isSecretSegment(segment: string): boolean {
  if (segment.length < LEAST_TOKEN && !segment.includes('=')) return false;
  return [segment, decoded(segment)].some(
    (text) =>
      hasCredentialForm(text) || text.split(/[;,:=@]/).some(isOpaque) || text.split(/[;,]/).some(isPair),
  );
}

/** `;jsessionid=...` and the like. */
function isPair(text: string): boolean {
  const at = text.indexOf('=');
  return at > 0 && isSecretParameter(text.slice(0, at), text.slice(at + 1));
}

function decoded(text: string): string {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
}

function recordedQuery(query: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const kept = query.length <= MOST_PARAMETERS ? query : query.slice(0, MOST_PARAMETERS - 1);
  const recorded = kept.map(([name, value]): readonly [string, string] => [
    name.length > LONGEST.name ? CUT : isSecretValue(name) ? MASKED : name,
    recordedValue(name, value),
  ]);
  if (kept.length < query.length) recorded.push([CUT, CUT]);
  return recorded;
}

function recordedValue(name: string, value: string): string {
  if (value === MASKED || value === CUT) return value;
  if (value.length > LONGEST.value) return CUT;
  return isSecretParameter(name, value) ? MASKED : value;
}

/** Names under which signatures, sessions and keys travel in URLs, beside those of `namesCredential`. */
const SECRET_NAME =
  /(?:^|[^a-z])(?:sig|signature|session|sessionid|jsessionid|sid|auth|code|jwt|key|otp|pwd|pass)(?:$|[^a-z])/i;

function isSecretParameter(name: string, value: string): boolean {
  if (value === '' || value === MASKED) return false;
  return SECRET_NAME.test(name) || namesCredential(name) || isSecretValue(decoded(value));
}
