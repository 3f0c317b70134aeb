// Plants small mistakes in the algebra of sets and the difference of the network, one at a time in a copy of the project,
// and counts how many the tests find: npm run mutants
//   npm run mutants -- --sample 60 --seed 2      so many, drawn at random
//   npm run mutants -- --only diagram/boxes.ts   those of files whose name holds this
// Exits with 3 when fewer than nine of ten are found.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Seeded } from '../support/seeded.ts';
import { equivalenceOf } from './equivalent.ts';
import { type Mutant, mutantsOf, withMutant } from './mutants.ts';
import { type Outcome, runTests } from './run-tests.ts';
import { GROUNDS } from './tests.ts';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = [
  'compiler',
  'test',
  'blueprints',
  'schemas',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const LEAST_PART = 0.9;
/** All tests without a mutant, on a busy machine. */
const LONGEST_MS = 1_200_000;
/** A mutant under which its tests take so many times as long as all tests do without one runs for ever. */
const FOR_EVER = 2;

const WORDS: Readonly<Record<Outcome, string>> = {
  passed: 'SURVIVED',
  failed: 'killed',
  endless: 'killed (it runs for ever)',
};

interface Planted {
  readonly mutant: Mutant;
  readonly tests: readonly string[];
}

function planted(only: string): Planted[] {
  return GROUNDS.flatMap(({ sources, tests }) =>
    sources
      .flatMap(filesBelow)
      .filter((file) => file.includes(only))
      .flatMap((file) => mutantsOf(file, readFileSync(join(ROOT, file), 'utf8')))
      .map((mutant) => ({ mutant, tests })),
  );
}

function filesBelow(source: string): string[] {
  if (statSync(join(ROOT, source)).isFile()) return [source];
  const files = readdirSync(join(ROOT, source), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(source, file));
}

/** So many of them, each as likely as any other, in a random order. */
function sampleOf(all: readonly Planted[], count: number, random: Seeded): Planted[] {
  const left = [...all];
  const taken: Planted[] = [];
  while (taken.length < count && left.length > 0) taken.push(...left.splice(random.below(left.length), 1));
  return taken;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      sample: { type: 'string', default: '80' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
    },
  });
  const all = planted(values.only);
  const unknown = all.filter(({ mutant }) => equivalenceOf(mutant) === null);
  const sample = sampleOf(unknown, Number(values.sample), new Seeded(Number(values.seed)));
  process.stdout.write(
    `${all.length} mutants, ${all.length - unknown.length} known to change no answer; ${sample.length} drawn\n`,
  );
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return await tryAll(sample, copy);
}

async function tryAll(sample: readonly Planted[], copy: string): Promise<number> {
  const untouched = [...new Set(sample.flatMap(({ tests }) => tests))];
  const begun = Date.now();
  if ((await runTests(copy, untouched, LONGEST_MS)) !== 'passed')
    throw new Error('the tests fail without a mutant');
  const longest = FOR_EVER * (Date.now() - begun);
  const survivors: Mutant[] = [];
  for (const [at, { mutant, tests }] of sample.entries()) {
    const path = join(copy, mutant.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, withMutant(source, mutant));
    const outcome = await runTests(copy, tests, longest);
    writeFileSync(path, source);
    if (outcome === 'passed') survivors.push(mutant);
    process.stdout.write(`${at + 1}/${sample.length} ${WORDS[outcome]} ${described(mutant)}\n`);
  }
  const killed = sample.length - survivors.length;
  process.stdout.write(`${killed} of ${sample.length} killed\n`);
  for (const mutant of survivors)
    process.stdout.write(`\nsurvived: ${described(mutant)}\n- ${mutant.before}\n+ ${mutant.after}\n`);
  return killed >= LEAST_PART * sample.length ? 0 : 3;
}

function described({ file, line, rule }: Mutant): string {
  return `${file}:${line} ${rule}`;
}

process.exitCode = await main();
