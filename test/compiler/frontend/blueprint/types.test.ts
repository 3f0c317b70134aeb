import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILE_RIGHT_WORDS } from '../../../../compiler/frontend/blueprint/written-access.ts';
import { publishedSchema, type Schema } from '../../../../compiler/frontend/schema/published.ts';

const schema = publishedSchema('blueprint');
const folder = join(import.meta.dirname, '../../../../compiler/frontend/blueprint');
const text = ['blueprint.ts', 'written-access.ts']
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');

/** The fields of an interface with their types, as they are written. */
function fieldsOf(name: string): Map<string, string> {
  const body = new RegExp(`interface ${name} (?:extends \\w+ )?\\{\\n([\\s\\S]*?)\\n\\}`).exec(text)?.[1];
  if (body === undefined) throw new Error(`blueprint.ts has no ${name}`);
  const fields = [...body.matchAll(/^ {2}readonly (\w+): (.+);$/gm)];
  return new Map(fields.map(([, field, type]) => [field!, type!]));
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const definition = (name: string): Schema => schema.$defs![name]!;
const access = (facet: string): Schema => definition('test').properties!.access!.properties![facet]!;
const keysOf = ({ properties = {} }: Schema) => Object.keys(properties);

/** An interface, the mapping that it is read from, and the fields that carry another name there. */
const PAIRS: [string, Schema, Record<string, string[]>][] = [
  [
    'Blueprint',
    schema,
    {
      span: [],
      filesystem: ['filesystem_policy'],
      network: ['network_policies'],
      metadata: ['metadata', 'apiVersion', 'kind'],
    },
  ],
  ['Metadata', schema.properties!.metadata!, {}],
  ['Extension', definition('extension'), { span: [], kind: [], name: ['tier', 'preset', 'file'] }],
  ['GrantNote', definition('grant'), {}],
  ['PathItem', definition('granted_path'), { mode: [] }],
  [
    'FilesystemSection',
    definition('filesystem_policy'),
    { span: [], paths: ['read_only', 'read_write', 'scratch', 'deny'] },
  ],
  ['LandlockSection', definition('landlock'), {}],
  ['ProcessSection', definition('process'), {}],
  ['EnvironmentItem', definition('environment_item'), {}],
  ['SyscallsSection', definition('syscalls'), { items: ['allow', 'deny'] }],
  ['SyscallItem', definition('denied_syscall'), { mode: [] }],
  [
    'ArgumentCondition',
    definition('condition'),
    {
      span: [],
      argument: ['arg'],
      comparison: [],
      value: ['equals', 'not_equals', 'less_than', 'at_most', 'greater_than', 'at_least'],
    },
  ],
  ['Limit', definition('size_limit'), { name: [], value: ['limit'] }],
  ['NetworkPolicy', definition('network_policy'), { key: [], title: ['name'] }],
  ['BinaryItem', definition('binary'), {}],
  ['Endpoint', definition('endpoint'), { span: [], ports: ['port', 'ports'] }],
  ['RequestRule', definition('request'), { span: [] }],
  ['InferenceSection', definition('inference'), {}],
  ['InferenceRouteItem', definition('route'), {}],
  ['Acceptance', definition('acceptance'), {}],
  ['WrittenFileAccess', access('filesystem'), { facet: [], span: [] }],
  ['WrittenSyscall', access('syscalls'), { facet: [], span: [] }],
  [
    'WrittenConnection',
    access('egress'),
    { facet: [], span: [], operation: [...fieldsOf('WrittenOperation').keys()].map(snake) },
  ],
  ['WrittenModelCall', access('inference'), { facet: [], span: [] }],
  ['WrittenResourceUse', access('resources'), { facet: [], span: [] }],
];

describe('the types of a blueprint agree with its schema', () => {
  it('a test has a field for every key, in one of its two kinds', () => {
    const fields = ['TestHead', 'AccessTest', 'PropertyTest'].flatMap((name) => [...fieldsOf(name).keys()]);
    const renamed: Record<string, string[]> = { span: [], kind: [], property: ['never', 'only'] };
    const keys = [...new Set(fields)].flatMap((field) => renamed[field] ?? [snake(field)]);
    expect(keys.sort()).toEqual(keysOf(definition('test')).sort());
    expect(definition('test').required).toEqual(['name']);
  });

  it.each(PAIRS)('%s has a field for every key, and no other', (name, mapping, renamed) => {
    const keys = [...fieldsOf(name).keys()].flatMap((field) => renamed[field] ?? [snake(field)]);
    expect(keys.sort()).toEqual(keysOf(mapping).sort());
  });

  it.each(PAIRS)('%s may lack exactly what the schema does not require', (name, mapping, renamed) => {
    for (const [field, type] of fieldsOf(name)) {
      const keys = renamed[field] ?? [snake(field)];
      if (keys.length !== 1) continue;
      const mayLack =
        /\| null$/.test(type) ||
        /^(?:readonly (?:[^|]+|Located<[^>]+>)\[\]|Located<readonly [^|]+>)$/.test(type);
      const isRequired = mapping.required?.includes(keys[0]!) ?? false;
      if (!isRequired) expect(mayLack, `${name}.${field}: ${type}`).toBe(true);
      else expect(type, `${name}.${field}`).not.toMatch(/\| null$/);
    }
  });

  it.each([
    ['LandlockSection', 'compatibility', definition('landlock').properties!.compatibility!.enum!],
    [
      'Endpoint',
      'protocol',
      definition('endpoint').properties!.protocol!.enum!.filter((word) => word !== 'rest'),
    ],
    ['Endpoint', 'tls', definition('endpoint').properties!.tls!.enum!],
    ['Endpoint', 'enforcement', definition('endpoint').properties!.enforcement!.enum!],
    ['Endpoint', 'access', definition('endpoint').properties!.access!.enum!],
    ['AccessTest', 'expect', definition('test').properties!.expect!.enum!],
    ['TestHead', 'level', definition('test').properties!.level!.enum!],
    ['Extension', 'kind', keysOf(definition('extension')).filter((key) => key !== 'access')],
    ['SyscallItem', 'mode', keysOf(definition('syscalls')).filter((key) => key !== 'profile')],
    [
      'ArgumentCondition',
      'comparison',
      keysOf(definition('condition')).filter((key) => !/^(arg|mask)$/.test(key)),
    ],
  ])('%s.%s has the words of the schema', (name, field, words) => {
    const literals = [...(fieldsOf(name).get(field) ?? '').matchAll(/'([^']+)'/g)].map(([, word]) => word);
    expect(literals.sort()).toEqual([...words].sort());
  });

  it('a test can ask for exactly the rights that the schema lists', () => {
    expect(access('filesystem').properties!.right!.enum).toEqual(FILE_RIGHT_WORDS);
  });
});
