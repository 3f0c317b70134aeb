import type { Visibility } from './egress.ts';

/**
 * How a part of a request is seen, as tags of one dimension. `http`: a body that nobody read, which may ask for anything.
 * `none`: a request that asks for nothing inside. New names go at the end.
 */
export const SEEN_TAGS = [
  'opaque',
  'http',
  'none',
  'call',
  'tool',
  'query',
  'mutation',
  'subscription',
  'upgrade',
  'message',
  'binary',
] as const;
export type Seen = (typeof SEEN_TAGS)[number];

/** A set of ways to be seen: bit `i` stands for `SEEN_TAGS[i]`. */
export type SeenMask = number;

export function seenIndex(seen: Seen): number {
  return SEEN_TAGS.indexOf(seen);
}

export function seenMask(...seen: readonly Seen[]): SeenMask {
  return seen.reduce((mask, one) => mask | (1 << seenIndex(one)), 0);
}

export function isSeen(mask: SeenMask, seen: Seen): boolean {
  return ((mask >>> seenIndex(seen)) & 1) === 1;
}

/** A request that stays one, whatever is in it. */
export const HTTP_MASK: SeenMask = seenMask(
  'http',
  'none',
  'call',
  'tool',
  'query',
  'mutation',
  'subscription',
);
/** What makes a WebSocket, and goes through it. */
export const WEBSOCKET_MASK: SeenMask = seenMask('upgrade', 'message', 'binary');

const CALLS = seenMask('none', 'call', 'tool');

/** What an entry can tell apart and so allow at all. Bodies of plain `http` are not read, and what follows an upgrade neither. */
const SEEN_BY: Readonly<Record<Visibility, SeenMask>> = {
  opaque: seenMask('opaque') | HTTP_MASK | WEBSOCKET_MASK,
  http: HTTP_MASK,
  'json-rpc': CALLS,
  mcp: CALLS,
  graphql: seenMask('none', 'query', 'mutation', 'subscription'),
  websocket: WEBSOCKET_MASK,
};

export function seenBy(visibility: Visibility): SeenMask {
  return SEEN_BY[visibility];
}

/** What an entry that only writes requests down lets through. */
export function auditedBy(visibility: Visibility): SeenMask {
  return HTTP_MASK | SEEN_BY[visibility];
}
