import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { digestOfLine } from '../../../compiler/ir/audit-event/write.ts';
import { recordsIn } from '../../../runtime/audit/ahead-records.ts';
import * as aligned from '../../../runtime/audit/aligned-buffer.ts';
import { HEAD_BYTES, roomFor, WRITE_AHEAD_FILE, WriteAhead } from '../../../runtime/audit/write-ahead.ts';

/** open(2), x86_64 and aarch64 differ. */
const DIRECT = process.arch === 'arm64' ? 0o200_000 : 0o40_000;
const ROOT = join(import.meta.dirname, '../../..');
const BOOT = 'b'.repeat(32);
const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-ahead-'));

afterEach(() => {
  vi.restoreAllMocks();
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true }));

test('what is written past the page cache is found again', () => {
  const ahead = WriteAhead.in(folder, BOOT, 1)!;
  expect(isDirect()).toBe(offersDirect());
  expect(recordsIn(folder)).toEqual([]);
  writeTwo(ahead);
  expect(recordsIn(folder).map(({ lines }) => lines.toString('utf8', 0, 7))).toEqual(['{"n":0,', '{"n":1,']);
  ahead.close();
  expect(recordsIn(folder)).toEqual([]);
});

test('where that is refused it is written through the page cache', () => {
  // Most file systems refuse memory that begins anywhere.
  vi.spyOn(aligned, 'alignedBuffer').mockImplementation(unaligned);
  const ahead = WriteAhead.in(folder, BOOT, 1)!;
  expect(isDirect()).toBe(false);
  writeTwo(ahead);
  expect(recordsIn(folder)).toHaveLength(2);
  ahead.close();
});

test.each(['now', 'in a thread'])(
  'memory that has become scarce since is written through the page cache, %s',
  async (how) => {
    const ahead = WriteAhead.in(folder, BOOT, 1)!;
    const [first, second] = [recordOf(ahead, 0), recordOf(ahead, 1, unaligned(65_536))];
    for (const { bytes, place } of [first, second]) {
      if (how === 'now') ahead.writeNow(bytes, place);
      else expect(await new Promise((resolve) => ahead.write(bytes, place, resolve))).toBeNull();
    }
    expect(recordsIn(folder).map(({ lines }) => lines.toString('utf8', 0, 7))).toEqual([
      '{"n":0,',
      '{"n":1,',
    ]);
    ahead.close();
    expect(recordsIn(folder)).toEqual([]);
    expect(descriptors()).toEqual([]);
  },
);

test('a process that may reserve few addresses has a log all the same', () => {
  const code = `
    const { openAuditLog } = await import(${JSON.stringify(join(ROOT, 'runtime/audit/audit-log.ts'))});
    for (let round = 0; round < 2; round++) {
      const opened = openAuditLog({ folder: '${folder}/log', state: '${folder}/state', sandbox: 'a', tool: 't 1' });
      if (!opened.ok) throw new Error(opened.problem);
      for (let n = 0; n < 100; n++)
        await opened.log.append({ kind: 'malformed', problem: 'p', asked: null, process: null }).durable;
      await opened.log.close();
    }
    console.log('written');`;
  const node = [process.execPath, '--import', join(ROOT, 'scripts/typescript.js'), '--input-type=module'];
  // Enough for one page-aligned memory of V8 and not for two.
  const limited = ['-c', 'ulimit -v 18874368 && exec "$@"', 'sh', ...node, '-e', code];
  const { stdout, stderr } = spawnSync('/bin/sh', limited, { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['written\n', '']);
});

/** A record with a line, and where it goes. */
function recordOf(ahead: WriteAhead, n: number, buffer = aligned.alignedBuffer(65_536)) {
  // A short one some disks take from anywhere.
  const line = `{"n":${n},"text":"${'x'.repeat(30_000)}"}`;
  const length = HEAD_BYTES + buffer.write(`${line}\n`, HEAD_BYTES);
  const digest = digestOfLine(line);
  const place = ahead.place(length, () => {})!;
  ahead.writeHead(buffer, { file: 0, offset: 8 * n, length: length - HEAD_BYTES, digest });
  return { bytes: buffer.subarray(0, roomFor(length)), place };
}

function writeTwo(ahead: WriteAhead): void {
  for (const n of [0, 1]) {
    const { bytes, place } = recordOf(ahead, n);
    ahead.writeNow(bytes, place);
  }
}

/** Not every file system does. */
function offersDirect(): boolean {
  try {
    closeSync(openSync(join(folder, 'trial'), constants.O_RDWR | constants.O_CREAT | constants.O_DIRECT));
    return true;
  } catch {
    return false;
  }
}

function unaligned(bytes: number): Buffer {
  return Buffer.alloc(bytes + 1).subarray(1);
}

/** Numbers of those that are open for the space. */
function descriptors(): string[] {
  const path = join(folder, WRITE_AHEAD_FILE);
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}

function isDirect(): boolean {
  return descriptors().some((fd) => {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!;
    return (Number.parseInt(flags, 8) & DIRECT) !== 0;
  });
}
