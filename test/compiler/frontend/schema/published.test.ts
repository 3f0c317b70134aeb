import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  publishedSchema,
  SCHEMA_NAMES,
  type Schema,
} from '../../../../compiler/frontend/schema/published.ts';

const root = join(import.meta.dirname, '../../../..');
const fileOf = (name: string) => join(root, 'schemas', `${name}.schema.json`);
const written = (name: string) => JSON.parse(readFileSync(fileOf(name), 'utf8')) as WrittenSchema;

interface WrittenSchema extends Schema {
  readonly $schema?: string;
  readonly description?: string;
}

/** The keywords that `checkSchema` follows, and those that it may pass over because they say nothing about validity. */
const FOLLOWED = [
  '$ref',
  '$defs',
  'type',
  'const',
  'enum',
  'minLength',
  'pattern',
  'minimum',
  'maximum',
  'items',
  'minItems',
  'maxItems',
  'required',
  'properties',
  'additionalProperties',
  'propertyNames',
  'minProperties',
];
const PASSED_OVER = ['$schema', '$id', 'title', 'description', 'examples', 'default'];

interface Visited {
  readonly at: string;
  readonly schema: WrittenSchema;
  /** Whether the schema is the value of a key of the language. */
  readonly isProperty: boolean;
}

function visit(schema: WrittenSchema, at: string, isProperty = false): Visited[] {
  const below: Visited[] = [];
  for (const group of ['properties', '$defs'] as const) {
    for (const [key, value] of Object.entries(schema[group] ?? {})) {
      below.push(...visit(value, `${at}/${group}/${key}`, group === 'properties'));
    }
  }
  for (const single of ['items', 'additionalProperties', 'propertyNames'] as const) {
    const value = schema[single];
    if (typeof value === 'object') below.push(...visit(value, `${at}/${single}`));
  }
  return [{ at, schema, isProperty }, ...below];
}

const every = SCHEMA_NAMES.flatMap((name) => visit(written(name), name));

describe('published schemas', () => {
  it('are current in the compiler', async () => {
    const { publishedModule } = (await import(join(root, 'scripts/generate-schemas.js'))) as {
      publishedModule: () => string;
    };
    const generated = readFileSync(join(root, 'compiler/frontend/schema/published.generated.ts'), 'utf8');
    expect(generated === publishedModule(), 'run node scripts/generate-schemas.js').toBe(true);
  });

  it('are valid draft 2020-12 schemas, strictly', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateSchema: true });
    for (const name of SCHEMA_NAMES) ajv.addSchema(written(name));
    for (const name of SCHEMA_NAMES) expect(ajv.getSchema(written(name).$id!)).toBeTypeOf('function');
  });

  it('use only the keywords that are followed', () => {
    const other = every.flatMap(({ at, schema }) =>
      Object.keys(schema)
        .filter((keyword) => !FOLLOWED.includes(keyword) && !PASSED_OVER.includes(keyword))
        .map((keyword) => `${at}: ${keyword}`),
    );
    expect(other).toEqual([]);
  });

  it('count characters only where both ways of counting agree', () => {
    expect(every.filter(({ schema }) => (schema.minLength ?? 0) > 1).map(({ at }) => at)).toEqual([]);
  });

  it('close every mapping, or say what its values are', () => {
    const open = every
      .filter(({ schema }) => [schema.type].flat().includes('object'))
      .filter(({ schema }) => schema.additionalProperties === undefined)
      .map(({ at }) => at);
    // Machinery of other tools, which is reported as a whole and never read.
    expect(open).toEqual([
      'nemoclaw-blueprint/properties/openshell_target',
      'nemoclaw-blueprint/properties/components/properties/identity',
      'openshell-policy/$defs/network_middleware/properties/config',
    ]);
  });

  it('describe every key', () => {
    const described = ({ schema }: Visited, file: string): boolean => {
      if (schema.description !== undefined) return true;
      if (schema.$ref === undefined) return false;
      const [other, name] = schema.$ref.split('#/$defs/');
      const target = written(other === '' ? file : other!.replace('.schema.json', '')).$defs?.[name!];
      return (target as WrittenSchema | undefined)?.description !== undefined;
    };
    const silent = every.filter(
      (visited) => visited.isProperty && !described(visited, visited.at.split('/')[0]!),
    );
    expect(silent.map(({ at }) => at)).toEqual([]);
  });

  it('give examples that they accept themselves', () => {
    const ajv = new Ajv2020({ strict: false });
    for (const name of SCHEMA_NAMES) ajv.addSchema(written(name));
    for (const { at, schema } of every) {
      if (schema.examples === undefined || schema.$ref !== undefined) continue;
      const pointer = at.slice(at.indexOf('/') + 1);
      const validate = ajv.getSchema(`${written(at.split('/')[0]!).$id}#/${pointer}`)!;
      for (const example of schema.examples) expect(validate(example), `${at}: ${example}`).toBe(true);
    }
  });

  it('differ from the compiler only in prose', () => {
    const withoutProse = (value: unknown, named: boolean): unknown => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const kept = Object.entries(value).filter(
        ([key]) => named || !['description', 'default'].includes(key),
      );
      return Object.fromEntries(
        kept.map(([key, item]) => [key, withoutProse(item, !named && ['properties', '$defs'].includes(key))]),
      );
    };
    for (const name of SCHEMA_NAMES)
      expect(publishedSchema(name)).toEqual(withoutProse(written(name), false));
  });
});
