import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CATALOG, findEntry } from '../../../compiler/diagnostics/catalog.ts';
import type { CatalogEntry } from '../../../compiler/diagnostics/entry.ts';

const compilerFolder = join(import.meta.dirname, '../../../compiler');
const catalogFolder = join(compilerFolder, 'diagnostics/catalog');

type Entry = CatalogEntry<unknown>;

const areaFiles = readdirSync(catalogFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const entries: Entry[] = [];
for (const file of areaFiles) {
  const area: Record<string, unknown> = await import(join(catalogFolder, file));
  for (const value of Object.values(area)) {
    if (isEntry(value) && !entries.includes(value)) entries.push(value);
  }
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

/** A parameter that stands for a word, a list, a number or a flag, whatever the message asks of it. */
function anything(word: string): unknown {
  const list = [word];
  const known: Record<PropertyKey, unknown> = { toString: () => word, [Symbol.toPrimitive]: () => word };
  return new Proxy(list, {
    get(target, key) {
      if (Object.hasOwn(known, key)) return known[key];
      if (key in target) return Reflect.get(target, key);
      const ofString: unknown = Reflect.get(String.prototype, key);
      return typeof ofString === 'function' ? ofString.bind(word) : anything(word);
    },
  });
}

/** Parameters of every shape; an entry is only ever given its own, so not every one of these suits it. */
const PARAMETERS: readonly unknown[] = [
  anything('word'),
  anything('scheme'),
  'word',
  3,
  0,
  true,
  false,
  null,
];

function textsOf(entry: Entry): string[] {
  const texts: string[] = [];
  for (const value of PARAMETERS) {
    const parameters = new Proxy({}, { get: () => value });
    try {
      const message = entry.message(parameters);
      const help = entry.help?.(parameters) ?? null;
      // A message may be the parameter itself, which here is not always a text.
      for (const text of [message, help]) if (text !== null) texts.push(String(text));
    } catch (error) {
      // These parameters are not of this entry's shape.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return texts;
}

/** Names of types that a message must not mention: the exported ones that no user would write by chance. */
const typeNames = readdirSync(compilerFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [
    ...readFileSync(join(compilerFolder, file), 'utf8').matchAll(/export (?:interface|type|class) (\w+)/g),
  ])
  .map(([, name]) => name!)
  .filter((name) => /[a-z][A-Z]/.test(name));

describe('the catalog', () => {
  test('holds every entry of every area file', () => {
    const codes = CATALOG.map(({ code }) => code);
    expect(entries.map(({ code }) => code).filter((code) => !codes.includes(code))).toEqual([]);
    expect(CATALOG).toHaveLength(entries.length);
  });

  test.each(['code', 'name'] as const)('uses each %s once', (field) => {
    const values = entries.map((entry) => entry[field]);
    expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
  });

  test('finds an entry by code and by name, in any case', () => {
    expect(findEntry('nc1020')?.name).toBe('yaml/duplicate-key');
    expect(findEntry('YAML/duplicate-key')?.code).toBe('NC1020');
    expect(findEntry('NC0000')).toBeNull();
  });
});

describe.each(entries.map((entry) => [entry.code, entry] as const))('%s', (_code, entry) => {
  const texts = textsOf(entry);

  test('has a code, a name and an explanation of the usual form', () => {
    expect(entry.code).toMatch(/^NC\d{4}$/);
    expect(entry.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(entry.explanation).toMatch(/^[A-Z`"$].*[.)]$/s);
    expect(entry.explanation).not.toMatch(/ {2}|\n|Todo/i);
  });

  test('starts in lower case, has no full stop and names none of our types', () => {
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      const unquoted = text.replace(/`[^`]*`/g, '``');
      // Names that are always written with a capital may start a message.
      expect(unquoted).toMatch(
        /^([a-z0-9`"$]|OpenShell|NemoClaw|Landlock|YAML|HTTP|GitHub|IPv|DNS|TLS|TCP|Docker)/,
      );
      expect(unquoted).not.toMatch(/[^.]\.$/);
      expect(typeNames.filter((name) => new RegExp(`\\b${name}\\b`).test(unquoted))).toEqual([]);
    }
  });
});
