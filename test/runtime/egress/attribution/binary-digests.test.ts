import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BinaryDigests } from '../../../../runtime/egress/attribution/binary-digests.ts';
import type { FileIdentity } from '../../../../runtime/egress/caller.ts';

const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-digests-'));
afterAll(() => rmSync(folder, { recursive: true }));

function identityOf(path: string): FileIdentity {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return { device: dev, inode: ino, size, modified: mtimeNs, changed: ctimeNs };
}
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

describe('the digest of an executable', () => {
  it('is that of the file that the process runs', async () => {
    const file = identityOf('/proc/self/exe');
    const digest = await new BinaryDigests().of({ pid: process.pid, binary: '/anything', file });
    expect(digest).toBe(sha256(readFileSync('/proc/self/exe')));
  });

  it('is none when the file is another one than called', async () => {
    const file = identityOf('/proc/self/exe');
    for (const change of ['device', 'inode', 'size', 'modified', 'changed'] as const) {
      const other = { ...file, [change]: file[change] + 1n };
      const caller = { pid: process.pid, binary: '/anything', file: other };
      expect(await new BinaryDigests().of(caller), change).toBeNull();
    }
  });

  it('is computed once for each content, and again for another at the same path', async () => {
    const path = join(folder, 'program');
    const asked: number[] = [];
    const digests = new BinaryDigests((pid) => {
      asked.push(pid);
      return path;
    });
    writeFileSync(path, 'one');
    const one = { pid: 1, binary: path, file: identityOf(path) };
    expect(await digests.of(one)).toBe(sha256('one'));
    expect(await digests.of({ ...one, pid: 2 })).toBe(sha256('one'));
    writeFileSync(`${path}.new`, 'two');
    renameSync(`${path}.new`, path);
    expect(await digests.of({ ...one, pid: 3, file: identityOf(path) })).toBe(sha256('two'));
    expect(await digests.of({ ...one, pid: 4 })).toBe(sha256('one'));
    expect(asked).toEqual([1, 3]);
  });

  it('is none of a process that is gone, and is asked for again of another of the same file', async () => {
    const path = join(folder, 'later');
    writeFileSync(path, 'x');
    const file = identityOf(path);
    const digests = new BinaryDigests((pid) => (pid === 1 ? '/nowhere' : path));
    expect(await digests.of({ pid: 1, binary: path, file })).toBeNull();
    expect(await digests.of({ pid: 2, binary: path, file })).toBe(sha256('x'));
  });
});
