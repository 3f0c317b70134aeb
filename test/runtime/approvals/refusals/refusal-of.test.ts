import { describe, expect, test } from 'vitest';
import type { EgressAccess } from '../../../../compiler/ir/access.ts';
import { EgressIndex } from '../../../../compiler/ir/egress-index.ts';
import { ALL, only } from '../../../../compiler/ir/extent.ts';
import { type Denial, reasonsOf, refusalOf } from '../../../../runtime/approvals/refusals/refusal-of.ts';
import type { Joined } from '../../../../runtime/approvals/requests/pending-requests.ts';
import type { Refusal } from '../../../../runtime/egress/refusal.ts';
import { REFUSAL_HEADER, refusalAnswer } from '../../../../runtime/egress/refusal-answer.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';
import { accessTo, START } from '../../../support/refusals.ts';

const index = new EgressIndex(
  policyOf(
    blueprint(`filesystem_policy:
  include_workdir: true
network_policies:
  api:
    endpoints:
      - host: api.example.com
        port: 443
        protocol: rest
        rules:
          - allow: { method: GET, path: /v1/** }
          - allow: { method: POST, path: /v1/items }
        deny_rules:
          - { method: GET, path: /v1/admin }
      - host: old.example.com
        port: 443
        protocol: rest
        access: read-only
        grant: { owner: o, reason: r, expires: 2025-12-31 }
      - host: ws.example.com
        port: 443
        protocol: websocket
        rules:
          - allow: { path: /ws, message: hello }
    binaries: [{ path: /usr/bin/curl }]
`),
  ).egress,
);
const PENDING: Joined = { id: 'req-0123456789ab', isNew: true, answer: null };

function told(access: EgressAccess, joined: Joined | null = PENDING): Refusal {
  const decision = index.decide(access) as Denial;
  expect(decision.verdict).toBe('deny');
  return refusalOf(decision, access, reasonsOf(index.entriesFor(access), access, decision), joined);
}

const post = (path: string) => ({ http: { method: 'POST', path, query: [], operations: ALL } });

describe('says which entry came nearest and what about it does not fit', () => {
  test.each<[string, EgressAccess, string, string | null, string]>([
    ['host', accessTo('b.example', '/'), 'not-granted', null, 'no entry of the blueprint names `b.example`'],
    [
      'port',
      accessTo('api.example.com', '/v1/x', { port: 8443 }),
      'not-granted',
      'egress:api#0',
      'host, program and request match `egress:api#0`, but the port 8443 is not in 443',
    ],
    [
      'binary',
      accessTo('api.example.com', '/v1/x', { binary: '/bin/sh' }),
      'not-granted',
      'egress:api#0',
      'host, port and request match `egress:api#0`, but the program `/bin/sh` is not in `/usr/bin/curl`',
    ],
    [
      'method',
      accessTo('api.example.com', null, {
        http: { method: 'PUT', path: '/v1/x', query: [], operations: ALL },
      }),
      'not-included',
      'egress:api#0',
      'host, port and program match `egress:api#0`, but the method PUT is not in GET, HEAD, POST',
    ],
    [
      'path',
      accessTo('api.example.com', null, post('/v1/users')),
      'not-included',
      'egress:api#0',
      'but the path `/v1/users` is not in `/v1/items` for POST',
    ],
    [
      'address',
      accessTo('api.example.com', '/v1/x', { address: '10.0.0.1' }),
      'not-included',
      'egress:api#0',
      'but the address 10.0.0.1 is not public, and the entry names no `allowed_ips`',
    ],
    [
      'a stream',
      accessTo('api.example.com'),
      'denied',
      'egress:api#0',
      'the entry denies some requests, and in a stream that nobody looks into each of them could be',
    ],
    [
      'a deny rule',
      accessTo('api.example.com', '/v1/admin'),
      'denied',
      'egress:api#0',
      'the deny rule `GET, HEAD /v1/admin` refuses it',
    ],
    [
      'the end',
      accessTo('old.example.com', '/'),
      'expired',
      'egress:api#1',
      'the grant of `egress:api#1` ended on 20',
    ],
  ])('%s', (_name, access, why, nearest, words) => {
    const refusal = told(access);
    expect(refusal).toMatchObject({ status: 403, why, nearest, request: PENDING.id });
    expect(refusal.message).toContain(`\`: ${words}`.slice(words.startsWith('but') ? 3 : 0));
  });
});

test('says the whole in one sentence, and how to ask', () => {
  expect(told(accessTo('b.example', '/x'))).toEqual({
    status: 403,
    why: 'not-granted',
    message:
      'it may not GET `https://b.example/x` via `/usr/bin/curl`: no entry of the blueprint names `b.example`',
    request: 'req-0123456789ab',
    nearest: null,
    next: 'see it: nemoclaw egress show req-0123456789ab; ask for it: nemoclaw egress propose req-0123456789ab',
  });
});

