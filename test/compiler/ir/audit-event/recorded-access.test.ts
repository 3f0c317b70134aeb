import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EgressAccess } from '../../../../compiler/ir/access.ts';
import { LONGEST_LINE, NO_LINE } from '../../../../compiler/ir/audit-event/event.ts';
import {
  recordedAsked,
  recordedEgress,
  recordedPath,
} from '../../../../compiler/ir/audit-event/recorded-access.ts';
import { lineOf } from '../../../../compiler/ir/audit-event/write.ts';
import { ALL, NONE, only } from '../../../../compiler/ir/extent.ts';
import type { Operation } from '../../../../compiler/ir/operation.ts';
import { SOME_DIGEST } from '../../../support/audit-log.ts';
import { accessTo } from '../../../support/refusals.ts';
import { Seeded } from '../../../support/seeded.ts';

const queryOf = (...query: [string, string][]) =>
  recordedEgress(accessTo('a.example', null, { http: { method: 'GET', path: '/', query, operations: ALL } }))
    .http!.query;

describe('in what is no access', () => {
  test.each([
    ['CONNECT user:hunter2@a.example:443 HTTP/1.1', 'CONNECT [masked]@a.example:443 HTTP/1.1'],
    ['CONNECT http://a@b@a.example:443 HTTP/1.1', 'CONNECT http://[masked]@a.example:443 HTTP/1.1'],
    ['CONNECT ghp_abcdefghijklmnopqrstuvwxyz0123456789:443 HTTP/1.1', 'CONNECT [masked]:443 HTTP/1.1'],
    ['CONNECT a.example/8hJk2LmN9pQr4StUv6WxYz1aBcDeF HTTP/1.1', 'CONNECT a.example/[masked] HTTP/1.1'],
    [`CONNECT ${'x'.repeat(400)}@a.example:443 HTTP/1.1`, 'CONNECT [masked]@a.example:443 HTTP/1.1'],
    ['CONNECT a.example. HTTP/1.1', 'CONNECT a.example. HTTP/1.1'],
    ['CONNECT user:hun/ter2@a.example:443 HTTP/1.1', 'CONNECT [masked]@a.example:443 HTTP/1.1'],
    ['CONNECT https://user:hun ter2@a.example:443', 'CONNECT https://[masked]@a.example:443'],
    ['CONNECT user:hunter2%40a.example:443 HTTP/1.1', 'CONNECT [masked]%40a.example:443 HTTP/1.1'],
  ])('%s holds what is masked, and what is not', (asked, recorded) => {
    expect(recordedAsked(asked)).toBe(recorded);
    expect(recordedAsked(recorded)).toBe(recorded);
  });

  test('nothing is longer than can be written down', () => {
    expect(recordedAsked(`CONNECT ${'a.'.repeat(4000)}:443`)).toHaveLength(200);
  });
});

