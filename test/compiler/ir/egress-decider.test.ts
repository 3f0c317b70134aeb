import { describe, expect, it } from 'vitest';
import { everyValue, parseGlob } from '../../../compiler/domain/glob.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { egressBoxes } from '../../../compiler/ir/egress-boxes.ts';
import { egressConnection, egressRequest } from '../../../compiler/ir/egress-connection.ts';
import { ALLOWED, DENIED, egressDecider } from '../../../compiler/ir/egress-decider.ts';
import { ALL, NONE, only } from '../../../compiler/ir/extent.ts';
import { egressEntry } from '../../support/policies.ts';
import { blueprint, policyOf } from '../../support/policy.ts';

const policy = policyOf(
  blueprint(`
filesystem_policy: { include_workdir: true }
network_policies:
  api:
    endpoints:
      - host: api.example.com
        port: 443
        rules:
          - allow: { method: GET, path: "/v1/**" }
          - allow: { method: POST, path: /v1/search, query: { kind: "issue*" } }
    binaries: [{ path: /usr/bin/curl }]
  ending:
    endpoints: [{ host: short.example, port: 443, protocol: tcp, grant: { owner: "@sec", expires: 2027-01-01 } }]
  tunnel:
    endpoints: [{ host: "*.tunnel.example", port: 22, protocol: tcp, allowed_ips: [10.0.0.0/8] }]
`),
);

const base = {
  host: 'api.example.com',
  port: 443,
  binary: '/usr/bin/curl',
  sha256: null,
  address: '93.184.216.34',
} as const;
type Shown = Parameters<typeof egressConnection>[0];

const END = Date.UTC(2027, 0, 2);

function decider() {
  const made = egressDecider(policy.egress);
  if (!made.ok) throw new Error(made.dimension);
  return made.decider;
}

function connect(shown: Partial<Shown> = {}) {
  return decider().connect(egressConnection({ ...base, ...shown })!);
}

function request(method: string, path: string, query: [string, string][] = []): boolean {
  return decider().request(connect(), egressRequest({ method, path, query, operations: ALL }, 0)!);
}

describe('a connection', () => {
  it('is decided at once where nothing more can matter', () => {
    expect(connect({ host: 'other.example' })).toBe(DENIED);
    expect(connect({ binary: '/usr/bin/wget' })).toBe(DENIED);
    expect(connect({ address: '10.0.0.1' })).toBe(DENIED);
    expect(connect({ host: 'a.tunnel.example', port: 22, address: '10.0.0.1' })).toBe(ALLOWED);
  });

  it('waits for its requests where they matter', () => {
    expect(connect()).toBeGreaterThanOrEqual(0);
    expect(request('GET', '/v1/a/b')).toBe(true);
    expect(request('HEAD', '/v1/%61')).toBe(true);
    expect(request('PUT', '/v1/a/b')).toBe(false);
    expect(request('POST', '/v1/search', [['kind', 'issue-1']])).toBe(true);
    expect(
      request('POST', '/v1/search', [
        ['kind', 'issue-1'],
        ['kind', 'pr'],
      ]),
    ).toBe(false);
    expect(request('POST', '/v1/search')).toBe(false);
    expect(decider().stream(connect(), 0)).toBe(false);
  });

  it('allows a request with an escaped slash only as both paths that servers may take it for', () => {
    expect(request('GET', '/v1/a%2fb')).toBe(true);
    expect(request('POST', '/v1/search', [['kind', 'issue']])).toBe(true);
    expect(request('POST', '/v1%2Fsearch', [['kind', 'issue']])).toBe(false);
    expect(request('GET', '/v1%2Fa')).toBe(false);
  });

  it('ends with its grant, without a new decider', () => {
    const handle = connect({ host: 'short.example' });
    expect(decider().stream(handle, END - 1)).toBe(true);
    expect(decider().stream(handle, END)).toBe(false);
    expect(decider().stream(handle, Number.NaN)).toBe(false);
    expect(decider().stream(ALLOWED, Number.NaN)).toBe(false);
    const asked = (at: number) =>
      egressRequest({ method: 'GET', path: '/', query: [], operations: ALL }, at)!;
    expect(decider().request(handle, asked(END - 1))).toBe(true);
    expect(decider().request(handle, asked(END))).toBe(false);
  });
});

