import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NAMED_TARGETS } from '../../compiler/backends/named-targets.ts';
import { buildBundle } from '../../compiler/bundle/bundle.ts';
import { hasErrors } from '../../compiler/diagnostics/entry.ts';
import { renderText } from '../../compiler/diagnostics/render/text.ts';
import { checkSource, loadPolicy } from '../../compiler/load-policy.ts';
import { type Random, randomFrom } from '../conformance/random-tree.ts';
import { testBindings } from '../support/policy.ts';
import { readerOver } from '../support/reader.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';

/** How many mutated files go the whole way; NEMOCLAW_FUZZ=200000 is the long run. */
const INPUTS = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 2500;
const SEED = Number(process.env.NEMOCLAW_SEED ?? 0) || 7;
/** What one input may take, on a busy machine. A hang would be far beyond. */
const LONGEST_MS = 5000;

const root = join(import.meta.dirname, '../..');

function yamlBelow(folder: string): Uint8Array[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/.test(path))
    .map((path) => readFileSync(join(folder, path)));
}

const seeds = [
  ...yamlBelow(join(root, 'blueprints')),
  ...yamlBelow(join(root, 'examples')),
  ...yamlBelow(join(root, 'test/fixtures')),
  ...(hasSharedData() ? yamlBelow(sharedData('corpus')) : []),
];

const WORDS = [
  '*',
  '**',
  '/',
  '/proc',
  '..',
  '${workdir}',
  '${',
  '&a',
  '*a',
  '!!x',
  '? ',
  '- ',
  ': ',
  '\t',
  '\0',
  '"',
  "'",
  '[',
  '{',
  '|',
  '>',
  '#',
  '@mount',
  '99999999999999999999',
  '0x',
  'null',
  '~',
  'yes',
  '\u202e',
  '\r',
  '---',
  '__proto__',
  '010.0.0.1',
  '::1',
  '?????*',
].map((word) => Buffer.from(word));

/** One to four changes: a byte, a known trouble word, a piece cut out, doubled, or taken from another file. */
function mutated(random: Random): Uint8Array {
  let bytes = Buffer.from(seeds[random(seeds.length)]!);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(bytes.length + 1);
    const to = Math.min(bytes.length, at + random(40));
    const [head, piece, tail] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    const other = seeds[random(seeds.length)]!;
    const from = random(other.length);
    const middle = [
      () => Buffer.from([random(256)]),
      () => WORDS[random(WORDS.length)]!,
      () => Buffer.alloc(0),
      () => Buffer.concat([piece, piece]),
      () => Buffer.from(other.subarray(from, from + random(120))),
    ][random(5)]!();
    bytes = Buffer.concat([head, middle, tail]);
  }
  return bytes;
}

test(`${INPUTS} mutated files end in a bundle or in findings`, { timeout: 60_000 + INPUTS * 20 }, () => {
  const random = randomFrom(SEED);
  const reader = readerOver({});
  let bundles = 0;
  let slowest = 0;
  for (let input = 0; input < INPUTS; input++) {
    const bytes = mutated(random);
    const started = performance.now();
    const { policy, inputs, diagnostics } = loadPolicy('fuzz.yaml', bytes, reader, testBindings);
    expect(policy === null, 'no policy exactly when there is an error').toBe(hasErrors(diagnostics));
    checkSource('fuzz.yaml', bytes, reader, testBindings);
    renderText(diagnostics.slice(0, 5));
    if (policy !== null) {
      const { bundle, diagnostics: findings } = buildBundle(
        policy,
        NAMED_TARGETS['linux-x86_64']!,
        testBindings,
        inputs,
      );
      expect(bundle === null).toBe(hasErrors(findings));
      bundles += 1;
    }
    slowest = Math.max(slowest, performance.now() - started);
  }
  expect(slowest).toBeLessThan(LONGEST_MS);
  expect(bundles).toBeGreaterThan(INPUTS / 200);
});
