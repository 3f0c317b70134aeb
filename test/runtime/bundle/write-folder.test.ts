import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PRIVATE, writeWholeFolder } from '../../../runtime/bundle/write-folder.ts';

test('a folder that cannot be made whole leaves nothing behind, and what is there as it is', () => {
  const parent = mkdtempSync(join(tmpdir(), 'write-folder-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  mkdirSync(join(parent, 'taken'));
  writeFileSync(join(parent, 'taken/kept'), 'kept');
  const files = [['a/b', new TextEncoder().encode('content')]] as const;
  const write = (name: string) => () => writeWholeFolder(parent, name, '.unfinished', files, PRIVATE);
  expect(write('taken')).toThrow(expect.objectContaining({ syscall: 'rename' }));
  expect(readdirSync(parent, { recursive: true }).sort()).toEqual(['taken', 'taken/kept']);
  write('new')();
  expect(readFileSync(join(parent, 'new/a/b'), 'utf8')).toBe('content');
  expect(readdirSync(parent).sort()).toEqual(['new', 'taken']);
});