describe('in a path', () => {
  test.each([
    ['/services/T012ABCDE/B034FGHIJ/a1B2c3D4e5F6g7H8i9J0k1L2', '/services/T012ABCDE/B034FGHIJ/[masked]'],
    ['/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1/getMe', '/[masked]/getMe'],
    ['/x/ghp_abcdefghijklmnopqrstuvwxyz0123456789/y', '/x/[masked]/y'],
    ['/x/gh%70_abcdefghijklmnopqrstuvwxyz0123456789/y', '/x/[masked]/y'],
    ['/api/webhooks/1234567890/a-long_name_of-words-only-here', '/[masked]'],
    ['/reset/8hJk2LmN9pQr4StUv6WxYz1aBcDeF', '/reset/[masked]'],
    ['/a;jsessionid=0123456789ABCDEF/b', '/[masked]/b'],
    ['/a;token=x/b', '/[masked]/b'],
  ])('%s holds a secret', (path, recorded) => {
    expect(recordedPath(path)).toBe(recorded);
  });

  test.each([
    '/repos/NVIDIA/NemoClaw/issues',
    '/o/r/commit/0123456789abcdef0123456789abcdef01234567',
    '/v2/library/alpine/blobs/sha256:e692418e4cbaf90ca69d05a66403747baa33ee08806650b51fab815ad7fc331f',
    '/items/123e4567-e89b-12d3-a456-426614174000',
    '/@types/node/-/node-20.19.43.tgz',
    '/maven2/org/junit/platform/JUnitPlatformCommons-1.10.2-Sources.jar',
    '/wiki/A_Long_Title_With_Many_Words_In_2026',
    '/v1;charset=utf-8/x',
    '/a?',
    '',
    '/',
  ])('%s holds none, and stays as it is', (path) => {
    expect(recordedPath(path)).toBe(path);
  });

  test('nearly all tokens of chance are found', () => {
    const seeded = new Seeded(7);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const token = () => Array.from({ length: 32 }, () => letters[seeded.below(letters.length)]).join('');
    const found = Array.from({ length: 2000 }, token).filter(
      (text) => recordedPath(`/${text}`) === '/[masked]',
    );
    expect(found.length).toBeGreaterThan(1950);
  });
});

