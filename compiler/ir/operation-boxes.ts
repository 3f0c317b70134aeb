import { GRAPHQL_FIELDS, GRAPHQL_OPERATIONS, TEXTS } from '../domain/automaton/language.ts';
import type { Dimension, DimensionSet } from '../domain/diagram/dimension.ts';
import { tagDimension, tagSet } from '../domain/diagram/tag-dimension.ts';
import { textDimension, textSet } from '../domain/diagram/text-dimension.ts';
import { type Glob, globMatches } from '../domain/glob.ts';
import type { HttpRule } from './egress.ts';
import type { Extent } from './extent.ts';
import { type OperationSet, TOOL_METHOD } from './operation.ts';
import { unreadAs } from './operation-parts.ts';
import { SEEN_TAGS, type Seen, type SeenMask, seenMask } from './seen.ts';

/** By the name of a dimension; what is not named is everything. */
export type Sets = Readonly<Record<string, DimensionSet>>;

/**
 * How a part of a request is seen. In the canonical form a tag is left out where it goes on as the one that it is like, so
 * that policies which do not look into requests are written as ever.
 */
export const VISIBILITY: Dimension = tagDimension('visibility', SEEN_TAGS, {
  none: 'http',
  call: 'http',
  tool: 'http',
  query: 'http',
  mutation: 'http',
  subscription: 'http',
  upgrade: 'opaque',
  message: 'opaque',
  binary: 'opaque',
});

const CALL = textDimension('rpc method', TEXTS);
const TOOL = textDimension('tool', TEXTS);
const NAME = textDimension('operation name', GRAPHQL_OPERATIONS);
const FIELD = textDimension('field', GRAPHQL_FIELDS);
const MESSAGE = textDimension('message', TEXTS);

/** The sides of operations, in the order in which they stand in a diagram, and where a part keeps its value. */
export const OPERATION_SIDES = {
  [CALL.name]: 'call',
  [TOOL.name]: 'tool',
  [NAME.name]: 'name',
  [FIELD.name]: 'field',
  [MESSAGE.name]: 'message',
} as const;

const DIMENSIONS: Readonly<Record<OperationSet['kind'], readonly Dimension[]>> = {
  call: [CALL, TOOL],
  graphql: [NAME, FIELD],
  websocket: [MESSAGE],
};

/** The dimensions that the rules need to tell operations apart; none where they do not speak of any. */
export function operationDimensions(
  rules: readonly HttpRule[],
  others: readonly OperationSet[],
): readonly Dimension[] {
  const kinds = new Set(others.map(({ kind }) => kind));
  for (const { operations } of rules) if (operations.kind === 'only') kinds.add(operations.of.kind);
  const all = Object.keys(DIMENSIONS) as OperationSet['kind'][];
  return all.flatMap((kind) => (kinds.has(kind) ? DIMENSIONS[kind] : []));
}

/** The operations that a rule permits, of those that its entry can tell apart. */
export function permittedOperations(operations: Extent<OperationSet>, among: SeenMask): Sets[] {
  const all = operationSets(operations, among);
  return all.flatMap(({ seen, sets }) =>
    (seen & among) === 0 ? [] : [{ visibility: tagSet(seen & among), ...sets }],
  );
}

/** The operations that a rule refuses, and what they could hide in. */
export function refusedOperations(operations: Extent<OperationSet>): Sets[] {
  const everything = seenMask(...SEEN_TAGS) & ~seenMask('opaque');
  if (operations.kind === 'all') return [{ visibility: tagSet(everything) }];
  const unread = seenMask(...unreadAs(operations));
  const hidden = unread === 0 ? [] : [{ visibility: tagSet(unread) }];
  return [...hidden, ...permittedOperations(operations, everything)];
}

interface SeenSets {
  readonly seen: SeenMask;
  readonly sets: Sets;
}

function operationSets(operations: Extent<OperationSet>, among: SeenMask): SeenSets[] {
  if (operations.kind === 'all') return [{ seen: among, sets: {} }];
  if (operations.kind === 'none') return [{ seen: seenMask('none'), sets: {} }];
  const set = operations.of;
  switch (set.kind) {
    case 'websocket': {
      const whole = seenMask(
        ...(set.opens ? ['upgrade' as const] : []),
        ...(set.binary ? ['binary' as const] : []),
      );
      return [...limited('message', { [MESSAGE.name]: asList(set.text) }), { seen: whole, sets: {} }];
    }
    case 'call':
      return callSets(set);
    case 'graphql':
      return [
        {
          seen: seenMask(...set.types),
          sets: setsOf({ [NAME.name]: asList(set.name), [FIELD.name]: set.fields }),
        },
      ].filter(() => set.name.kind !== 'none' && set.fields.kind !== 'none');
  }
}

/** Only `tools/call` has a tool, so that a call with one is told from others by the tool alone. */
function callSets({ method, tool }: Extract<OperationSet, { kind: 'call' }>): SeenSets[] {
  const takesTools = method.kind === 'all' || (method.kind === 'only' && globMatches(method.of, TOOL_METHOD));
  return [
    ...(tool.kind === 'all' ? limited('call', { [CALL.name]: asList(method) }) : []),
    ...(takesTools ? limited('tool', { [TOOL.name]: asList(tool) }) : []),
  ];
}

function limited(seen: Seen, limits: Readonly<Record<string, Extent<readonly Glob[]>>>): SeenSets[] {
  if (Object.values(limits).some(({ kind }) => kind === 'none')) return [];
  return [{ seen: seenMask(seen), sets: setsOf(limits) }];
}

function setsOf(limits: Readonly<Record<string, Extent<readonly Glob[]>>>): Sets {
  const sets: Record<string, DimensionSet> = {};
  for (const [name, globs] of Object.entries(limits)) {
    if (globs.kind === 'only') sets[name] = textSet(globs.of);
  }
  return sets;
}

function asList(glob: Extent<Glob>): Extent<readonly Glob[]> {
  return glob.kind === 'only' ? { kind: 'only', of: [glob.of] } : glob;
}