test('says who denied it and why', () => {
  const answer = { kind: 'denied', by: 'alice', at: START, reason: 'no telemetry' } as const;
  const refusal = told(accessTo('b.example'), { ...PENDING, isNew: false, answer });
  expect(refusal.message).toMatch(
    /`b\.example`; alice denied the request on 2026-01-01T00:00:00\.000Z: no telemetry$/,
  );
  expect(refusal.next).toBe('nemoclaw egress show req-0123456789ab');
});

test('says where it is asked for already', () => {
  const answer = { kind: 'proposed', by: 'alice', at: START, where: 'https://x.example/pull/7' } as const;
  expect(told(accessTo('b.example'), { ...PENDING, answer }).next).toBe(
    'it is asked for already: https://x.example/pull/7',
  );
});

test('says that there was no room, and where it stands all the same', () => {
  const refusal = told(accessTo('b.example'), null);
  expect(refusal.request).toBeNull();
  expect(refusal.next).toContain('too many requests wait already');
  expect(refusal.next).toContain('`nemoclaw logs --denied`');
});

test('what is no access is no policy matter', () => {
  expect(told(accessTo('a..b', '/'), null)).toMatchObject({
    status: 400,
    why: 'invalid-access',
    nearest: null,
  });
});

test.each([
  ['http', 'it may not GET `http://api.example.com:8443/v1/x`'],
  ['https', 'it may not GET `https://api.example.com:8443/v1/x`'],
] as const)('says how the request was to be sent: %s', (scheme, words) => {
  const access = accessTo('api.example.com', '/v1/x', { port: 8443 });
  const decision = index.decide(access) as Denial;
  const reasons = reasonsOf(index.entriesFor(access), access, decision);
  expect(refusalOf(decision, access, reasons, PENDING, scheme).message).toContain(words);
});

test.each([
  ['websocket', accessTo('ws.example.com', '/other')],
  [null, accessTo('api.example.com', '/other')],
  [null, accessTo('ws.example.com')],
  [null, accessTo('b.example', '/')],
] as const)('names the protocol of the nearest entry: %s', (protocol, access) => {
  const decision = index.decide(access) as Denial;
  expect(reasonsOf(index.entriesFor(access), access, decision).protocol).toBe(protocol);
});

test('repeats no secret', () => {
  const path = '/v1/ghp_abcdefghijklmnopqrstuvwxyz0123456789';
  const http = { method: 'POST', path, query: [['api_key', 's3cret']] as const, operations: ALL };
  const text = JSON.stringify(told(accessTo('api.example.com', null, { http })));
  expect(text).toContain('the path `/v1/[masked]` is not in');
  expect(text).not.toMatch(/ghp_|s3cret/);
});

test('repeats no secret of what a request asks for inside', () => {
  const operations = only([
    { kind: 'message', text: 'say ghp_abcdefghijklmnopqrstuvwxyz0123456789' },
  ] as const);
  const http = { method: 'GET', path: '/ws', query: [], operations };
  const text = JSON.stringify(told(accessTo('ws.example.com', null, { http })));
  expect(text).toContain('sending the text `[masked]` is not in');
  expect(text).not.toContain('ghp_');
});

test('looks at a bounded number of entries, the one that decided among them', () => {
  const [entry] = index.entriesFor(accessTo('api.example.com'));
  const compared = new Set<string>();
  const entries = Array.from({ length: 5000 }, (_, n) => ({
    ...entry!,
    ports: [{ low: n + 1, high: n + 1 }],
    get visibility() {
      compared.add(this.grant.id);
      return entry!.visibility;
    },
    grant: { ...entry!.grant, id: `egress:many#${n}` },
  }));
  const access = accessTo('api.example.com', '/other', { port: 4000 });
  const decision = { verdict: 'deny', by: entries[3999]!.grant, why: 'not-included' } as const;
  expect(reasonsOf(entries, access, decision).nearest!.id).toBe('egress:many#3999');
  expect(compared.size).toBe(51);
});

describe('as an HTTP answer', () => {
  test('is a problem document with a header', () => {
    const refusal = told(accessTo('api.example.com', '/v1/admin'));
    const { status, headers, body } = refusalAnswer(refusal);
    expect(status).toBe(403);
    expect(Object.fromEntries(headers)).toEqual({
      'content-type': 'application/problem+json',
      'content-length': String(body.length),
      'cache-control': 'no-store',
      [REFUSAL_HEADER]: 'denied; request="req-0123456789ab"; nearest="egress:api#0"',
    });
    expect(JSON.parse(body.toString())).toEqual({
      type: 'https://nemoclaw.dev/problems/egress/denied',
      title: 'The policy of this sandbox does not allow it',
      status: 403,
      detail: refusal.message,
      why: 'denied',
      request: 'req-0123456789ab',
      nearest: 'egress:api#0',
      next: refusal.next,
    });
  });

  test('no name breaks out of the header', () => {
    const refusal = { ...told(accessTo('b.example')), nearest: 'egress:a"\r\nset-cookie: x\\é#0' };
    const header = refusalAnswer(refusal).headers.find(([name]) => name === REFUSAL_HEADER)![1];
    expect(header).toBe(
      'not-granted; request="req-0123456789ab"; nearest="egress:a\\"??set-cookie: x\\\\?#0"',
    );
  });
});