describe('in a query', () => {
  test.each([
    ['api_key', 's3cret'],
    ['access_token', 'x'],
    ['X-Amz-Signature', 'abc'],
    ['sig', 'abc'],
    ['code', 'abc'],
    ['q', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
    ['v', '0123456789abcdef0123456789abcdef01234567'],
  ])('%s=%s is a secret', (name, value) => {
    expect(queryOf([name, value])).toEqual([[name, '[masked]']]);
  });

  test.each([
    ['state', 'open'],
    ['page', '2'],
    ['q', 'a longer sentence with 2 numbers in it'],
    ['since', '2026-01-31T18:00:00.000Z'],
    ['token_type', 'bearer'],
    ['key', ''],
  ])('%s=%s is none', (name, value) => {
    expect(queryOf([name, value])).toEqual([[name, value]]);
  });

  test('a secret that stands in the place of a name', () => {
    expect(queryOf(['ghp_abcdefghijklmnopqrstuvwxyz0123456789', ''])).toEqual([['[masked]', '']]);
  });

  test('more than is written down is said to be cut', () => {
    const query = queryOf(...Array.from({ length: 40 }, (_, n): [string, string] => [`k${n}`, 'v']));
    expect(query).toHaveLength(16);
    expect(query.at(-1)).toEqual(['[cut]', '[cut]']);
    expect(queryOf(['a', 'b '.repeat(200)], ['n'.repeat(65), 'v'])).toEqual([
      ['a', '[cut]'],
      ['[cut]', 'v'],
    ]);
  });
});

test('a long path is cut between segments, so that no half of a token is left', () => {
  const path = `/${'a/'.repeat(1000)}8hJk2LmN9pQr4StUv6WxYz1aBcDeF8hJk2LmN9pQr4StUv6WxYz1aBcDeF`;
  expect(recordedPath(path)).toBe(`/${'a/'.repeat(1000).slice(0, -1)}/[cut]`);
  expect(recordedPath(`/${'x'.repeat(3000)}`)).toBe('/[cut]');
});

describe('of what a request asks for inside', () => {
  const recorded = (...of: [Operation, ...Operation[]]) => {
    const http = { method: 'POST', path: '/', query: [], operations: only(of) };
    const { operations } = recordedEgress(accessTo('a.example', null, { http })).http!;
    return operations.kind === 'only' ? operations.of : operations.kind;
  };
  const message = (text: string) => recorded({ kind: 'message', text })[0];

  test('ordinary names and texts stay as they are', () => {
    const all: [Operation, ...Operation[]] = [
      { kind: 'call', method: 'tools/call', tool: 'search_web_pages_by_title_and_author' },
      { kind: 'graphql', type: 'query', name: 'ViewerWithRepositories', fields: ['viewer', 'rateLimit'] },
      { kind: 'message', text: '{"subscribe":"prices","of":["EUR","USD"]}' },
      { kind: 'upgrade' },
    ];
    expect(recorded(...all)).toEqual(all);
  });

  test.each([
    'hello ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    '{"password":"x"}',
    '{"k":"8hJk2LmN9pQr4StUv6WxYz1aBcDeF"}',
  ])('the message %s is hidden as a whole', (text) => {
    expect(message(text)).toEqual({ kind: 'message', text: '[masked]' });
  });

  test('what is long is cut, and said to be', () => {
    expect(message('a '.repeat(257))).toEqual({ kind: 'message', text: '[cut]' });
    const fields = Array.from({ length: 40 }, (_, n) => `f${n}`) as [string, ...string[]];
    const [query] = recorded({ kind: 'graphql', type: 'query', name: null, fields });
    expect(query).toMatchObject({ fields: [...fields.slice(0, 15), '[cut]'] });
    const calls = fields.map((method): Operation => ({ kind: 'call', method: method.repeat(9), tool: null }));
    const kept = recorded(...(calls as [Operation, ...Operation[]])) as readonly Operation[];
    expect(kept.length).toBeLessThan(40);
    expect(kept.slice(0, -1)).toEqual(calls.slice(0, kept.length - 1));
    expect(kept.at(-1)).toEqual({ kind: 'call', method: '[cut]', tool: null });
  });
});

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 400 }) },
  fc.constantFrom(
    '/',
    '%',
    ';token=',
    'ghp_abcdefghijklmnopqrstuvwxyz',
    '[masked]',
    '[cut]',
    '/api/webhooks/1/',
  ),
  fc.string({ unit: fc.constantFrom('a', 'B', '7', '-', '/'), minLength: 15, maxLength: 60 }),
);
const texts = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.constant({ kind: 'upgrade' } as const),
  fc.record({ kind: fc.constant('message' as const), text: texts }),
  fc.record({ kind: fc.constant('call' as const), method: texts, tool: fc.option(texts) }),
  fc.record({
    kind: fc.constant('graphql' as const),
    type: fc.constant('query' as const),
    name: fc.option(texts),
    fields: fc.array(texts, { minLength: 1, maxLength: 40 }).map((all) => all as [string, ...string[]]),
  }),
);
const accesses: fc.Arbitrary<EgressAccess> = fc.record({
  facet: fc.constant('egress' as const),
  host: texts,
  port: fc.constant(443),
  binary: texts,
  sha256: fc.constant(null),
  address: fc.constant(null),
  http: fc.option(
    fc.record({
      method: texts,
      path: texts,
      query: fc.array(fc.tuple(texts, texts), { maxLength: 20 }),
      operations: fc.oneof(
        fc.constant(ALL),
        fc.constant(NONE),
        fc
          .array(operation, { minLength: 1, maxLength: 40 })
          .map((all) => only(all as [Operation, ...Operation[]])),
      ),
    }),
    { nil: null },
  ),
  at: fc.constant(0),
});

describe('whatever was asked for', () => {
  test('recording again changes nothing', () => {
    fc.assert(
      fc.property(accesses, (access) => {
        const once = recordedEgress(access);
        expect(recordedEgress(once)).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });

  test('its line is not too long', () => {
    fc.assert(
      fc.property(accesses, (access) => {
        const what = {
          kind: 'decision',
          policy: SOME_DIGEST,
          commit: null,
          access: recordedEgress(access),
          why: 'not-granted',
          grant: null,
          process: null,
          request: null,
          credentials: [],
        } as const;
        const line = lineOf({ sequence: 1, previous: NO_LINE, time: 0, sandbox: 'a-1', what });
        expect(Buffer.byteLength(line)).toBeLessThan(LONGEST_LINE * 0.75);
      }),
      { numRuns: 300 },
    );
  });
});
