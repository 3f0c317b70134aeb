/**
 * HTTP methods that a policy can name, in bit order, then one bit for every other method together. From the IANA HTTP
 * Method Registry (RFC 9110 section 18.2), leaving out names that no client of today sends, with PURGE of the caches.
 * New names go at the end, so that old sets keep their meaning.
 */
export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'QUERY',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'ACL',
  'SEARCH',
  'REPORT',
  'MKCALENDAR',
  'MKACTIVITY',
  'MERGE',
  'CHECKIN',
  'CHECKOUT',
  'VERSION-CONTROL',
  'LINK',
  'UNLINK',
  'PURGE',
] as const;

/** How the methods without a name of their own are shown. */
export const OTHER_METHOD = 'OTHER';

/** Names of the bits of a `MethodSet`, for a dimension of a diagram. */
export const METHOD_TAGS: readonly string[] = [...METHODS, OTHER_METHOD];

/** A set of methods: bit `i` stands for `METHOD_TAGS[i]`. */
export type MethodSet = number;

export const NO_METHODS: MethodSet = 0;
export const ALL_METHODS: MethodSet = 2 ** METHOD_TAGS.length - 1;

/** `*` and the methods that cannot be named fall under this bit. */
const OTHER_INDEX = METHODS.length;

export type MethodProblem = 'empty' | 'not-a-token' | 'unknown';

export type MethodParse =
  | { readonly ok: true; readonly methods: MethodSet }
  | { readonly ok: false; readonly problem: MethodProblem; readonly suggestions: readonly string[] };

/** `tchar` of RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reads one method of a policy in any case; `*` is every method, and GET covers HEAD. */
export function parseMethod(text: string): MethodParse {
  if (text === '*') return { ok: true, methods: ALL_METHODS };
  if (text === '') return { ok: false, problem: 'empty', suggestions: [] };
  if (!TOKEN.test(text)) return { ok: false, problem: 'not-a-token', suggestions: [] };
  const name = text.toUpperCase();
  const index = nameIndex(name);
  if (index === -1) return { ok: false, problem: 'unknown', suggestions: METHODS };
  return { ok: true, methods: name === 'GET' ? bit(index) | bit(nameIndex('HEAD')) : bit(index) };
}

/**
 * The bit index of the method of one request. Null for what is no token, and for a known method in another case:
 * methods are case-sensitive, servers are not always, so `delete` must slip past neither a grant nor a denial.
 */
export function methodIndex(method: string): number | null {
  if (!TOKEN.test(method)) return null;
  const index = nameIndex(method);
  if (index !== -1) return index;
  return nameIndex(method.toUpperCase()) === -1 ? OTHER_INDEX : null;
}

export function methodsInclude(methods: MethodSet, index: number): boolean {
  return ((methods >>> index) & 1) === 1;
}

/** `*`, or the names in bit order with OTHER for the nameless ones. */
export function listMethods(methods: MethodSet): string[] {
  if (methods === ALL_METHODS) return ['*'];
  return METHOD_TAGS.filter((_, index) => methodsInclude(methods, index));
}

function nameIndex(name: string): number {
  return (METHODS as readonly string[]).indexOf(name);
}

function bit(index: number): MethodSet {
  return 2 ** index;
}
