import { describe, expect, it } from 'vitest';
import { difference } from '../../../../../compiler/analysis/difference/difference.ts';
import { classesOf } from '../../../../../compiler/analysis/difference/egress/classify.ts';
import { HostIndex } from '../../../../../compiler/domain/host-index.ts';
import type { EgressAccess } from '../../../../../compiler/ir/access.ts';
import type { EgressEntry } from '../../../../../compiler/ir/egress.ts';
import { ALL } from '../../../../../compiler/ir/extent.ts';
import { blueprint, policyOf } from '../../../../support/policy.ts';

const HOST = 'host: api.example.com';
const DIGEST = 'f'.repeat(64);
const GET_A = 'rules: [{ allow: { method: GET, path: /a } }]';

function policy(...endpoints: readonly string[]) {
  const blocks = endpoints.map((one, at) => {
    const [words, binaries = '/usr/bin/curl'] = one.split(' by ');
    return `  p${at}:\n    endpoints: [{ ${words} }]\n    binaries: [${binaries}]\n`;
  });
  const networks = blocks.length === 0 ? '' : `network_policies:\n${blocks.join('')}`;
  return policyOf(blueprint(`filesystem_policy: { include_workdir: true }\n${networks}`));
}

/** `direction classes <- cause, policy and grant`, one for each change. */
function said(old: readonly string[], next: readonly string[]): string[] {
  const { changes } = difference(policy(...old), policy(...next));
  return changes.map(
    ({ direction, classes, cause }) =>
      `${direction} ${classes.join(' ')} <- ${cause.kind} ${cause.policy} ${cause.grant.id}`,
  );
}

const granted = 'granted new egress:p0#0';

