import { urlPathReadings } from '../../../../compiler/domain/url-path.ts';
import type { Problem } from '../message/problem.ts';
import { parseQuery, type QueryPair } from './query.ts';

/** What a request asks of its host, as it is decided about and as it is passed on. */
export interface PathAndQuery {
  /** As the client wrote it, without the query. */
  readonly path: string;
  readonly query: readonly QueryPair[];
  /** What goes to the server; it can only be read as what was decided about. */
  readonly forwarded: string;
}

/** RFC 3986 section 3.3: what stands for itself in a path. */
const PLAIN_PATH = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/;
const UNRESERVED = /^[A-Za-z0-9\-._~]$/;
/** Written raw by some clients, and escaped by others, with one meaning. */
const ESCAPED_FOR_CLIENTS = /["<>^`{|}[\]]/g;
const QUERY = /^[\x21\x24-\x7e]*$/;

/** @param target begins with `/`; of visible ASCII characters */
export function parsePathAndQuery(target: string): PathAndQuery | Problem {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  if (path.includes('#') || path.includes('\\')) return 'bad-target';
  if (!urlPathReadings(path).ok) return 'bad-path';
  const forwarded = PLAIN_PATH.test(path) ? path : plainSpelling(path);
  if (mark === -1) return { path, query: [], forwarded };
  const text = target.slice(mark + 1);
  // `"` and `#` are the characters that the pattern leaves out.
  if (!QUERY.test(text)) return 'bad-target';
  const query = parseQuery(text);
  return query === null ? 'bad-query' : { path, query, forwarded: `${forwarded}?${text}` };
}

/**
 * The same path with escapes where they mean something only: those of letters, digits and `-._~` undone, which every
 * server undoes (RFC 3986 section 6.2.2.2), and raw characters escaped that URLs cannot have. What is reserved stays as it
 * was written, because signatures are made over it.
 */
function plainSpelling(path: string): string {
  return path
    .replace(/%([0-9A-Fa-f]{2})/g, (written, digits: string) => {
      const character = String.fromCharCode(Number.parseInt(digits, 16));
      return UNRESERVED.test(character) ? character : written.toUpperCase();
    })
    .replace(ESCAPED_FOR_CLIENTS, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
