import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostIo } from '../../../cli/host-io.ts';
import { removeUnfinished, unfinishedName } from '../../../runtime/approvals/unfinished.ts';
import { temporaryFolder } from '../../cli/nemoclaw.ts';

test('takes away what ended processes left of this file, and nothing else', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'req-0123456789ab.json');
  const { pid: ended } = spawnSync('true');
  const kept = [
    unfinishedName(path),
    `${path}.1.unfinished`,
    `${join(folder, 'req-ba9876543210.json')}.${ended}.unfinished`,
    `${path}.${ended}.unfinished.json`,
    path,
  ];
  for (const name of [...kept, `${path}.${ended}.unfinished`]) writeFileSync(name, '');
  removeUnfinished(path);
  expect(
    readdirSync(folder)
      .map((name) => join(folder, name))
      .sort(),
  ).toEqual([...kept].sort());
});

test('what a killed process of the same number left does not keep a file from being replaced', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, `.a.${process.pid}`), 'half');
  expect(hostIo().replaceFile(join(folder, 'a'), 'whole')).toEqual({ ok: true });
  expect(readdirSync(folder)).toEqual(['a']);
});
