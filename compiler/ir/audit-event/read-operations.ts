import { GRAPHQL_TYPES } from '../../frontend/blueprint/inner-protocol.ts';
import { ALL, NONE, only } from '../extent.ts';
import type { Operation, Operations } from '../operation.ts';
import { Fields, list, NotTheForm, object, text, word } from './fields.ts';

/** What a request asked for, as `accessForm` writes it: nothing is there where nobody has read it. */
export function readOperations(fields: Fields): Operations {
  const written = fields.optional('operations', list(readOperation));
  if (written === null) return ALL;
  const [first, ...others] = written;
  return first === undefined ? NONE : only([first, ...others]);
}

function readOperation(value: unknown, name: string): Operation {
  const fields = new Fields(value, name);
  const [kind, form] = fields.exactlyOne(KINDS);
  fields.finish();
  return READERS[kind](form, `\`${kind}\``);
}

const READERS: Readonly<Record<Operation['kind'], (value: unknown, name: string) => Operation>> = {
  upgrade: object(() => ({ kind: 'upgrade' })),
  answer: object(() => ({ kind: 'answer' })),
  message: object((fields) => ({ kind: 'message', text: fields.optional('text', text) })),
  call: object((fields) => ({
    kind: 'call',
    method: fields.required('method', text),
    tool: fields.optional('tool', text),
  })),
  graphql: object((fields) => ({
    kind: 'graphql',
    type: fields.required('type', word(GRAPHQL_TYPES)),
    name: fields.optional('name', text),
    fields: fields.required('fields', readFields),
  })),
};
const KINDS = Object.keys(READERS) as Operation['kind'][];

function readFields(value: unknown, name: string): readonly [string, ...string[]] {
  const [first, ...others] = list(text)(value, name);
  if (first === undefined) throw new NotTheForm(`${name} is empty`);
  return [first, ...others];
}
