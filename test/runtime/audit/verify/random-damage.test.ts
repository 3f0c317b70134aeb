import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Verification } from '../../../../runtime/audit/verify/verification.ts';
import { verifyLog } from '../../../../runtime/audit/verify/verify-log.ts';
import {
  allLines,
  filesOf,
  type HeldFile,
  heldLog,
  linesIn,
  placeOf,
  sourcesOf,
} from '../../../support/damaged-logs.ts';

/** NEMOCLAW_FUZZ=100000 is the long run. */
const RUNS = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 500;
const NOTHING_MORE = { key: null, last: null };

let files: HeldFile[] = [];
let lines: { file: number; text: string }[] = [];

beforeAll(async () => {
  files = await heldLog();
  lines = allLines(files);
  expect(files.length).toBeGreaterThan(3);
});

const verify = (held: readonly HeldFile[]): Verification => verifyLog(sourcesOf(held), NOTHING_MORE);
/** A place in the log, as a part of it. */
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const indexOf = (where: number, count: number) => Math.floor(where * count);

test('a log that nobody touched is whole', () => {
  expect(verify(files)).toMatchObject({
    damage: null,
    end: 'closed',
    lines: lines.length,
    files: files.length,
    first: 0,
    last: lines.length - 1,
    vouched: { sequence: lines.length - 1 },
  });
});

test('a flipped bit is found, and its line named', () => {
  fc.assert(
    fc.property(part, fc.nat(7), (where, bit) => {
      const whole = Buffer.concat(files.map(({ bytes }) => bytes));
      const offset = indexOf(where, whole.length);
      let start = 0;
      const changed = files.map((held) => {
        const bytes = Buffer.from(held.bytes);
        if (offset >= start && offset < start + bytes.length) bytes[offset - start]! ^= 1 << bit;
        start += bytes.length;
        return { ...held, bytes };
      });
      const at = whole.subarray(0, offset).toString('latin1').split('\n').length - 1;
      const { damage } = verify(changed);
      expect(damage, `byte ${offset}, bit ${bit}`).toEqual({
        kind: 'changed',
        place: placeOf(files, lines, at),
        lines: null,
      });
    }),
    { numRuns: RUNS },
  );
});

test('lines that were taken out are found, and named', () => {
  fc.assert(
    fc.property(part, fc.integer({ min: 1, max: 30 }), (where, count) => {
      const from = indexOf(where, lines.length - 1);
      const to = Math.min(from + count, lines.length - 1);
      const left = [...lines.slice(0, from), ...lines.slice(to)];
      const { damage } = verify(filesOf(files, left));
      const isEndOfFile = from > 0 && lines[from - 1]!.file !== lines[to]!.file;
      const isWholeFile = isEndOfFile && lines[from - 1]!.file !== lines[from]!.file;
      const isEndGone = isEndOfFile && !isWholeFile && /^\{"opened"/.test(lines[to]!.text);
      const end = placeOf(files, lines, from);
      const place = isEndGone ? end : { ...placeOf(files, left, from), sequence: from };
      expect(damage).toEqual({ kind: isEndGone ? 'truncated' : 'removed', place, lines: [from, to - 1] });
    }),
    { numRuns: RUNS },
  );
});

test('lines in another order are found, and the first of them named', () => {
  fc.assert(
    fc.property(part, part, (one, other) => {
      const [from, to] = [indexOf(one, lines.length), indexOf(other, lines.length)].sort((a, b) => a - b);
      fc.pre(from! < to!);
      const moved = lines.map(({ file, text }, at) => ({
        file,
        text: at === from ? lines[to!]!.text : at === to ? lines[from!]!.text : text,
      }));
      const { damage } = verify(filesOf(files, moved));
      const place = { ...placeOf(files, lines, from!), sequence: from! };
      expect(damage).toEqual({ kind: 'reordered', place, lines: [to, to] });
    }),
    { numRuns: RUNS },
  );
});

test('a line that is there twice is found, and named', () => {
  fc.assert(
    fc.property(part, part, (which, where) => {
      const copied = indexOf(which, lines.length);
      const at = 1 + indexOf(where, lines.length);
      const { file } = lines[at - 1]!;
      const more = [...lines.slice(0, at), { file, text: lines[copied]!.text }, ...lines.slice(at)];
      const { damage } = verify(filesOf(files, more));
      // A line in front of itself and a line behind itself are the same.
      const place = {
        ...placeOf(files, more, copied === at ? at + 1 : at),
        sequence: copied === at ? at + 1 : at,
      };
      expect(damage).toEqual({ kind: 'duplicated', place, lines: [copied, copied] });
    }),
    { numRuns: RUNS },
  );
});

test('a cut at the end is told apart from an edit', () => {
  fc.assert(
    fc.property(part, (where) => {
      const last = files.at(-1)!;
      const length = 1 + indexOf(where, last.bytes.length - 1);
      const cut = [...files.slice(0, -1), { ...last, bytes: last.bytes.subarray(0, length) }];
      const left = last.bytes.subarray(0, length);
      const torn = left.length - (left.lastIndexOf(10) + 1);
      const found = verify(cut);
      expect([found.damage, found.end, found.tornBytes]).toEqual([null, torn > 0 ? 'torn' : 'open', torn]);
    }),
    { numRuns: RUNS },
  );
});

test('bytes behind the last word are no cut', () => {
  const last = files.at(-1)!;
  for (const more of ['\0\0', '{"decision"']) {
    const bytes = Buffer.concat([last.bytes, Buffer.from(more)]);
    const { damage } = verify([...files.slice(0, -1), { ...last, bytes }]);
    expect(damage).toMatchObject({
      kind: 'inserted',
      place: { sequence: lines.length, line: linesIn(last).length + 1 },
    });
    // A crash that came as the next file was begun.
    const begun = { name: 'next', first: lines.length, bytes: Buffer.from(more) };
    expect(verify([...files, begun])).toMatchObject({ damage: null, end: 'torn', tornBytes: more.length });
  }
});

test('a cut within an earlier file is an edit', () => {
  fc.assert(
    fc.property(part, part, (which, where) => {
      const at = indexOf(which, files.length - 1);
      const { bytes } = files[at]!;
      const length = 1 + indexOf(where, bytes.length - 1);
      const cut = files.map((held, n) => (n === at ? { ...held, bytes: bytes.subarray(0, length) } : held));
      const line = bytes.subarray(0, length).toString('latin1').split('\n').length;
      const sequence = files[at]!.first + line - 1;
      const lines = [sequence, files[at + 1]!.first - 1];
      expect(verify(cut).damage).toEqual({
        kind: 'truncated',
        place: { file: files[at]!.name, line, sequence },
        lines,
      });
    }),
    { numRuns: RUNS },
  );
});
