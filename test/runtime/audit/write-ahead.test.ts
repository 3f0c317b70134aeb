import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
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
const BOOT = 'b'.repeat(32);
const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-ahead-'));

afterEach(() => {
  vi.restoreAllMocks();
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('what is written past the page cache is found again', () => {
  const ahead = WriteAhead.in(folder, BOOT, 1)!;
  expect(isDirect()).toBe(offersDirect());
  expect(recordsIn(folder)).toEqual([]);
  writeTwo(ahead);
  expect(recordsIn(folder).map(({ lines }) => lines.toString())).toEqual(['{"n":0}\n', '{"n":1}\n']);
  ahead.close();
  expect(recordsIn(folder)).toEqual([]);
});

test('where that is refused it is written through the page cache', () => {
  const takesAny = takesAnyMemory();
  // Most file systems refuse memory that begins anywhere.
  vi.spyOn(aligned, 'alignedBuffer').mockImplementation(unaligned);
  const ahead = WriteAhead.in(folder, BOOT, 1)!;
  expect(isDirect()).toBe(takesAny);
  writeTwo(ahead);
  expect(recordsIn(folder)).toHaveLength(2);
  ahead.close();
});

function writeTwo(ahead: WriteAhead): void {
  for (const n of [0, 1]) {
    const buffer = aligned.alignedBuffer(65_536);
    const line = `{"n":${n}}`;
    const length = HEAD_BYTES + buffer.write(`${line}\n`, HEAD_BYTES);
    const digest = digestOfLine(line);
    const place = ahead.place(length, () => {})!;
    ahead.writeHead(buffer, { file: 0, offset: 8 * n, length: length - HEAD_BYTES, digest });
    ahead.writeNow(buffer.subarray(0, roomFor(length)), place);
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

/** As one that is memory itself does. */
function takesAnyMemory(): boolean {
  const { O_RDWR, O_CREAT, O_DIRECT } = constants;
  try {
    const descriptor = openSync(join(folder, 'trial'), O_RDWR | O_CREAT | O_DIRECT);
    try {
      writeSync(descriptor, unaligned(65_536));
      return true;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function isDirect(): boolean {
  const path = join(folder, WRITE_AHEAD_FILE);
  const descriptor = readdirSync('/proc/self/fd').find((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
  const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))![1]!;
  return (Number.parseInt(flags, 8) & DIRECT) !== 0;
}
