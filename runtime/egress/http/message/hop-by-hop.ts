import { type Field, type Fields, membersOf } from './fields.ts';
import type { Problem } from './problem.ts';

/** Fields about one connection, which end where it ends (RFC 9110 section 7.6.1), and what clients tell proxies. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** What a connection field may not take off: without them a message is another one. */
const NOT_TO_BE_NAMED =
  /^(host|content-.*|authorization|cookie|expect|range|if-.*|origin|cache-control|sec-.*)$/;
const COMMON_OPTIONS = new Set(['', 'close', 'keep-alive']);

/** What the connection field of a message says. */
export interface ConnectionOptions {
  readonly close: boolean;
  readonly keepAlive: boolean;
  readonly upgrade: boolean;
  /** Fields that it makes hop-by-hop; in lower case. */
  readonly named: readonly string[];
}

const NOTHING: ConnectionOptions = { close: false, keepAlive: false, upgrade: false, named: [] };
const CLOSE: ConnectionOptions = { ...NOTHING, close: true };
const KEEP_ALIVE: ConnectionOptions = { ...NOTHING, keepAlive: true };

export function connectionOptions(fields: Fields): ConnectionOptions | Problem {
  let only: Field | null = null;
  let count = 0;
  for (const field of fields) {
    if (field.name !== 'connection') continue;
    only = field;
    count += 1;
  }
  if (only === null) return NOTHING;
  if (count === 1) {
    const value = only.value.toLowerCase();
    if (COMMON_OPTIONS.has(value)) return value === 'close' ? CLOSE : value === '' ? NOTHING : KEEP_ALIVE;
  }
  const members = membersOf(fields, 'connection');
  if (members.some((member) => NOT_TO_BE_NAMED.test(member))) return 'connection-option';
  return {
    close: members.includes('close'),
    keepAlive: members.includes('keep-alive'),
    upgrade: members.includes('upgrade'),
    named: members.filter((member) => member !== 'close' && member !== 'keep-alive' && member !== 'upgrade'),
  };
}

/** Whether a field goes on to the next connection. */
export function isEndToEnd(name: string, { named }: ConnectionOptions): boolean {
  return !HOP_BY_HOP.has(name) && (named.length === 0 || !named.includes(name));
}
