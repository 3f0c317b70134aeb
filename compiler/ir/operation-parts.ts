import { type Glob, globMatches, listValue } from '../domain/glob.ts';
import type { Extent } from './extent.ts';
import { type Operation, type OperationSet, type Operations, TOOL_METHOD } from './operation.ts';
import { type Seen, seenIndex } from './seen.ts';

/** The least that is decided about: one call, or one field of an operation. What does not apply is empty. */
export interface OperationPart extends Readonly<Record<OperationText, string>> {
  readonly seen: Seen;
  /** Index of the tag of `seen`. */
  readonly tag: number;
}

/**
 * `call`: method of JSON-RPC. `name`: name of an operation of GraphQL, empty where it has none. `message`: text on a
 * WebSocket.
 */
export type OperationText = 'call' | 'tool' | 'name' | 'field' | 'message';

const UNREAD = [part('http')] as const;
const PLAIN = [part('none')] as const;
const GRAPHQL_NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** The parts of a request, each of which must be allowed; null where one of them cannot exist. */
export function partsOf(operations: Operations): readonly OperationPart[] | null {
  if (operations.kind === 'all') return UNREAD;
  if (operations.kind === 'none') return PLAIN;
  const parts: OperationPart[] = [];
  for (const operation of operations.of) {
    const own = partsOfOne(operation);
    if (own === null) return null;
    parts.push(...own);
  }
  return parts.length === 0 ? null : parts;
}

function partsOfOne(operation: Operation): readonly OperationPart[] | null {
  switch (operation.kind) {
    case 'upgrade':
      return [part('upgrade')];
    case 'message': {
      const { text } = operation;
      if (text === null) return [part('binary')];
      return isText(text) ? [part('message', { message: text })] : null;
    }
    case 'call': {
      const { method, tool } = operation;
      if (!isText(method)) return null;
      if (tool === null) return [part('call', { call: method })];
      const exists = method === TOOL_METHOD && isText(tool);
      return exists ? [part('tool', { call: method, tool })] : null;
    }
    case 'answer':
      return PLAIN;
    case 'graphql': {
      const { type, name, fields } = operation;
      const names = name === null ? fields : [name, ...fields];
      if (fields.length === 0 || !names.every((one) => GRAPHQL_NAME.test(one))) return null;
      return fields.map((field) => part(type, { name: name ?? '', field }));
    }
  }
}

function part(seen: Seen, texts: Partial<Record<OperationText, string>> = {}): OperationPart {
  const tag = seenIndex(seen);
  return { call: '', tool: '', name: '', field: '', message: '', ...texts, seen, tag };
}

/** Texts of automata have no NUL and no half of a surrogate pair. */
function isText(text: string): boolean {
  return listValue([text]) !== null;
}

/** Whether a rule allows the part, as far as its operations go. */
export function permitsPart(operations: Extent<OperationSet>, part: OperationPart): boolean {
  if (operations.kind === 'all') return true;
  return operations.kind === 'none' ? part.seen === 'none' : fits(operations.of, part);
}

/** Whether a rule refuses the part. What nobody has read could be what is refused. */
export function refusesPart(operations: Extent<OperationSet>, part: OperationPart): boolean {
  if (operations.kind === 'all') return true;
  return unreadAs(operations).includes(part.seen) || permitsPart(operations, part);
}

/** How something is seen in which a refused operation could hide. */
export function unreadAs(operations: Extent<OperationSet>): readonly Seen[] {
  if (operations.kind !== 'only' || operations.of.kind !== 'websocket') return ['http'];
  return operations.of.text.kind === 'none' ? [] : ['binary'];
}

function fits(set: OperationSet, part: OperationPart): boolean {
  switch (set.kind) {
    case 'websocket':
      if (part.seen === 'upgrade') return set.opens;
      if (part.seen === 'binary') return set.binary;
      return part.seen === 'message' && matches(set.text, part.message);
    case 'call':
      if (part.seen === 'tool') return matches(set.method, part.call) && matches(set.tool, part.tool);
      return part.seen === 'call' && set.tool.kind === 'all' && matches(set.method, part.call);
    case 'graphql':
      return (
        set.types.some((type) => type === part.seen) &&
        matches(set.name, part.name) &&
        (set.fields.kind === 'all' ||
          (set.fields.kind === 'only' && set.fields.of.some((field) => globMatches(field, part.field))))
      );
  }
}

function matches(glob: Extent<Glob>, value: string): boolean {
  return glob.kind === 'all' || (glob.kind === 'only' && globMatches(glob.of, value));
}
