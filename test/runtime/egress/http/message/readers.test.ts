import fc from 'fast-check';
import { expect, test } from 'vitest';
import { urlPathReadings } from '../../../../../compiler/domain/url-path.ts';
import { bodyOf } from '../../../../../runtime/egress/http/message/body.ts';
import { isProblem } from '../../../../../runtime/egress/http/message/problem.ts';
import { parsePathAndQuery } from '../../../../../runtime/egress/http/target/path.ts';
import { parseQuery } from '../../../../../runtime/egress/http/target/query.ts';

/** Cuts bytes at some places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1]!, end));
}

const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });
const places = fc.array(fc.nat(), { maxLength: 12 });

test('a chunked body is read alike however it is cut, and passed on byte by byte up to its trailers', () => {
  fc.assert(
    fc.property(contents, places, fc.boolean(), (chunks, cuts, hasTrailers) => {
      const framed = chunks.map((chunk) =>
        Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
      );
      const plain = Buffer.concat([...framed, Buffer.from('0\r\n')]);
      const end = Buffer.from(hasTrailers ? 'X-A: b\r\nX-C: d\r\n\r\n' : '\r\n');
      const rest = Buffer.from('GET / HTTP/1.1');
      const body = bodyOf({ kind: 'chunked' })!;
      const [content, passed, left]: [Buffer[], Buffer[], Buffer[]] = [[], [], []];
      for (const piece of cut(Buffer.concat([plain, end, rest]), cuts)) {
        if (body.isOver) {
          left.push(piece);
          continue;
        }
        const taken = body.take(piece, 0, (bytes) => content.push(Buffer.from(bytes)));
        if (isProblem(taken)) throw new Error(taken);
        passed.push(piece.subarray(0, body.plainEnd));
        left.push(piece.subarray(taken));
      }
      expect(body.isOver).toBe(true);
      expect(Buffer.concat(content)).toEqual(Buffer.concat(chunks));
      expect(Buffer.concat(passed)).toEqual(hasTrailers ? plain : Buffer.concat([plain, end]));
      expect(Buffer.concat(left)).toEqual(rest);
      expect(body.trailers.map(({ name, value }) => `${name}=${value}`)).toEqual(
        hasTrailers ? ['x-a=b', 'x-c=d'] : [],
      );
    }),
    { numRuns: 500 },
  );
});

test('a body of a length is read alike however it is cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), places, (bytes, cuts) => {
      const body = bodyOf({ kind: 'length', length: bytes.length })!;
      const content: Buffer[] = [];
      let rest = 0;
      for (const piece of cut(Buffer.concat([bytes, Buffer.from('rest')]), cuts)) {
        const taken = body.take(piece, 0, (one) => content.push(one)) as number;
        rest += piece.length - taken;
      }
      expect(Buffer.concat(content)).toEqual(Buffer.from(bytes));
      expect(rest).toBe(4);
    }),
  );
});

test('what goes on is read as exactly what was decided about, whatever the path', () => {
  const pieces = [
    '/',
    'a',
    'B',
    '.',
    '~',
    '-',
    '%2f',
    '%2F',
    '%41',
    '%7e',
    '%25',
    '%3b',
    ';',
    '(',
    '%28',
    '"',
    '{',
    '%c3%a9',
    '+',
    '%20',
    '|',
    '%2e',
    '%3f',
  ];
  let passed = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
      const path = `/${parts.join('')}`;
      const read = parsePathAndQuery(path);
      if (isProblem(read)) return;
      passed += 1;
      expect(urlPathReadings(read.forwarded)).toEqual(urlPathReadings(path));
      // And nothing in it is written in two ways.
      expect(read.forwarded).toMatch(/^(\/|[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-F]{2})*$/);
      expect(parsePathAndQuery(read.forwarded)).toMatchObject({ forwarded: read.forwarded });
    }),
    { numRuns: 3000 },
  );
  expect(passed).toBeGreaterThan(500);
});

test('the pairs of a query are those of the URL standard, wherever it is not in doubt', () => {
  const pieces = ['a', 'b', '=', '&', '%20', '%26', '%3D', '+', '1', '%c3%a9', '[', ']', '/', '?', ':'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 10 }), (parts) => {
      const text = parts.join('');
      const pairs = parseQuery(text);
      const standard = [...new URLSearchParams(`?${text}`)];
      if (pairs === null) {
        expect(text.split('&').some((part) => part.split('=')[0]!.includes('+'))).toBe(true);
        return;
      }
      // Where a value is in doubt, one of the two is the standard's.
      expect(pairs.length).toBeGreaterThanOrEqual(standard.length);
      for (const [name, value] of standard) expect(pairs).toContainEqual([name, value]);
      if (!text.includes('+')) expect(pairs).toEqual(standard);
    }),
    { numRuns: 2000 },
  );
});
