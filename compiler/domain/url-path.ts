declare const canonical: unique symbol;

/** The path of a URL in the one spelling that globs are matched against: decoded, without escapes. */
export type UrlPath = string & { readonly [canonical]: true };

export type UrlPathProblem =
  | 'relative'
  | 'query-or-fragment'
  | 'bad-escape'
  | 'escaped-separator'
  | 'double-escape'
  | 'backslash'
  | 'empty-segment'
  | 'dot-segment'
  | 'control-character'
  | 'too-long';

export type UrlPathParse =
  | { readonly ok: true; readonly path: UrlPath }
  | { readonly ok: false; readonly problem: UrlPathProblem };

const LONGEST_URL_PATH = 8192;
const CONTROL_CHARACTER = /\p{Cc}|\p{Surrogate}/u;

/**
 * Decodes the percent-escapes of a request's path, once. Refused is every spelling that two servers could read as two
 * different paths: escaped `/` or `\`, escapes of escapes, dot segments (also with parameters, `..;`), empty segments.
 */
export function canonicalUrlPath(raw: string): UrlPathParse {
  if (!raw.startsWith('/')) return refused('relative');
  if (raw.length > LONGEST_URL_PATH) return refused('too-long');
  if (/[?#]/.test(raw)) return refused('query-or-fragment');
  if (/%(2f|5c)/i.test(raw)) return refused('escaped-separator');
  const path = decoded(raw);
  if (path === null) return refused('bad-escape');
  if (/%[0-9a-f]{2}/i.test(path)) return refused('double-escape');
  if (path.includes('\\')) return refused('backslash');
  if (CONTROL_CHARACTER.test(path)) return refused('control-character');
  const segments = path.slice(1).split('/');
  for (const [at, segment] of segments.entries()) {
    if (segment === '' && at < segments.length - 1) return refused('empty-segment');
    if (/^\.{1,2}(;|$)/.test(segment)) return refused('dot-segment');
  }
  return { ok: true, path: path as UrlPath };
}

/** Every path that servers may take a request for: the one spelling, or two where there is an escaped `/`. */
export type UrlPathReadings =
  | { readonly ok: true; readonly path: UrlPath; readonly alternative: UrlPath | null }
  | { readonly ok: false; readonly problem: UrlPathProblem };

/**
 * As `canonicalUrlPath`, but an escaped `/` is no end of it: some servers take `/@a%2fb` for `/@a/b`, others for one
 * segment, whose value is `@a%2Fb`. Both are given, and a request is allowed only as both. Nothing else may be in doubt:
 * `..%2f` and `%2f%2f` are refused.
 */
export function urlPathReadings(raw: string): UrlPathReadings {
  if (!/%2f/i.test(raw)) {
    const only = canonicalUrlPath(raw);
    return only.ok ? { ok: true, path: only.path, alternative: null } : only;
  }
  if (!raw.startsWith('/')) return refused('relative');
  const separated = canonicalUrlPath(raw.replace(/%2f/gi, '/'));
  if (!separated.ok) return separated;
  // What is valid with a `/` there is valid without: escapes are whole, and every segment is a part of a longer one.
  const kept = raw.split(/%2f/i).map(decodeURIComponent).join('%2F');
  return { ok: true, path: separated.path, alternative: kept as UrlPath };
}

/** The path as a client writes it in a URL; `canonicalUrlPath` reads it back. */
export function printUrlPath(path: string): string {
  return path.replace(/[%?#]/g, encodeURIComponent);
}

/** Null where an escape is cut short or its bytes are no UTF-8: then `decodeURIComponent` refuses it, and nothing else. */
function decoded(raw: string): string | null {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

function refused(problem: UrlPathProblem): { readonly ok: false; readonly problem: UrlPathProblem } {
  return { ok: false, problem };
}
