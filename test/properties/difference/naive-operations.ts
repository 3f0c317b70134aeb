import type { Operation, Operations } from '../../../compiler/ir/operation.ts';
import type { PlainEntry } from '../../support/plain-egress.ts';
import type { PlainOperations } from '../../support/plain-operations.ts';
import { textMatches } from '../domain/naive.ts';

/** One thing that a request asks for, as a person would list it. */
export type NaivePart =
  | { readonly kind: 'unread' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'upgrade' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'call'; readonly method: string; readonly tool: string | null }
  | { readonly kind: 'field'; readonly type: string; readonly name: string | null; readonly field: string };

/** All that a request asks for, each field of an operation by itself; null for what nobody can ask for. */
export function naiveParts(operations: Operations): readonly NaivePart[] | null {
  if (operations.kind === 'all') return [{ kind: 'unread' }];
  if (operations.kind === 'none') return [{ kind: 'nothing' }];
  const parts = operations.of.flatMap<NaivePart | null>(partsOf);
  return parts.length > 0 && parts.every((part) => part !== null) ? parts : null;
}

const isWhole = (text: string) => text.isWellFormed() && !text.includes('\0');
const isName = (text: string) => /^[_a-z][_a-z0-9]*$/i.test(text);

function partsOf(operation: Operation): readonly (NaivePart | null)[] {
  if (operation.kind === 'upgrade') return [{ kind: 'upgrade' }];
  if (operation.kind === 'answer') return [{ kind: 'nothing' }];
  if (operation.kind === 'message') {
    if (operation.text === null) return [{ kind: 'bytes' }];
    return [isWhole(operation.text) ? { kind: 'text', text: operation.text } : null];
  }
  if (operation.kind === 'call') {
    const { method, tool } = operation;
    const exists = isWhole(method) && (tool === null || (method === 'tools/call' && isWhole(tool)));
    return [exists ? { kind: 'call', method, tool } : null];
  }
  const { type, name, fields } = operation;
  if (fields.length === 0) return [null];
  if (name !== null && !isName(name)) return [null];
  return fields.map((field) => (isName(field) ? { kind: 'field', type, name, field } : null));
}

/** Whether a rule about operations speaks of a part. */
export function speaksOf(rule: PlainOperations, part: NaivePart): boolean {
  if (rule === 'all') return true;
  if (rule === 'none') return part.kind === 'nothing';
  const fits = (glob: string | null, text: string) => glob === null || textMatches(glob, text);
  if (rule.kind === 'call') {
    if (part.kind !== 'call' || !fits(rule.method, part.method)) return false;
    return rule.tool === null || (part.tool !== null && fits(rule.tool, part.tool));
  }
  if (rule.kind === 'graphql') {
    if (part.kind !== 'field' || !rule.types.some((type) => type === part.type)) return false;
    const { fields } = rule;
    return (
      fits(rule.name, part.name ?? '') && (fields === null || fields.some((glob) => fits(glob, part.field)))
    );
  }
  if (part.kind === 'upgrade') return rule.opens;
  if (part.kind === 'bytes') return rule.binary;
  return part.kind === 'text' && rule.text !== false && fits(rule.text, part.text);
}

/** Whether a rule could be about a part that nobody can read. */
export function couldSpeakOf(rule: PlainOperations, part: NaivePart): boolean {
  if (part.kind === 'unread') return typeof rule === 'string' || rule.kind !== 'websocket';
  if (part.kind === 'bytes' && typeof rule !== 'string' && rule.kind === 'websocket' && rule.text !== false)
    return true;
  return speaksOf(rule, part);
}

const OF_WEBSOCKETS = ['upgrade', 'text', 'bytes'];

/** Whether an entry tells a part from others, so that it can allow it at all. */
export function isReadBy(visibility: PlainEntry['visibility'], part: NaivePart): boolean {
  switch (visibility) {
    case 'opaque':
      return true;
    case 'http':
      return !OF_WEBSOCKETS.includes(part.kind);
    case 'websocket':
      return OF_WEBSOCKETS.includes(part.kind);
    case 'graphql':
      return part.kind === 'field' || part.kind === 'nothing';
    default:
      return part.kind === 'call' || part.kind === 'nothing';
  }
}
