import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CannotRead } from '../../../../runtime/egress/operations/reading.ts';
import {
  type JsonValue,
  parseStrictJson,
  textOf,
} from '../../../../runtime/egress/operations/strict-json.ts';

const RUNS = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 20_000;

function problemOf(text: string): string {
  try {
    parseStrictJson(text);
    return 'read';
  } catch (error) {
    if (error instanceof CannotRead) return error.why;
    throw error;
  }
}

/** As `JSON.parse` would have it. */
function plain(value: JsonValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]));
  return Array.isArray(value) ? value.map((one) => plain(one as JsonValue)) : value;
}

function byReference(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

describe('what two readers could read as two things', () => {
  it.each([
    ['{"a":1,"a":2}', 'key-twice'],
    ['{"a":1,"\\u0061":2}', 'key-twice'],
    ['{"b":{"a":1,"a":1}}', 'key-twice'],
    ['[{"__proto__":1,"__proto__":2}]', 'key-twice'],
    ['"\\ud800"', 'half-a-character'],
    ['{"\\udc00":1}', 'half-a-character'],
    [`${'['.repeat(70)}${']'.repeat(70)}`, 'too-deep'],
    [`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`, 'too-deep'],
    ['\ufeff{}', 'not-json'],
    ['{"a":1,}', 'not-json'],
    ['[1,]', 'not-json'],
    ['{}{}', 'not-json'],
    ["{'a':1}", 'not-json'],
    ['01', 'not-json'],
    ['+1', 'not-json'],
    ['.5', 'not-json'],
    ['NaN', 'not-json'],
    ['"a\tb"', 'not-json'],
    ['"\\x41"', 'not-json'],
    ['/* a */ 1', 'not-json'],
    ['', 'not-json'],
    ['nul', 'not-json'],
    ['truefalse', 'not-json'],
    ['\u00a01', 'not-json'],
  ])('%s: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it('keeps members that mean something to JavaScript as plain members', () => {
    const value = parseStrictJson('{"__proto__":{"a":1},"constructor":2}');
    expect(value).toEqual(
      new Map<string, unknown>([
        ['__proto__', new Map([['a', 1]])],
        ['constructor', 2],
      ]),
    );
  });

  it('is not made of bytes that are no UTF-8', () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x22, 0xe2, 0x82, 0x22]]) {
      expect(() => textOf(Uint8Array.from(bytes))).toThrow('not-utf8');
    }
  });
});

/** Almost JSON: pieces of it in any order, and JSON with a character changed. */
const pieces = fc
  .array(
    fc.constantFrom(
      ...['{', '}', '[', ']', ':', ',', '"a"', '"b"', '"\\u0061"', '"', '\\', ' ', '\n', '1', '-', '0', '.5'],
      ...['e+1', 'true', 'null', 'fals', '\ud83d', '😀', '\u0000', '\u2028', '"\\ud83d\\ude00"', '/', '\t'],
    ),
    { maxLength: 14 },
  )
  .map((list) => list.join(''));
const changed = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.string({ maxLength: 2 }), fc.nat({ max: 2 }))
  .map(([text, at, other, gone]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + other + text.slice(place + gone);
  });

test('says what JSON.parse says, or refuses for a reason of its own', () => {
  const met = { read: 0, refused: 0, twice: 0 };
  fc.assert(
    fc.property(fc.oneof(fc.json(), pieces, changed, fc.string({ unit: 'binary' })), (text) => {
      const reference = byReference(text);
      const problem = problemOf(text);
      if (problem === 'read') {
        met.read += 1;
        expect(reference).not.toBeNull();
        // A value that was read has no key twice: written again and read again, it is the same.
        expect(plain(parseStrictJson(text))).toEqual(reference!.value);
      } else if (problem === 'not-json') {
        met.refused += 1;
        expect(reference).toBeNull();
      } else if (problem === 'key-twice') met.twice += 1;
    }),
    { numRuns: RUNS },
  );
  expect(met.read).toBeGreaterThan(RUNS / 10);
  expect(met.refused).toBeGreaterThan(RUNS / 10);
});
