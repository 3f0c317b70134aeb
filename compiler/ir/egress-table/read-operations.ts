import type { Glob, GlobKind } from '../../domain/glob.ts';
import { GRAPHQL_TYPES } from '../../frontend/blueprint/inner-protocol.ts';
import { Fields, list, NotTheForm, object, word } from '../audit-event/fields.ts';
import type { Extent } from '../extent.ts';
import type { OperationSet } from '../operation.ts';
import { extent, glob } from './read-pattern.ts';

/** The operations of a rule, as `operationsForm` writes them. */
export const readOperations = extent((value: unknown, name: string): OperationSet => {
  const fields = new Fields(value, name);
  const [kind, form] = fields.exactlyOne(KINDS);
  fields.finish();
  return READERS[kind](form, `\`${kind}\``);
});

const READERS: Readonly<Record<OperationSet['kind'], (value: unknown, name: string) => OperationSet>> = {
  websocket: object((fields) => ({
    kind: 'websocket',
    opens: fields.required('opens', truth),
    text: fields.required('text', pattern('message')),
    binary: fields.required('binary', truth),
  })),
  call: object((fields) => ({
    kind: 'call',
    method: fields.required('method', pattern('text')),
    tool: fields.required('tool', pattern('text')),
  })),
  graphql: object((fields) => ({
    kind: 'graphql',
    types: fields.required('types', list(word(GRAPHQL_TYPES))),
    name: fields.required('name', pattern('operation')),
    fields: fields.required('fields', extent(list(glob('field')))),
  })),
};
const KINDS = Object.keys(READERS) as OperationSet['kind'][];

function pattern(kind: GlobKind): (value: unknown, name: string) => Extent<Glob> {
  return extent((value, name) => {
    const [one, ...more] = list(glob(kind))(value, name);
    if (one === undefined || more.length > 0) throw new NotTheForm(`${name} is not one pattern`);
    return one;
  });
}

function truth(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new NotTheForm(`${name} is neither true nor false`);
  return value;
}
