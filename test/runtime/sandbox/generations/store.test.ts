import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readCurrent, readGeneration, readSwitches } from '../../../../runtime/sandbox/generations/read.ts';
import { GenerationStore } from '../../../../runtime/sandbox/generations/store.ts';
import { contentSaying } from '../../../support/generations.ts';

const work = mkdtempSync(join(tmpdir(), 'nemoclaw-generations-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(work, 'state-')), 'generations');
});

function open(): GenerationStore {
  const opened = GenerationStore.open(folder);
  if (!opened.ok) throw new Error(opened.problem);
  return opened.store;
}

const by = 'tester';
let clock = 0;
const occasion = (why: 'apply' | 'rollback' | 'probe-failed' = 'apply') => ({ by, at: clock++, why });

/** Adds a generation and puts it into force, probes and all. */
function apply(store: GenerationStore, word: string, outcome: 'proved' | 'failed' = 'proved'): number {
  const number = store.add(contentSaying(word));
  expect(store.switchTo(number, occasion())).toBeNull();
  store.settle(outcome);
  return number;
}

const nameInForce = () => {
  const current = readCurrent(folder);
  if (current === null) return null;
  return current.ok ? current.bundle.manifest.name : `problem: ${current.problem}`;
};

test('nothing is in force before the first switch', () => {
  const store = open();
  expect(nameInForce()).toBeNull();
  const number = store.add(contentSaying('one'));
  expect({ number, name: nameInForce() }).toEqual({ number: 1, name: null });
  store.switchTo(number, occasion());
  expect(nameInForce()).toBe('one');
  expect(store.switches).toMatchObject([{ generation: 1, by, why: 'apply', outcome: 'probing' }]);
  expect(readSwitches(folder)).toEqual({ ok: true, value: store.switches });
});

test('a generation is private, whole and kept with its signature', () => {
  apply(open(), 'one');
  const found = readGeneration(folder, 1);
  expect(found).toMatchObject({ ok: true, record: { number: 1, commit: 'c'.repeat(40) } });
  expect(readFileSync(join(folder, '1/signature.json'), 'utf8')).toBe('signed one\n');
  const modes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (path) => statSync(join(folder, path)).mode & 0o077,
  );
  expect(new Set(modes)).toEqual(new Set([0]));
});

test('a failed generation is left for the last one that was proved, and numbers are never used again', () => {
  const store = open();
  apply(store, 'one');
  apply(store, 'two', 'failed');
  apply(store, 'three');
  store.add(contentSaying('four'));
  store.switchTo(4, occasion());
  expect(store.lastGood()).toBe(3);
  expect(store.switchTo(3, occasion('probe-failed'), 'failed')).toBeNull();
  expect(nameInForce()).toBe('three');
  expect(store.switches.map(({ generation, outcome }) => `${generation} ${outcome}`)).toEqual([
    ...['1 proved', '2 failed', '3 proved', '4 failed', '3 probing'],
  ]);
  expect(store.lastGood()).toBe(1);
  store.prune(0);
  expect(store.add(contentSaying('five'))).toBe(5);
});

test('old generations go, and never the one in force or the one to go back to', () => {
  const store = open();
  for (const word of ['one', 'two', 'three', 'four']) apply(store, word);
  apply(store, 'five', 'failed');
  apply(store, 'six', 'failed');
  store.prune(1);
  expect(readdirSync(folder).filter((name) => /^\d/.test(name))).toEqual(['4', '6']);
  expect(store.lastGood()).toBe(4);
});

test('only one process changes the generations', () => {
  const store = open();
  expect(GenerationStore.open(folder)).toMatchObject({ ok: false, reason: 'in-use' });
  store.close();
  open().close();
});

test('a folder that others can read is not taken', () => {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  expect(GenerationStore.open(folder)).toMatchObject({ ok: false, reason: 'not-private' });
});

test('what a killed process left is taken away', () => {
  open().close();
  mkdirSync(join(folder, '.7.4242', 'bundle'), { recursive: true });
  writeFileSync(join(folder, 'switches.json.4242.unfinished'), '{');
  open().close();
  expect(readdirSync(folder)).toEqual([]);
});

