import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStrictJson } from '../../../../compiler/bundle/signature/strict-json.ts';

const read = (text: string) => readStrictJson(new TextEncoder().encode(text));

test.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}'],
  ['{"a\\"":1,"a":2}'],
  ['{"a\\\\":1,"a":{"x":"{\\"a\\":1,\\"a\\":1}"}}'],
  [' [ "a" , "a" , { } ] '],
  ['{"__proto__":1}'],
])('%s is read as JSON.parse reads it', (text) => {
  expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
});

test.each([
  ['{"a":1,"a":1}', 'a'],
  ['{"a":1,"\\u0061":1}', 'a'],
  ['{"x":[{"k":{"deep":1}, "l":2, "k":3}]}', 'k'],
  ['{"a":{"b":1},"b":[],"a":2}', 'a'],
  ['{"a\\\\":1,"b":"\\\\","a\\\\":2}', 'a\\'],
  ['{"":1,"":2}', ''],
  ['{"__proto__":1,"__proto__":1}', '__proto__'],
])('%s has a key twice', (text, key) => {
  expect(read(text)).toMatchObject({ ok: false, repeated: key });
});

test.each([
  ['{} {}', 'it is not one JSON value'],
  ['{}\0', 'it is not one JSON value'],
  ['\ufeff{}', 'it is not one JSON value'],
  ['', 'it is not one JSON value'],
  ["{'a':1}", 'it is not one JSON value'],
])('%j is refused', (text, problem) => {
  expect(read(text)).toEqual({ ok: false, problem, repeated: null });
});

test('bytes that are no UTF-8 are refused, and not replaced', () => {
  expect(readStrictJson(Uint8Array.of(0x22, 0xc3, 0x22))).toEqual({
    ok: false,
    problem: 'it is not UTF-8',
    repeated: null,
  });
});

test('what JSON.stringify writes is read back, however it is spaced', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 1, 4), (text, indent) => {
      const value: unknown = JSON.parse(text);
      expect(read(JSON.stringify(value, null, indent))).toEqual({ ok: true, value });
    }),
  );
});
