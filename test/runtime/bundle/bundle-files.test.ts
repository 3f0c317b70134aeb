import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { readBundleFiles } from '../../../runtime/bundle/bundle-files.ts';
import { writeBundle } from '../../../runtime/bundle/write-bundle.ts';
import { bundleSaying } from '../../support/bundles.ts';

const work = mkdtempSync(join(tmpdir(), 'nemoclaw-bundle-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(work, 'out-'));
});
const odd = () => readBundleFiles(folder)?.odd.map(({ path, kind }) => `${kind} ${path}`);
const one = bundleSaying('one');

test('every file of the bundle in force is read as it is', () => {
  writeBundle(folder, one);
  const found = readBundleFiles(folder);
  expect(found?.odd).toEqual([]);
  expect([...found!.files.keys()]).toEqual(['a.json', 'deep/b.bin', 'deep/er/c.txt', 'manifest.json']);
  expect(Buffer.from(found!.files.get('deep/b.bin')!)).toEqual(Buffer.from(one.artifacts[1]!.bytes));
});

test('a pipe holds nobody up', { timeout: 10_000 }, () => {
  writeFileSync(join(folder, 'manifest.json'), '{}');
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(odd()).toEqual(['no-file pipe']);
});

test('any number of files is read up to a bound, and the rest is said', () => {
  writeFileSync(join(folder, 'manifest.json'), '{}');
  mkdirSync(join(folder, 'many'));
  for (let at = 0; at < 1100; at++) writeFileSync(join(folder, 'many', String(at).padStart(5, '0')), '');
  const found = readBundleFiles(folder);
  expect(found?.odd.filter(({ kind }) => kind === 'too-many')).toHaveLength(1);
  expect(found?.files.size).toBeLessThan(1025);
});

test('what stands beside the bundle in force is not passed over', () => {
  writeBundle(folder, one);
  mkdirSync(join(folder, 'f'.repeat(16)));
  expect(odd()).toEqual([`outside ../${'f'.repeat(16)}`]);
});

test.each<[string, () => void]>([
  ['nothing', () => {}],
  ['a link to any other folder', () => symlinkSync('/etc', join(folder, 'current'))],
  ['a link to a folder above', () => symlinkSync('..', join(folder, 'current'))],
  ['a link to what is not there', () => symlinkSync('0123456789abcdef', join(folder, 'current'))],
])('a folder with %s is no bundle', (_, make) => {
  make();
  expect(readBundleFiles(folder)).toBeNull();
  expect(readBundleFiles(join(folder, 'nowhere'))).toBeNull();
});
