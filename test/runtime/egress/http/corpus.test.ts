import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestGate, testGate } from '../../../support/egress/gates.ts';
import { answersOf, type RawOrigin, rawOrigin, servedHttp, talk } from '../../../support/egress/wire.ts';
import type { CorpusCase } from './corpus/case.ts';
import { CHUNKS, FRAMING } from './corpus/framing.ts';
import { HEADS, LONG_HEADS } from './corpus/heads.ts';
import { HOSTS, TARGETS } from './corpus/targets.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const origin: RawOrigin = await rawOrigin(OK);
let gate: TestGate;
const proxy = await servedHttp(() => ({ kind: 'origin', gate }));

beforeEach(() => {
  gate = testGate({ port: origin.port });
  origin.received.length = 0;
  proxy.shared.pool.drop();
});

afterAll(() => {
  origin.close();
  proxy.close();
});

const bytesOf = ({ send }: CorpusCase): string => send.replaceAll('{port}', String(origin.port));

describe.each([
  ['framing', FRAMING],
  ['heads', HEADS],
  ['long heads', LONG_HEADS.filter(({ name }) => !name.includes('trailers'))],
  ['hosts', HOSTS],
  ['targets', TARGETS],
])('%s', (_kind, cases) => {
  test.each(cases)('$name', async (one) => {
    const answer = await talk(proxy.port, [bytesOf(one)]);
    expect(answersOf(answer)).toEqual({ statuses: [one.status], why: `gateway-${one.why}` });
    // Whatever follows could be read in two ways as well.
    expect(answer.end).toBe('closed');
    expect(answer.text).toContain('connection: close');
    expect(origin.received).toEqual([]);
    expect(gate.events.asked).toEqual([]);
    expect(gate.events.refused.map(({ why }) => why)).toEqual([`gateway-${one.why}`]);
  });
});

/** These begin well, so that their head is decided and passed on; then the server must never see a whole request. */
describe.each([['chunks', [...CHUNKS, ...LONG_HEADS.filter(({ name }) => name.includes('trailers'))]]])(
  '%s',
  (_kind, cases) => {
    test.each(cases)('$name', async (one) => {
      origin.answer = () => {};
      const answer = await talk(proxy.port, [bytesOf(one)]);
      expect(answersOf(answer)).toEqual({ statuses: [one.status], why: `gateway-${one.why}` });
      expect(answer.end).toBe('closed');
      expect(origin.received.join('')).not.toContain('0\r\n\r\n');
      expect(gate.events.ended).toHaveLength(1);
      origin.answer = OK;
    });
  },
);

test('the corpus is what it says it is', () => {
  const all = [...FRAMING, ...CHUNKS, ...HEADS, ...LONG_HEADS, ...HOSTS, ...TARGETS];
  expect(new Set(all.map(({ send }) => send)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(150);
});