describe('egressConnection', () => {
  it('gives every part its one spelling', () => {
    expect(egressConnection({ ...base, host: 'API.Example.com.', binary: '/usr/bin/curl/' })).toMatchObject({
      host: 'api.example.com',
      binary: '/usr/bin/curl',
      sha256: '',
    });
    expect(egressConnection({ ...base, host: '[::ffff:10.0.0.1]', address: null })).toMatchObject({
      host: `[${'0'.repeat(20)}ffff0a000001]`,
      address: 0xffff0a000001n,
    });
    expect(egressConnection({ ...base, sha256: 'a'.repeat(64) })?.sha256).toBe('a'.repeat(64));
    expect(egressConnection({ ...base, sha256: 'no digest' })?.sha256).toBe('');
  });

  it.each<[string, Partial<Shown>]>([
    ['a host that is none', { host: '0x7f.1' }],
    ['a relative binary', { binary: 'curl' }],
    ['port 0', { port: 0 }],
    ['a port above all', { port: 65536 }],
    ['half a port', { port: 443.5 }],
    ['an address that is none', { address: '10.0.0.256' }],
    ['a name without an address', { address: null }],
    ['an address that is not the one asked for', { host: '10.0.0.1', address: '10.0.0.2' }],
  ])('refuses %s', (_name, shown) => {
    expect(egressConnection({ ...base, ...shown })).toBeNull();
  });
});

describe('egressRequest', () => {
  it.each<[string, NonNullable<EgressAccess['http']>, number]>([
    ['a known method in another case', { method: 'get', path: '/', query: [], operations: ALL }, 0],
    ['dot segments', { method: 'GET', path: '/a/..', query: [], operations: ALL }, 0],
    ['a NUL in a value', { method: 'GET', path: '/', query: [['q', '\0']], operations: ALL }, 0],
    [
      'half a character in a value',
      { method: 'GET', path: '/', query: [['q', '\udc00']], operations: ALL },
      0,
    ],
    ['no time', { method: 'GET', path: '/', query: [], operations: ALL }, Number.POSITIVE_INFINITY],
  ])('refuses %s', (_name, http, at) => {
    expect(egressRequest(http, at)).toBeNull();
  });
});

describe('egressDecider', () => {
  it('says which patterns are too intricate', () => {
    const long = {
      ...egressEntry('a.example'),
      binaries: only([{ path: parsed(`/*a${'?'.repeat(20)}`, 'file'), sha256: null }]),
    };
    expect(egressDecider({ entries: [long] }, 100)).toEqual({ ok: false, dimension: 'binary' });
  });
});

describe('egressBoxes', () => {
  const rule = { methods: 1, path: NONE, query: [], operations: ALL };
  const entry = { ...egressEntry('a.example'), visibility: 'http' as const };

  it('makes no box of a rule that fits no path', () => {
    expect(egressBoxes({ ...entry, allow: only([rule]) })).toEqual([]);
  });

  it('refuses a rule that speaks of a query key twice', () => {
    const twice = {
      ...rule,
      path: only(glob('/a')),
      query: [
        { key: 'q', value: text('a') },
        { key: 'q', value: text('*') },
      ],
      operations: ALL,
    };
    expect(() => egressBoxes({ ...entry, allow: only([twice]) })).toThrow('the query key q twice');
    const once = { ...twice, query: twice.query.slice(0, 1) };
    expect(egressBoxes({ ...entry, allow: only([once]) })[0]?.sets['query q']).toEqual({
      kind: 'text',
      patterns: [everyValue(text('a'))],
      except: [],
    });
  });
});

function glob(pattern: string) {
  return parsed(pattern, 'url');
}

function text(pattern: string) {
  return parsed(pattern, 'text');
}

function parsed(pattern: string, kind: 'url' | 'text' | 'file') {
  const read = parseGlob(pattern, kind);
  if (!read.ok) throw new Error(read.problem);
  return read.glob;
}
