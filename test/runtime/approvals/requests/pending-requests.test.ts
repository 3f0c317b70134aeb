import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalUrlPath } from '../../../../compiler/domain/url-path.ts';
import type { EgressAccess } from '../../../../compiler/ir/access.ts';
import { ALL, only } from '../../../../compiler/ir/extent.ts';
import type { Operation } from '../../../../compiler/ir/operation.ts';
import { askedOf } from '../../../../runtime/approvals/requests/identity.ts';
import {
  BOUNDS,
  type Bounds,
  PendingRequests,
} from '../../../../runtime/approvals/requests/pending-requests.ts';
import { type Answer, stateOf } from '../../../../runtime/approvals/requests/request.ts';
import {
  documentText,
  readRequest,
  requestForm,
} from '../../../../runtime/approvals/requests/request-form.ts';
import { SOME_DIGEST } from '../../../support/audit-log.ts';
import { accessTo, refusalTo, START } from '../../../support/refusals.ts';

const BOUNDLESS: Bounds = { pending: 1e6, all: 1e6, rate: { burst: 1e6, interval: 1 } };
const DENIED: Answer = { kind: 'denied', by: 'alice', at: START, reason: 'not needed' };

function storeOf(bounds: Partial<Bounds> = {}) {
  return new PendingRequests('a-1', { ...BOUNDLESS, ...bounds });
}

