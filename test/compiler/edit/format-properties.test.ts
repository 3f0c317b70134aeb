import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { hasErrors } from '../../../compiler/diagnostics/entry.ts';
import { formatBlueprint } from '../../../compiler/edit/format.ts';
import { readYamlText } from '../../../compiler/frontend/yaml/read.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';
import { fixtures } from '../../support/fixtures.ts';
import { hostNeeds, publishedFiles } from '../../support/host.ts';
import { sharedData } from '../../support/shared-data.ts';

const asSource = (text: string) => new SourceFile('random.yaml', text);
const isReadable = (text: string) => !hasErrors(readYamlText(asSource(text)).diagnostics);

/** Values and comments by the yaml package alone, which the formatter does not use to write. */
function meaning(text: string): unknown {
  const comments: string[] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (/^comment/.test(key) && typeof value === 'string') comments.push(...value.split('\n'));
      else if (['contents', 'items', 'key', 'value'].includes(key)) {
        for (const one of Array.isArray(value) ? value : [value]) collect(one);
      }
    }
  };
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return { values: [null], comments };
  for (const document of documents) collect(document);
  const words = comments.map((comment) => comment.trim()).filter((comment) => comment !== '');
  const values = documents.map((document) => document.toJS() as unknown);
  return { values: values.length === 0 ? [null] : values, comments: words.sort() };
}

/** Refusing leaves the text as it was; only texts that nobody writes may be refused. */
function isRefused(text: string): boolean {
  const { text: after, diagnostics } = formatBlueprint(asSource(text));
  if (!diagnostics.some(({ name }) => name === 'blueprint/cannot-format')) return false;
  expect(after).toBe(text);
  return true;
}

function expectSameMeaning(text: string): void {
  const { text: after, diagnostics } = formatBlueprint(asSource(text));
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(meaning(after)).toEqual(meaning(text));
  const again = formatBlueprint(asSource(after));
  expect(again.text).toBe(after);
  for (const line of after.split('\n')) expect(line).not.toContain('\t');
}

/** Changes a text as an editor in a hurry does; what no longer can be read does not count. */
const change = fc.record({
  line: fc.nat(400),
  what: fc.constantFrom(
    ...([
      'comment',
      'comment-beside',
      'blank',
      'remove',
      'double',
      'deeper',
      'less-deep',
      'swap',
      'quote',
    ] as const),
  ),
  column: fc.nat(12),
});

function changed(text: string, changes: readonly { line: number; what: string; column: number }[]): string {
  const lines = text.split('\n');
  changes.forEach(({ line, what, column }, index) => {
    const at = line % Math.max(1, lines.length);
    const old = lines[at] ?? '';
    if (what === 'comment') lines.splice(at, 0, `${' '.repeat(column)}# note ${index}`);
    if (what === 'comment-beside') lines[at] = `${old}${' '.repeat(1 + (column % 4))}# beside ${index}`;
    if (what === 'blank') lines.splice(at, 0, ' '.repeat(column % 3));
    if (what === 'remove') lines.splice(at, 1);
    if (what === 'double') lines.splice(at, 0, old);
    if (what === 'deeper') lines[at] = `${' '.repeat(column % 4)}${old}`;
    if (what === 'less-deep') lines[at] = old.replace(/^ {1,2}/, '');
    if (what === 'swap') lines.splice(at, 2, ...lines.slice(at, at + 2).reverse());
    if (what === 'quote') lines[at] = old.replace(/: (\w[^#"']*)$/, ': "$1"');
  });
  return lines.join('\n');
}

function expectOnChanges(text: string, runs: number): void {
  let read = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const other = changed(text, changes);
      if (!isReadable(other)) return;
      read++;
      expectSameMeaning(other);
    }),
    { numRuns: runs },
  );
  expect(read).toBeGreaterThan(runs / 10);
}

describe('formatting keeps values and comments, and is stable', () => {
  it.each(fixtures('valid').map(({ file, text }) => [file, text] as const))('on changes of %s', (_, text) => {
    expectSameMeaning(text);
    expectOnChanges(text, 60);
  });

  it('on published policies and changes of them', (context) => {
    hostNeeds(context, publishedFiles);
    const folders = ['corpus/nemoclaw', 'corpus/nemoclaw/presets', 'corpus/openshell'].map(sharedData);
    const files = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => join(folder, name)),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expectSameMeaning(text);
      expectOnChanges(text, 25);
    }
  });

  it('on any values in any of the ways of writing them', () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.stringMatching(/^[ \na-z#:'"|>-]{0,12}$/)),
        fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
        fc.constantFrom(
          'yes',
          '1_000',
          '1:20',
          '0o7',
          '.5',
          '~',
          '- a',
          '? b',
          'a: b',
          '2026-12-31',
          '---',
          '...',
        ),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z :#-]{1,6}$/), tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    const style = fc.record({
      indent: fc.constantFrom(1, 2, 3, 4),
      indentSeq: fc.boolean(),
      defaultStringType: fc.constantFrom(
        'PLAIN',
        'QUOTE_DOUBLE',
        'QUOTE_SINGLE',
        'BLOCK_LITERAL',
        'BLOCK_FOLDED',
      ),
      collectionStyle: fc.constantFrom('any', 'block', 'flow'),
      lineWidth: fc.constantFrom(0, 20, 80),
      flowCollectionPadding: fc.boolean(),
    });
    let read = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        value,
        style,
        fc.array(change, { maxLength: 3 }),
        (node, { indent, ...options }, changes) => {
          const written = stringify({ node }, { ...options, indent, aliasDuplicateObjects: false } as never);
          const text = changed(written, changes);
          if (!isReadable(text)) return;
          read++;
          if (isRefused(text)) refused++;
          else expectSameMeaning(text);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(read).toBeGreaterThan(300);
    expect(refused).toBeLessThan(5);
  });
});