describe('what is new about an access is the first side at which the old policy had nothing', () => {
  it.each<[string, string[], string[], string]>([
    ['a host', [], [`${HOST}, port: 443, ${GET_A}`], `new-host <- ${granted}`],
    [
      'a host by a wildcard',
      [],
      [`host: "*.example.com", port: 443, ${GET_A}`],
      `wildcard-widened <- ${granted}`,
    ],
    [
      'more hosts by a wildcard',
      [`${HOST}, port: 443, ${GET_A}`],
      [`host: "*.example.com", port: 443, ${GET_A}`],
      `wildcard-widened <- ${granted}`,
    ],
    [
      'a port',
      [`${HOST}, port: 443, ${GET_A}`],
      [`${HOST}, ports: [443, 444], ${GET_A}`],
      `new-port <- ${granted}`,
    ],
    [
      'a binary',
      [`${HOST}, port: 443, ${GET_A}`],
      [`${HOST}, port: 443, ${GET_A} by /usr/bin/curl, /usr/bin/wget`],
      `new-binary <- ${granted}`,
    ],
    [
      'a public address',
      [`${HOST}, port: 443, ${GET_A}, allowed_ips: [93.184.0.0/16]`],
      [`${HOST}, port: 443, ${GET_A}, allowed_ips: [93.184.0.0/15]`],
      `new-address <- ${granted}`,
    ],
    [
      'a private address',
      [`${HOST}, port: 443, ${GET_A}`],
      [`${HOST}, port: 443, ${GET_A}, allowed_ips: ["0.0.0.0/0", "::/0"]`],
      `private-address <- ${granted}`,
    ],
    [
      'a private address of a new host',
      [],
      [`${HOST}, port: 443, ${GET_A}, allowed_ips: [10.0.0.0/8]`],
      `private-address new-host <- ${granted}`,
    ],
    [
      'a stream that was looked into',
      [`${HOST}, port: 443, access: full`],
      [`${HOST}, port: 443, protocol: tcp`],
      `inspection-lost uninspected <- ${granted}`,
    ],
    [
      'a method that writes',
      [`${HOST}, port: 443, rules: [{ allow: { method: GET } }]`],
      [`${HOST}, port: 443, rules: [{ allow: { method: GET } }, { allow: { method: POST } }]`],
      `new-write-method <- ${granted}`,
    ],
    [
      'a method that reads',
      [`${HOST}, port: 443, rules: [{ allow: { method: GET } }]`],
      [`${HOST}, port: 443, rules: [{ allow: { method: GET } }, { allow: { method: OPTIONS } }]`],
      `new-read-method <- ${granted}`,
    ],
    [
      'a path',
      [`${HOST}, port: 443, ${GET_A}`],
      [`${HOST}, port: 443, rules: [{ allow: { method: GET, path: "/a*" } }]`],
      `request-path-widened <- ${granted}`,
    ],
    [
      'a path at a port in the middle of a range',
      [`${HOST}, port: "8000-8010", ${GET_A}`],
      [
        `${HOST}, port: "8000-8010", ${GET_A}`,
        `${HOST}, port: 8005, rules: [{ allow: { method: GET, path: /b } }]`,
      ],
      'request-path-widened <- granted new egress:p1#0',
    ],
    [
      'a path at the only address',
      [`${HOST}, port: 443, ${GET_A}, allowed_ips: [93.184.0.1/32]`],
      [`${HOST}, port: 443, rules: [{ allow: { method: GET, path: "/a*" } }], allowed_ips: [93.184.0.1/32]`],
      `request-path-widened <- ${granted}`,
    ],
    [
      'a path for a program of one digest',
      [`${HOST}, port: 443, ${GET_A} by { path: /usr/bin/curl, sha256: ${DIGEST} }`],
      [
        `${HOST}, port: 443, rules: [{ allow: { method: GET, path: "/a*" } }] by { path: /usr/bin/curl, sha256: ${DIGEST} }`,
      ],
      `request-path-widened <- ${granted}`,
    ],
    [
      'any digest of a program',
      [`${HOST}, port: 443, ${GET_A} by { path: /usr/bin/curl, sha256: ${DIGEST} }`],
      [`${HOST}, port: 443, ${GET_A}`],
      `new-binary <- ${granted}`,
    ],
    [
      'a query',
      [`${HOST}, port: 443, rules: [{ allow: { method: GET, path: /a, query: { q: "x*" } } }]`],
      [`${HOST}, port: 443, ${GET_A}`],
      `query-loosened <- ${granted}`,
    ],
    [
      'a time',
      [`${HOST}, port: 443, ${GET_A}, grant: { owner: "@a", expires: 2027-01-01 }`],
      [`${HOST}, port: 443, ${GET_A}, grant: { owner: "@a", expires: 2028-01-01 }`],
      `expiry-extended <- ${granted}`,
    ],
    [
      'a time of requests with a query',
      [
        `${HOST}, port: 443, rules: [{ allow: { method: GET, path: /a, query: { q: "x*" } } }], grant: { owner: "@a", expires: 2027-01-01 }`,
      ],
      [
        `${HOST}, port: 443, rules: [{ allow: { method: GET, path: /a, query: { q: "x*" } } }], grant: { owner: "@a", expires: 2028-01-01 }`,
      ],
      `expiry-extended <- ${granted}`,
    ],
    [
      'a path at an address in the middle of a block',
      [`${HOST}, port: 443, ${GET_A}, allowed_ips: [10.0.0.0/8]`],
      [
        `${HOST}, port: 443, ${GET_A}, allowed_ips: [10.0.0.0/8]`,
        `${HOST}, port: 443, rules: [{ allow: { method: GET, path: /b } }], allowed_ips: [10.0.0.8]`,
      ],
      'private-address request-path-widened <- granted new egress:p1#0',
    ],
    [
      'what a denial kept away',
      [`${HOST}, port: 443, access: full, deny_rules: [{ method: POST, path: /x }]`],
      [`${HOST}, port: 443, access: full`],
      'denial-removed <- denial-removed old egress:p0#0',
    ],
  ])('%s', (_name, old, next, expected) => {
    expect(said(old, next)).toEqual([`widens ${expected}`]);
  });
});

describe('what is gone', () => {
  it('was granted by an entry, or is denied now', () => {
    expect(said([`${HOST}, port: 443, ${GET_A}`], [])).toEqual([
      'narrows removed <- grant-removed old egress:p0#0',
    ]);
    const denying = `${HOST}, port: 443, access: full, deny_rules: [{ method: POST, path: /x }]`;
    expect(said([`${HOST}, port: 443, access: full`], [denying])).toEqual([
      'narrows removed <- denied new egress:p0#0',
    ]);
  });
});