describe('a refusal', () => {
  test('makes a request with everything that is known of it', () => {
    const store = storeOf();
    const nearest = { id: 'egress:api#0', file: 'agent.yaml', line: 7, column: 3 };
    const joined = store.refused(
      refusalTo(accessTo('API.example.com.', '/v1'), {
        explain: () => ({ because: 'so', nearest, protocol: null }),
      }),
    );
    store.written(joined!.id, { sequence: 3, digest: SOME_DIGEST });
    expect(joined).toEqual({ id: expect.stringMatching(/^req-[0-9a-f]{12}$/), isNew: true, answer: null });
    expect(store.requests).toEqual([
      {
        id: joined!.id,
        sandbox: 'a-1',
        asked: {
          host: 'api.example.com',
          port: 443,
          binary: '/usr/bin/curl',
          http: { method: 'GET', path: '/v1', operations: ALL },
        },
        first: START,
        last: START,
        count: 1,
        why: 'not-granted',
        because: 'so',
        nearest,
        protocol: null,
        policy: SOME_DIGEST,
        pid: 4711,
        audit: { sequence: 3, digest: SOME_DIGEST },
        counted: 3,
      },
    ]);
  });

  test('joins the request of the same access, which keeps its first line and is explained once', () => {
    const store = storeOf();
    const first = store.refused(refusalTo(accessTo('a.example')))!;
    store.written(first.id, { sequence: 5, digest: SOME_DIGEST });
    const again = refusalTo(accessTo('A.EXAMPLE', null, { at: START + 9 }), {
      explain: () => {
        throw new Error('explained twice');
      },
    });
    const second = store.refused(again)!;
    store.written(second.id, { sequence: 8, digest: `sha256:${'b'.repeat(64)}` });
    expect(second).toEqual({ id: first.id, isNew: false, answer: null });
    expect(store.find(first.id)).toMatchObject({
      count: 2,
      first: START,
      last: START + 9,
      audit: { sequence: 5, digest: SOME_DIGEST },
      counted: 8,
    });
  });

  test.each<[string, EgressAccess]>([
    ['host', accessTo('b.example', '/x')],
    ['port', accessTo('a.example', '/x', { port: 80 })],
    ['binary', accessTo('a.example', '/x', { binary: '/usr/bin/wget' })],
    [
      'method',
      accessTo('a.example', null, { http: { method: 'POST', path: '/x', query: [], operations: ALL } }),
    ],
    ['path', accessTo('a.example', '/y')],
    ['no request', accessTo('a.example')],
  ])('with another %s is another request', (_name, access) => {
    const store = storeOf();
    const one = store.refused(refusalTo(accessTo('a.example', '/x')))!;
    expect(store.refused(refusalTo(access))!.id).not.toBe(one.id);
    expect(store.size).toBe(2);
  });

  const asking = (...of: readonly [Operation, ...Operation[]]) => {
    const http = { method: 'POST', path: '/mcp', query: [], operations: only(of) };
    return accessTo('a.example', null, { http });
  };
  const call = (method: string, tool: string | null = null): Operation => ({ kind: 'call', method, tool });

  test('is another request for each thing that is asked for inside, which it keeps', () => {
    const store = storeOf();
    const http = { method: 'POST', path: '/mcp', query: [], operations: ALL };
    const asked = [
      asking(call('tools/call', 'search')),
      asking(call('tools/call', 'send_mail')),
      asking(call('tools/list')),
      accessTo('a.example', null, { http }),
    ];
    const ids = asked.map((access) => store.refused(refusalTo(access))!.id);
    expect(new Set(ids).size).toBe(4);
    for (const [at, { asked: kept }] of store.requests.entries())
      expect(kept.http!.operations).toEqual(asked[at]!.http!.operations);
    for (const request of store.requests)
      expect(readRequest(documentText(requestForm(request)))).toEqual({ ok: true, value: request });
  });

  test.each<[string | null, EgressAccess]>([
    ['mcp', asking(call('tools/call', 'search'))],
    ['mcp', asking(call('initialize'))],
    ['json-rpc', asking(call('get_balance'))],
    ['json-rpc', asking(call('tools/list'), call('get_balance'))],
    ['graphql', asking({ kind: 'graphql', type: 'query', name: null, fields: ['viewer'] })],
    ['websocket', asking({ kind: 'upgrade' })],
    ['websocket', asking({ kind: 'message', text: 'hello' })],
    [null, accessTo('a.example', '/mcp')],
    [null, accessTo('a.example')],
  ])('names the protocol by which it is to be granted: %s', (protocol, access) => {
    const store = storeOf();
    store.refused(refusalTo(access));
    expect(store.requests[0]!.protocol).toBe(protocol);
  });

  test('names the protocol of the nearest entry where nobody could read it', () => {
    const store = storeOf();
    const http = { method: 'POST', path: '/mcp', query: [], operations: ALL };
    const explain = () => ({ because: 'so', nearest: null, protocol: 'mcp' as const });
    store.refused(refusalTo(accessTo('a.example', null, { http }), { explain }));
    expect(store.requests[0]).toMatchObject({ protocol: 'mcp', asked: { http: { operations: ALL } } });
  });

  test('with another query, address, digest or time is the same', () => {
    const store = storeOf();
    const one = store.refused(refusalTo(accessTo('a.example', '/x')))!;
    const http = { method: 'GET', path: '/%78', query: [['token', 'abc']] as const, operations: ALL };
    const other = { http, address: '192.0.2.1', sha256: 'a'.repeat(64), at: START + 1 };
    expect(store.refused(refusalTo(accessTo('a.example', null, other)))!.id).toBe(one.id);
    expect(JSON.stringify(store.requests)).not.toContain('abc');
  });

  test('has the same id in another process, and another one in another sandbox', () => {
    const ids = ['a-1', 'a-1', 'a-2'].map(
      (name) => new PendingRequests(name).refused(refusalTo(accessTo('x.example')))!.id,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  test('joins a denied request silently, and is told who denied it', () => {
    const store = storeOf();
    const { id } = store.refused(refusalTo(accessTo('a.example')))!;
    store.setAnswers(new Map([[id, DENIED]]));
    expect(store.refused(refusalTo(accessTo('a.example')))).toEqual({ id, isNew: false, answer: DENIED });
    expect(store.find(id)!.count).toBe(2);
  });
});

describe('room', () => {
  const flood = (store: PendingRequests, count: number, from = 0) => {
    for (let n = from; n < from + count; n += 1) store.refused(refusalTo(accessTo(`h${n}.example`)));
  };

  test('ends at the bound: later ones are counted, and earlier ones still joined', () => {
    const store = storeOf({ pending: 3 });
    flood(store, 10);
    flood(store, 2);
    expect(store.requests.map(({ asked, count }) => [asked.host, count])).toEqual([
      ['h0.example', 2],
      ['h1.example', 2],
      ['h2.example', 1],
    ]);
    expect(store.overflow).toEqual({ count: 7, first: START, last: START, counted: null });
    store.written(null, { sequence: 12, digest: SOME_DIGEST });
    expect(store.overflow!.counted).toBe(12);
  });

  test('is made by answering', () => {
    const store = storeOf({ pending: 2 });
    flood(store, 2);
    store.setAnswers(new Map([[store.requests[0]!.id, DENIED]]));
    flood(store, 3);
    expect(store.requests.map(({ asked }) => asked.host)).toEqual(['h0.example', 'h1.example', 'h2.example']);
  });

  test('beyond all bounds is made by the answered request that was asked for longest ago', () => {
    const forgotten: string[] = [];
    const changes = {
      request: () => {},
      forgotten: ({ id }: { id: string }) => forgotten.push(id),
      overflow: () => {},
    };
    const store = new PendingRequests('a-1', { ...BOUNDLESS, all: 3 }, changes);
    flood(store, 3);
    const [first, second, third] = store.requests.map(({ id }) => id);
    store.setAnswers(
      new Map([
        [second!, DENIED],
        [third!, DENIED],
      ]),
    );
    store.refused(refusalTo(accessTo('h1.example', null, { at: START + 5 })));
    flood(store, 1, 7);
    expect(forgotten).toEqual([third]);
    expect(store.requests.map(({ asked }) => asked.host)).toEqual(['h0.example', 'h1.example', 'h7.example']);
    expect(store.find(first!)).not.toBeNull();
  });

  test('is not taken all by one executable, and comes back to it with time', () => {
    const store = new PendingRequests('a-1', BOUNDS);
    flood(store, 2000);
    expect(store.size).toBe(BOUNDS.rate.burst);
    expect(store.refused(refusalTo(accessTo('x.example', null, { binary: '/usr/bin/node' })))).not.toBeNull();
    const later = START + 3 * BOUNDS.rate.interval;
    const hosts = ['a', 'b', 'c', 'd'];
    const joined = hosts.map(
      (host) => store.refused(refusalTo(accessTo(host, null, { at: later }))) !== null,
    );
    expect(joined).toEqual([true, true, true, false]);
  });

  test('is bounded for any number of executables', () => {
    const store = new PendingRequests('a-1', { ...BOUNDS, pending: 1e6, all: 1e6 });
    for (let n = 0; n < 10_000; n += 1) {
      store.refused(refusalTo(accessTo(`h${n}`, null, { binary: `/tmp/${n}` })));
    }
    // 256 with a bucket of their own, and the bucket of all others.
    expect(store.size).toBe(256 + BOUNDS.rate.burst);
  });
});

test('what was let through for a while is pending again at the very end of it', () => {
  const answer: Answer = { kind: 'allowed', by: 'bob', at: 0, reason: 'outage', until: 1000 };
  expect([999, 1000].map((now) => stateOf(answer, now))).toEqual(['allowed', 'pending']);
  expect(stateOf(null, 0)).toBe('pending');
  expect(stateOf(DENIED, 0)).toBe('denied');
});

test('a plain path and its other spellings are one request', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', '7', '.', '~', '-', '_', '/'), maxLength: 12 }),
      (text) => {
        const path = `/${text}`;
        const escaped = path.replace(/[a-zB]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
        const [one, other] = [path, escaped].map(
          (written) => askedOf(accessTo('a.example', written)).http!.path,
        );
        // What no path can be is no request, and is left as it was written.
        expect(other).toBe(canonicalUrlPath(path).ok ? one : escaped);
      },
    ),
  );
});

test('a hundred thousand distinct hosts within a minute leave memory bounded', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const store = new PendingRequests('a-1', BOUNDS);
  const before = heap();
  for (let n = 0; n < 100_000; n += 1) {
    const at = START + Math.floor(n * 0.6);
    const host = `${'long-label.'.repeat(10)}h${n}.example`;
    store.refused(refusalTo(accessTo(host, `/${n}`, { at, binary: `/tmp/${n % 1000}` })));
  }
  expect((heap() - before) / 2 ** 20).toBeLessThan(16);
  expect(store.size).toBe(BOUNDS.pending);
  expect(store.overflow!.count).toBe(100_000 - BOUNDS.pending);
});
