import type { FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { parse } from 'graphql/language/parser.js';
import type { Operation } from '../../../compiler/ir/operation.ts';
import { CannotRead } from './reading.ts';

/** Bounds the parser's recursion and its memory; no operation that a person reads comes near. */
const MOST_TOKENS = 20_000;
const DEEPEST = 100;
/** Each is decided by itself, and written into the log. */
const MOST_FIELDS = 256;
const LONGEST_NAME = 128;

/**
 * The operations of a document of GraphQL, each by the fields at its top: aliases are the fields that they stand for, and
 * fragments the fields in them, whatever they are conditional on. All operations count, whichever the request means.
 *
 * @throws CannotRead
 */
export function readDocument(text: string): readonly Operation[] {
  refuseDepth(text);
  const operations: OperationDefinitionNode[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitionsOf(text)) {
    if (definition.kind === 'OperationDefinition') operations.push(definition);
    else if (definition.kind === 'FragmentDefinition' && !fragments.has(definition.name.value)) {
      fragments.set(definition.name.value, definition);
    } else throw new CannotRead('not-graphql');
  }
  const names = operations.map(({ name }) => name?.value ?? '');
  if (operations.length === 0 || new Set(names).size < names.length) throw new CannotRead('not-graphql');
  return operations.map((operation) => operationOf(operation, fragments));
}

function definitionsOf(text: string) {
  try {
    return parse(text, { noLocation: true, maxTokens: MOST_TOKENS }).definitions;
  } catch {
    throw new CannotRead('not-graphql');
  }
}

/** Brackets in strings count as well: a document with so many in one is refused, too. */
function refuseDepth(text: string): void {
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    if (depth > DEEPEST) throw new CannotRead('too-deep');
  }
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function operationOf(
  { operation, name, selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): Operation {
  const fields = new Set<string>();
  addFields(selectionSet, fragments, fields, new Set());
  const isLong = [name?.value ?? '', ...fields].some((one) => one.length > LONGEST_NAME);
  if (isLong || fields.size > MOST_FIELDS) throw new CannotRead('too-large');
  const [first, ...others] = fields;
  if (first === undefined) throw new CannotRead('fragment');
  return { kind: 'graphql', type: operation, name: name?.value ?? null, fields: [first, ...others] };
}

function addFields(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  fields: Set<string>,
  seen: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === 'Field') fields.add(selection.name.value);
    else if (selection.kind === 'InlineFragment') addFields(selection.selectionSet, fragments, fields, seen);
    else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      if (fragment === undefined) throw new CannotRead('fragment');
      addFields(fragment.selectionSet, fragments, fields, seen);
    }
  }
}