describe('what was changed is said, and never taken for nothing or for another', () => {
  test.each<[string, () => void, string]>([
    [
      'a file of the bundle',
      () => appendFileSync(join(folder, '2/bundle/a.json'), 'x'),
      'problem: generation 2 is not whole',
    ],
    [
      'the record',
      () => appendFileSync(join(folder, '2/generation.json'), ' '),
      'problem: generation 2: it is not in its one spelling',
    ],
    [
      'a record that is gone',
      () => rmSync(join(folder, '2/generation.json')),
      'problem: generation 2 has no record',
    ],
    [
      'the generation, gone',
      () => rmSync(join(folder, '2'), { recursive: true }),
      'problem: generation 2 is not there',
    ],
    [
      'another generation in its place',
      () => {
        rmSync(join(folder, '2'), { recursive: true });
        renameSync(join(folder, '1'), join(folder, '2'));
      },
      'problem: generation 2 is not the one of its record',
    ],
    [
      'another generation in its place, under its number',
      () => {
        rmSync(join(folder, '2/bundle'), { recursive: true });
        renameSync(join(folder, '1/bundle'), join(folder, '2/bundle'));
        const record = readFileSync(join(folder, '1/generation.json'), 'utf8');
        writeFileSync(join(folder, '2/generation.json'), record.replace('"number": 1', '"number": 2'));
      },
      'problem: generation 2 is another bundle than was switched to',
    ],
    [
      'another commit in its record',
      () => {
        const record = readFileSync(join(folder, '2/generation.json'), 'utf8');
        const other = record.replace(/"commit": (?:null|"[0-9a-f]+")/, `"commit": "${'0'.repeat(40)}"`);
        expect(other).not.toBe(record);
        writeFileSync(join(folder, '2/generation.json'), other);
      },
      'problem: generation 2 has another record than was switched to',
    ],
    [
      'a link in its place',
      () => {
        renameSync(join(folder, '2'), join(work, 'elsewhere'));
        symlinkSync(join(work, 'elsewhere'), join(folder, '2'));
      },
      'problem: generation 2 is not there',
    ],
    [
      'the switches, cut',
      () =>
        writeFileSync(join(folder, 'switches.json'), readFileSync(join(folder, 'switches.json')).subarray(9)),
      'problem: switches.json: it is not JSON',
    ],
    [
      'the switches, emptied',
      () => writeFileSync(join(folder, 'switches.json'), '{\n  "switches": [],\n  "version": 1\n}\n'),
      'problem: switches.json: it names no generation',
    ],
  ])('%s', (_, change, expected) => {
    const store = open();
    apply(store, 'one');
    apply(store, 'two');
    store.close();
    change();
    expect(nameInForce()).toBe(expected);
  });

  test('a generation that is not whole does not come into force', () => {
    const store = open();
    apply(store, 'one');
    store.add(contentSaying('two'));
    appendFileSync(join(folder, '2/bundle/a.json'), 'x');
    expect(store.switchTo(2, occasion())).toBe('generation 2 is not whole');
    expect(nameInForce()).toBe('one');
  });

  test('a generation whose record was changed since is gone back to neither by itself nor by name', () => {
    const store = open();
    apply(store, 'one');
    apply(store, 'two');
    const record = readFileSync(join(folder, '1/generation.json'), 'utf8');
    writeFileSync(
      join(folder, '1/generation.json'),
      record.replace(/"signer": (?:null|"[^"]*")/, '"signer": "eve"'),
    );
    expect(store.lastGood()).toBeNull();
    expect(store.switchTo(1, occasion())).toBe('generation 1 was changed since it was in force');
    expect(nameInForce()).toBe('two');
  });

  test('the store of switches that were changed does not open, and can be opened once they are mended', () => {
    const store = open();
    apply(store, 'one');
    store.close();
    const good = readFileSync(join(folder, 'switches.json'));
    writeFileSync(join(folder, 'switches.json'), '{}');
    expect(GenerationStore.open(folder)).toMatchObject({ ok: false, reason: 'damaged' });
    writeFileSync(join(folder, 'switches.json'), good);
    open().close();
  });
});
