import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../../../../compiler/diagnostics/entry.ts';
import {
  blueprintFrontEnd,
  parsePart,
  readBlueprint,
  readPart,
} from '../../../../compiler/frontend/blueprint/front-end.ts';
import { Reading, SchemaDisagreement } from '../../../../compiler/frontend/blueprint/reading.ts';
import { checkSchema } from '../../../../compiler/frontend/schema/check.ts';
import { readYaml } from '../../../../compiler/frontend/yaml/read.ts';
import type { YamlTree } from '../../../../compiler/frontend/yaml/tree.ts';
import { asExpectation, type Fixture, fixtures } from '../../../support/fixtures.ts';

/** The areas that the reader, the schema and the front end answer for; later passes find the rest. */
const OWN_AREAS = ['yaml', 'schema', 'blueprint'];
/** What is written in the form of a text or a number alone is only in the schema, and the parser does not repeat it. */
const ONLY_IN_SCHEMA = ['schema/invalid-format', 'schema/out-of-range', 'schema/empty', 'schema/too-many'];

const isPart = (tree: YamlTree) =>
  tree.root?.kind === 'mapping' &&
  tree.root.entries.some(
    ({ key, value }) => key === 'kind' && value.kind === 'scalar' && /^(Preset|Tier)$/.test(`${value.value}`),
  );

function parse(fixture: Fixture): { value: unknown; diagnostics: readonly Diagnostic[]; tree: YamlTree } {
  const { tree, diagnostics } = readYaml(fixture.file, fixture.bytes);
  if (hasErrors(diagnostics)) return { value: null, diagnostics, tree };
  if (isPart(tree)) {
    const { part, diagnostics: found } = parsePart(tree);
    return { value: part, diagnostics: [...diagnostics, ...found], tree };
  }
  const { blueprint, diagnostics: found } = blueprintFrontEnd.parse(tree);
  return { value: blueprint, diagnostics: [...diagnostics, ...found], tree };
}

/** The parser alone, as if the schema had let everything through. */
function parseUnchecked(tree: YamlTree): 'accepts' | 'refuses' {
  const reading = new Reading(tree.source);
  try {
    (isPart(tree) ? readPart : readBlueprint)(reading, tree.root!);
  } catch (error) {
    if (error instanceof SchemaDisagreement) return 'refuses';
    throw error;
  }
  return hasErrors(reading.diagnostics) ? 'refuses' : 'accepts';
}

describe('valid fixtures', () => {
  it.each(fixtures('valid').map((fixture) => [fixture.file, fixture] as const))('%s', (_, fixture) => {
    const { value, diagnostics, tree } = parse(fixture);
    expect(diagnostics).toEqual([]);
    expect(value).not.toBeNull();
    expect(checkSchema(isPart(tree) ? 'preset' : 'blueprint', tree)).toEqual([]);
    expect(parseUnchecked(tree)).toBe('accepts');
  });
});

describe('invalid fixtures', () => {
  const all = fixtures('invalid');
  const mine = all.filter(({ expected }) =>
    expected.some(({ name }) => OWN_AREAS.includes(name.split('/')[0]!)),
  );

  it('each say what they expect', () => {
    expect(all.filter(({ expected }) => expected.length === 0)).toEqual([]);
  });

  it.each(mine.map((fixture) => [fixture.file, fixture] as const))('%s', (_, fixture) => {
    const { value, diagnostics } = parse(fixture);
    expect(value).toBeNull();
    const found = diagnostics.map((diagnostic, index) =>
      asExpectation(fixture, diagnostic, fixture.expected[index]),
    );
    expect(sorted(found)).toEqual(sorted(fixture.expected));
  });

  it.each(
    mine
      .filter(({ expected }) => expected.some(({ name }) => !name.startsWith('yaml/')))
      .filter(({ expected }) => expected.every(({ name }) => !ONLY_IN_SCHEMA.includes(name)))
      .filter(({ expected }) => expected.every(({ name }) => name !== 'blueprint/inline-secret'))
      .map((fixture) => [fixture.file, fixture] as const),
  )('%s is refused by the parser alone, too', (_, fixture) => {
    expect(parseUnchecked(readYaml(fixture.file, fixture.bytes).tree)).toBe('refuses');
  });

  it.each(
    all.filter((fixture) => !mine.includes(fixture)).map((fixture) => [fixture.file, fixture] as const),
  )('%s is left to a later pass', (_, fixture) => {
    expect(parse(fixture).value).not.toBeNull();
  });
});

function sorted<T extends { readonly name: string; readonly underlined: string }>(items: readonly T[]): T[] {
  const key = ({ name, underlined }: T) => `${name} ${underlined}`;
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