describe('a set in words', () => {
  const sidesOf = (old: readonly string[], next: readonly string[]) =>
    difference(policy(...old), policy(...next)).changes.map(({ sides }) =>
      Object.fromEntries(
        sides.map(({ name, terms }) => [
          name,
          terms
            .map(({ all, except }) => [all.join(' and ') || 'any', ...except].join(' except '))
            .join(' or '),
        ]),
      ),
    );

  it('names each side that it limits, and no other', () => {
    const rule = 'rules: [{ allow: { method: GET, path: "/a/**", query: { q: "x*", r: y } } }]';
    const next = [
      `${HOST}, ports: [443, "8000-8010"], ${rule}, allowed_ips: [10.0.0.0/8], grant: { owner: "@a", expires: "2027-01-01T10:00:00Z" } by { path: /usr/bin/curl, sha256: ${DIGEST} }`,
    ];
    expect(sidesOf([], next)).toEqual([
      {
        host: 'api.example.com',
        port: '443 or 8000-8010',
        binary: '/usr/bin/curl',
        sha256: DIGEST,
        address: '10.0.0.0/8',
        'seen as': 'inspected HTTP requests',
        method: 'GET or HEAD',
        path: '/a/**',
        'query q': 'only values like x*',
        'query r': 'only values like y',
        time: 'until 2027-01-01T10:00:00Z',
      },
    ]);
  });

  it('says what is less as an exception', () => {
    const old = [`${HOST}, port: 443, rules: [{ allow: { method: GET, path: "/a/*" } }]`];
    const next = [`host: "*.example.com", port: 443, rules: [{ allow: { method: "*", path: "/**" } }]`];
    expect(sidesOf(old, next)).toEqual([
      expect.objectContaining({ host: '*.example.com except api.example.com', address: 'public addresses' }),
      expect.objectContaining({ host: 'api.example.com', method: 'any except GET except HEAD' }),
      expect.objectContaining({ host: 'api.example.com', method: 'GET or HEAD', path: 'any except /a/*' }),
    ]);
  });

  it('says streams, and times from one end to the next', () => {
    const until = (day: string) =>
      `${HOST}, port: 443, protocol: tcp, grant: { owner: "@a", expires: "${day}T00:00:00Z" }`;
    expect(sidesOf([until('2027-01-01')], [until('2027-02-01')])).toEqual([
      {
        host: 'api.example.com',
        port: '443',
        binary: '/usr/bin/curl',
        address: 'public addresses',
        time: 'from 2027-01-01T00:00:00Z until 2027-02-01T00:00:00Z',
      },
    ]);
    const inspected = `${HOST}, port: 443, access: full`;
    expect(sidesOf([inspected], [`${HOST}, port: 443, protocol: tcp`])[0]).toMatchObject({
      'seen as': 'an opaque tunnel',
    });
  });

  it.each([
    ['["0.0.0.0/0"]', '0.0.0.0/0'],
    ['["::/0"]', null],
    ['["10.0.0.0/9", "10.128.0.0/9"]', '10.0.0.0/8'],
    ['["10.0.0.1", "fd00::/8"]', '10.0.0.1/32 or fd00::/8'],
  ])('says addresses %s in blocks', (blocks, expected) => {
    const [sides] = sidesOf([], [`${HOST}, port: 443, ${GET_A}, allowed_ips: ${blocks}`]);
    expect(sides!.address ?? null).toBe(expected);
  });
});

describe('an access of which the address is not known', () => {
  it('counts as one of a public address that any entry reaches', () => {
    const { entries } = policy(`${HOST}, port: 443, ${GET_A}, allowed_ips: [10.0.0.0/8]`).egress;
    const others = new HostIndex<EgressEntry>();
    for (const entry of entries) others.add(entry.host, entry);
    const granting = policy(`${HOST}, port: 443, access: full, allowed_ips: [10.0.0.0/8]`).egress.entries[0]!;
    const http = { method: 'POST', path: '/a', query: [], operations: ALL };
    const access: EgressAccess = {
      ...{ facet: 'egress', host: 'api.example.com', port: 443, binary: '/usr/bin/curl', sha256: null },
      ...{ address: null, http, at: 0 },
    };
    expect(classesOf(access, granting, others)).toEqual(['new-write-method']);
    expect(classesOf({ ...access, address: '10.0.0.1' }, granting, others)).toEqual([
      'private-address',
      'new-write-method',
    ]);
    expect(classesOf({ ...access, address: '11.0.0.1' }, granting, others)).toEqual(['new-address']);
  });
});
