import { readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readFast } from '../../../../compiler/frontend/yaml/fast-read.ts';
import { readYaml } from '../../../../compiler/frontend/yaml/read.ts';
import { readReference } from '../../../../compiler/frontend/yaml/reference-read.ts';
import type { YamlNode } from '../../../../compiler/frontend/yaml/tree.ts';
import { toValue } from '../../../../compiler/frontend/yaml/value.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';
import { hostNeeds, publishedFiles } from '../../../support/host.ts';
import { readSharedData, sharedData } from '../../../support/shared-data.ts';
import { agreement, bytesOf } from './reading.ts';
import { excerpts, HANDWRITTEN, mutated, soup, written } from './yaml-texts.ts';

// NEMOCLAW_FUZZ is the number of inputs of each property, with a new seed each time; fast-check prints it when it fails.
const FUZZ = process.env.NEMOCLAW_FUZZ;
const runs = (ordinary: number): fc.Parameters<unknown> =>
  FUZZ === undefined ? { numRuns: ordinary, seed: 20_270_331 } : { numRuns: Number(FUZZ) };
const timeout = FUZZ === undefined ? 120_000 : Number(FUZZ) * 20;

const corpus = (): string[] =>
  readdirSync(sharedData('corpus'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readSharedData(`corpus/${name}`));

/** Runs a property and returns the share of the inputs that the fast reader took. */
function acceptedShare(texts: fc.Arbitrary<string>, count: number): number {
  let accepted = 0;
  let all = 0;
  const property = fc.property(texts, (text) => {
    all += 1;
    if (agreement(text) === 'accepted') accepted += 1;
  });
  fc.assert(property, runs(count));
  return accepted / all;
}

describe('whatever the fast reader accepts, the reference reader accepts with an equal tree', () => {
  test.each(HANDWRITTEN)('%j, alone and inside other values', (text) => {
    const indented = text.replaceAll('\n', '\n  ');
    for (const around of [
      text,
      `${text}\n`,
      `k: ${indented}\nl: m\n`,
      `- ${indented}\n- m\n`,
      `k:\n  ${indented}\nl: m\n`,
      `k:\n  - ${indented}\n`,
      `k: [${indented}]\n`,
      `k: { l: ${indented}, m: n }\n`,
      `k: "${indented}"\n`,
      `k: '${indented}'\n`,
      `k: |\n  ${indented}\nl: m\n`,
    ]) {
      agreement(around);
    }
  });

  test('texts as people write them, most of which the fast reader takes', { timeout }, () => {
    expect(acceptedShare(written, 10_000)).toBeGreaterThan(0.75);
  });

  test('such texts with mistakes in them', { timeout }, () => {
    expect(acceptedShare(mutated(written), 12_000)).toBeGreaterThan(0.35);
  });

  test('fragments in any order', { timeout }, () => {
    expect(acceptedShare(soup, 15_000)).toBeGreaterThan(0.25);
  });

  test('excerpts of published policies with mistakes in them', { timeout }, (context) => {
    hostNeeds(context, publishedFiles);
    expect(acceptedShare(mutated(excerpts(corpus())), 15_000)).toBeGreaterThan(0.3);
  });

  test('published policies as they are, all of which the fast reader takes', (context) => {
    hostNeeds(context, publishedFiles);
    for (const text of corpus()) expect(agreement(text)).toBe('accepted');
  });
});

describe('the reference reader gives the values that other readers give', () => {
  const plain = (root: YamlNode | null) => JSON.parse(JSON.stringify(root === null ? null : toValue(root)));
  const byReference = (text: string) => readReference(new SourceFile('file.yaml', text));

  test('the library itself, on texts as people write them', { timeout }, () => {
    let compared = 0;
    const property = fc.property(fc.oneof(written, mutated(written)), (text) => {
      const { tree, diagnostics } = byReference(text);
      if (diagnostics.length > 0) return;
      compared += 1;
      const value = parse(text, { schema: 'core', stringKeys: true, logLevel: 'silent' });
      expect(plain(tree.root)).toEqual(JSON.parse(JSON.stringify(value)));
    });
    fc.assert(property, runs(3_000));
    expect(compared).toBeGreaterThan(1_000);
  });

  test('js-yaml, on published policies', (context) => {
    hostNeeds(context, publishedFiles);
    for (const text of corpus()) {
      expect(plain(byReference(text).tree.root)).toEqual(load(text, { schema: CORE_SCHEMA }));
    }
  });

  test('long runs of blank and comment lines change nothing', () => {
    const lines = [
      'a:',
      '  - b',
      '  - c: d',
      '    e: [1,',
      '      2, {f: g,',
      '      h: "i"}]',
      '  -',
      '    j: k',
      'l:',
      'm: n',
    ];
    const spread = lines.join(`\n${'\n  # comment\n   \n#\n'.repeat(20)}`);
    expect(byReference(spread).diagnostics).toEqual([]);
    expect(plain(byReference(spread).tree.root)).toEqual(plain(byReference(lines.join('\n')).tree.root));
  });
});

describe('any bytes give a tree or errors', () => {
  const check = (bytes: Uint8Array): void => {
    const start = performance.now();
    const { tree, diagnostics } = readYaml('file.yaml', bytes);
    expect(performance.now() - start).toBeLessThan(2_000);
    if (diagnostics.length > 0) expect(tree.root).toBeNull();
    for (const { primary, message } of diagnostics) {
      expect(message.length).toBeLessThan(300);
      expect(primary?.source).toBe(tree.source);
      const { start, end } = primary ?? { start: -1, end: -1 };
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThan(start);
      expect(end).toBeLessThanOrEqual(tree.source.text.length);
    }
  };

  test('whole files with bytes changed', { timeout }, (context) => {
    hostNeeds(context, publishedFiles);
    const change = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }) });
    const property = fc.property(
      fc.constantFrom(...corpus()),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      (text, changes) => {
        const bytes = bytesOf(text);
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        check(bytes);
      },
    );
    fc.assert(property, runs(1_000));
  });

  test('random bytes, and fragments', { timeout }, () => {
    const texts = mutated(soup).map(bytesOf);
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), texts), check), runs(5_000));
  });
});

test('the fast reader takes a text by all its features at once', () => {
  const text = '---\n# c\na:\n- {b: [1, "x"]}\n- c: |\n    t\n  d: \'e\'\n\nf: g\n  h\n';
  expect(readFast(new SourceFile('f', text))).not.toBeNull();
  expect(agreement(text)).toBe('accepted');
});
