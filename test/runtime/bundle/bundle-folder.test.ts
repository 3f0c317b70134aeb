import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { CURRENT, readBundle } from '../../../runtime/bundle/read-bundle.ts';
import { ForeignFolderError, writeBundle } from '../../../runtime/bundle/write-bundle.ts';
import { bundleSaying } from '../../support/bundles.ts';

const work = mkdtempSync(join(tmpdir(), 'nemoclaw-bundle-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(work, 'out-'));
});

const one = bundleSaying('one');
const two = bundleSaying('two');
const generation = () => realpathSync(join(folder, CURRENT));

/** The kinds and paths of what is wrong with the bundle in the folder. */
function problems(): string[] {
  const read = readBundle(folder);
  return read.ok
    ? []
    : read.problems.map((problem) => `${problem.kind} ${'path' in problem ? problem.path : ''}`.trim());
}

test('a bundle reads back as it was written, and a new one takes its place', () => {
  writeBundle(folder, one);
  expect(readBundle(folder)).toMatchObject({ ok: true, digest: one.digest });
  writeBundle(folder, two);
  expect(readBundle(folder)).toMatchObject({ ok: true, digest: two.digest });
  expect(readdirSync(folder)).toHaveLength(2);
});

describe('what was changed is found and named', () => {
  const cases: readonly [string, () => void, string[]][] = [
    [
      'a flipped byte',
      () => writeSync(openSync(join(generation(), 'a.json'), 'r+'), 'X', 0),
      ['changed a.json'],
    ],
    ['a missing file', () => unlinkSync(join(generation(), 'deep/b.bin')), ['missing deep/b.bin']],
    ['a file more', () => writeFileSync(join(generation(), 'deep/extra'), ''), ['unlisted deep/extra']],
    [
      'a link in place of a file',
      () => {
        unlinkSync(join(generation(), 'a.json'));
        symlinkSync('/etc/passwd', join(generation(), 'a.json'));
      },
      ['missing a.json'],
    ],
    ['a file that grew', () => truncateSync(join(generation(), 'a.json'), 1 << 30), ['missing a.json']],
    [
      'a manifest that is a link to a device',
      () => {
        unlinkSync(join(generation(), 'manifest.json'));
        symlinkSync('/dev/zero', join(generation(), 'manifest.json'));
      },
      ['no-manifest'],
    ],
    [
      'a manifest with another name in it',
      () => {
        const text = new TextDecoder().decode(one.manifestBytes).replace('"name": "one"', '"name": "forged"');
        writeFileSync(join(generation(), 'manifest.json'), text);
      },
      ['no-manifest'],
    ],
    [
      'a link to a folder elsewhere',
      () => {
        unlinkSync(join(folder, CURRENT));
        symlinkSync('/etc', join(folder, CURRENT));
      },
      ['no-manifest'],
    ],
    [
      'a manifest that is none',
      () => writeFileSync(join(generation(), 'manifest.json'), '{}'),
      ['no-manifest'],
    ],
    [
      'a manifest that leads out of the bundle',
      () => {
        const text = new TextDecoder().decode(one.manifestBytes).replace('"deep/b.bin"', '"../b.bin"');
        writeFileSync(join(generation(), 'manifest.json'), text);
      },
      ['no-manifest'],
    ],
  ];
  test.each(cases)('%s', (_, change, expected) => {
    writeBundle(folder, one);
    change();
    expect(problems()).toEqual(expected);
  });

  test('and writing the same bundle again mends it', () => {
    writeBundle(folder, one);
    appendFileSync(join(generation(), 'a.json'), ' ');
    writeBundle(folder, one);
    expect(readBundle(folder)).toMatchObject({ ok: true, digest: one.digest });
  });
});

test('a folder that holds other things is left alone', () => {
  mkdirSync(join(folder, 'photos'));
  expect(() => writeBundle(folder, one)).toThrow(ForeignFolderError);
  expect(readdirSync(folder)).toEqual(['photos']);
});

test('killed at any moment, the folder holds the old bundle or the new one, whole', {
  timeout: 120_000,
}, async () => {
  const script = join(work, 'write-bundles-forever.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../support/write-bundles-forever.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  writeBundle(folder, one);
  const seen = new Set<string>();
  for (let kill = 0; kill < 40; kill++) {
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await wait(1 + ((kill * 7) % 41));
    child.kill('SIGKILL');
    await once(child, 'close');
    const read = readBundle(folder);
    expect(read.ok ? [one.digest, two.digest] : read.problems).toContain(
      read.ok ? read.digest : 'a whole bundle',
    );
    if (read.ok) seen.add(read.digest);
  }
  expect(seen.size).toBe(2);
  writeBundle(folder, one);
  expect(readdirSync(folder)).toHaveLength(2);
});
