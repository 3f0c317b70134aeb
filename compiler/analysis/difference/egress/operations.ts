import type { Value } from '../../../domain/diagram/dimension.ts';
import type { Preferences } from '../../../domain/diagram/find-point.ts';
import { GRAPHQL_TYPES } from '../../../frontend/blueprint/inner-protocol.ts';
import { ALL, NONE, only } from '../../../ir/extent.ts';
import { type Operation, type Operations, TOOL_METHOD } from '../../../ir/operation.ts';
import {
  HTTP_MASK,
  SEEN_TAGS,
  type Seen,
  type SeenMask,
  seenMask,
  WEBSOCKET_MASK,
} from '../../../ir/seen.ts';
import type { Term } from '../change.ts';

/** What stands for a side of an operation that makes no difference. */
export const ANY_OPERATION: Readonly<Record<string, Value>> = {
  'rpc method': 'any',
  tool: 'any',
  'operation name': '',
  field: 'any',
  message: '',
};

/** An operation without a name before one with a name. */
export const READABLE_OPERATIONS: Preferences = {
  'rpc method': [TOOL_METHOD, 'any'],
  'operation name': [''],
  field: ['any'],
};

/** What the request of a point of an egress diagram asks for. */
export function operationsAt(values: Readonly<Record<string, Value | null>>): Operations {
  // A diagram has the sides of operations only where rules speak of them.
  const text = (side: string) => (values[side] ?? ANY_OPERATION[side]) as string;
  const seen = SEEN_TAGS[values.visibility as number]!;
  const type = GRAPHQL_TYPES.find((one) => one === seen);
  if (type !== undefined) {
    const name = text('operation name');
    return asked({ kind: 'graphql', type, name: name === '' ? null : name, fields: [text('field')] });
  }
  switch (seen) {
    case 'none':
      return NONE;
    case 'call':
      return asked({ kind: 'call', method: text('rpc method'), tool: null });
    case 'tool':
      return asked({ kind: 'call', method: TOOL_METHOD, tool: text('tool') });
    case 'upgrade':
      return asked({ kind: 'upgrade' });
    case 'message':
      return asked({ kind: 'message', text: text('message') });
    case 'binary':
      return asked({ kind: 'message', text: null });
    default:
      return ALL;
  }
}

function asked(operation: Operation): Operations {
  return only([operation] as const);
}

const WORDS: Readonly<Record<Seen, string>> = {
  opaque: 'an opaque tunnel that is no WebSocket',
  http: 'HTTP requests whose content nobody reads',
  none: 'HTTP requests that ask for nothing inside',
  call: 'calls of JSON-RPC without a tool',
  tool: 'calls of tools of MCP',
  query: 'queries of GraphQL',
  mutation: 'mutations of GraphQL',
  subscription: 'subscriptions of GraphQL',
  upgrade: 'the opening of a WebSocket',
  message: 'text on a WebSocket',
  binary: 'binary messages on a WebSocket',
};

/** What a stream shows that nobody looks into: it may be a WebSocket as well. */
export const STREAM_MASK: SeenMask = seenMask('opaque') | WEBSOCKET_MASK;

/** Several ways to be seen that have one name together. */
const GROUPS: readonly (readonly [mask: SeenMask, words: string])[] = [
  // A WebSocket that nobody reads is a stream like any other.
  [STREAM_MASK, 'an opaque tunnel'],
  [HTTP_MASK, 'inspected HTTP requests'],
  [seenMask('call', 'tool'), 'calls of JSON-RPC'],
  [seenMask('query', 'mutation', 'subscription'), 'operations of GraphQL'],
  [seenMask('message', 'binary'), 'messages on a WebSocket'],
];

/** How accesses are seen, in words; groups by their name where all of them are there. */
export function seenTerms(mask: SeenMask): readonly Term[] {
  let left = mask;
  const words: string[] = [];
  for (const [group, name] of GROUPS) {
    if ((left & group) !== group) continue;
    words.push(name);
    left &= ~group;
  }
  for (const seen of SEEN_TAGS) if ((left & seenMask(seen)) !== 0) words.push(WORDS[seen]);
  return words.map((text) => ({ all: [text], except: [] }));
}
