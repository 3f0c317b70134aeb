import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSchema } from '../../../../compiler/frontend/schema/check.ts';
import { SCHEMA_NAMES, type SchemaName } from '../../../../compiler/frontend/schema/published.ts';
import { readYaml, readYamlText } from '../../../../compiler/frontend/yaml/read.ts';
import { toValue } from '../../../../compiler/frontend/yaml/value.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';
import { fixtures } from '../../../support/fixtures.ts';
import { hostNeeds, publishedFiles } from '../../../support/host.ts';
import { readSharedData } from '../../../support/shared-data.ts';

const root = join(import.meta.dirname, '../../../..');
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const ids = new Map<SchemaName, string>();
for (const name of SCHEMA_NAMES) {
  const schema = JSON.parse(readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8')) as {
    $id: string;
  };
  ajv.addSchema(schema);
  ids.set(name, schema.$id);
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The places where a validator of JSON Schema finds something, each counted once. */
function mistakesByOracle(name: SchemaName, value: Json): number {
  const validate = ajv.getSchema(ids.get(name)!)!;
  validate(value);
  const places = (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'propertyNames')
    .map(({ instancePath, params, propertyName }) =>
      [instancePath, params.missingProperty, params.additionalProperty, propertyName].join(' '),
    );
  return new Set(places).size;
}

function mistakesFound(name: SchemaName, value: Json): number {
  const { tree, diagnostics } = readYamlText(new SourceFile('mutated.yaml', JSON.stringify(value)));
  expect(diagnostics).toEqual([]);
  const found = checkSchema(name, tree);
  const hidden = found.map(({ message }) => Number(/^and (\d+) more mistakes?$/.exec(message)?.[1] ?? 0));
  return (
    found.filter(({ name: kind }) => kind !== 'schema/more-mistakes').length +
    hidden.reduce((a, b) => a + b, 0)
  );
}

const scalars: Json[] = [
  '',
  'word',
  'Two words',
  '/usr',
  '443',
  0,
  1,
  443,
  65536,
  -1,
  1.5,
  true,
  false,
  null,
];
const strange = fc.oneof(
  fc.constantFrom<Json>(...scalars),
  fc.constantFrom<Json>([], {}, ['/usr'], { path: '/usr' }, { name: 'x' }, [[]], { any: ['a', 1] }),
);
const strangeKey = fc.constantFrom(
  'nmae',
  'path',
  'name',
  'toString',
  'constructor',
  '',
  'two words',
  'rules',
);

/** All collections of a document, so that a mutation can pick one. */
function collections(value: Json): (Json[] | { [key: string]: Json })[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(collections)];
}

interface Mutation {
  readonly where: number;
  readonly what: number;
  readonly how: 'replace' | 'remove' | 'rename' | 'add';
  readonly value: Json;
  readonly key: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.nat(10_000),
  what: fc.nat(10_000),
  how: fc.constantFrom('replace', 'remove', 'rename', 'add'),
  value: strange,
  key: strangeKey,
});

function mutate(document: Json, mutations: readonly Mutation[]): Json {
  const copy = structuredClone(document);
  for (const { where, what, how, value, key } of mutations) {
    const all = collections(copy);
    const target = all[where % all.length]!;
    if (Array.isArray(target)) {
      if (how === 'remove') target.splice(what % (target.length + 1), 1);
      else if (how === 'replace' && target.length > 0) target[what % target.length] = structuredClone(value);
      else target.push(structuredClone(value));
      continue;
    }
    const keys = Object.keys(target);
    const picked = keys[what % Math.max(1, keys.length)];
    if (how === 'add' || picked === undefined) target[key] = structuredClone(value);
    else if (how === 'replace') target[picked] = structuredClone(value);
    else {
      if (how === 'rename') target[key] = target[picked]!;
      delete target[picked];
    }
  }
  return copy;
}

const documents: [SchemaName, Json][] = fixtures('valid').map(({ file, bytes }) => {
  const value = toValue(readYaml(file, bytes).tree.root!) as { [key: string]: Json };
  return [value.kind === 'Blueprint' ? 'blueprint' : 'preset', value];
});

describe('checkSchema agrees with a validator of JSON Schema', () => {
  it.each(documents.map(([name, document], index) => [`${name} ${index}`, name, document] as const))(
    'on mutations of %s',
    (_, name, document) => {
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
          const mutated = mutate(document, mutations);
          expect(mistakesFound(name, mutated)).toBe(mistakesByOracle(name, mutated));
        }),
        { numRuns: 400 },
      );
    },
  );

  it('on mutations of published policies', (context) => {
    hostNeeds(context, publishedFiles);
    const policies: [SchemaName, string][] = [
      ['openshell-policy', 'corpus/openshell/openshell-supervisor-network-sandbox-policy.yaml'],
      ['nemoclaw-preset', 'corpus/nemoclaw/presets/slack.yaml'],
      ['nemoclaw-blueprint', 'corpus/nemoclaw/blueprint.yaml'],
    ];
    for (const [name, path] of policies) {
      const { root } = readYamlText(new SourceFile(path, readSharedData(path))).tree;
      const document = toValue(root!) as Json;
      expect(mistakesByOracle(name, document)).toBe(0);
      fc.assert(
        fc.property(fc.array(mutation, { maxLength: 4 }), (mutations) => {
          const mutated = mutate(document, mutations);
          expect(mistakesFound(name, mutated)).toBe(mistakesByOracle(name, mutated));
        }),
        { numRuns: 200 },
      );
    }
  });

  it('on anything at all', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SCHEMA_NAMES),
        fc.array(mutation, { maxLength: 12 }),
        (name, mutations) => {
          const mutated = mutate({}, mutations);
          expect(mistakesFound(name, mutated)).toBe(mistakesByOracle(name, mutated));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
