import { describe, expect, test } from 'vitest';
import type { Door, RequestReach } from '../../../../compiler/analysis/reach/egress.ts';
import { type Reach, reach } from '../../../../compiler/analysis/reach/reach.ts';
import { GROUP_PHRASES } from '../../../../compiler/analysis/reach/syscall-words.ts';
import { SYSCALL_GROUPS } from '../../../../compiler/domain/syscalls/groups.ts';
import { SYSCALLS } from '../../../../compiler/domain/syscalls/table.ts';
import type { Access, EgressAccess } from '../../../../compiler/ir/access.ts';
import { decide } from '../../../../compiler/ir/decide.ts';
import { ALL } from '../../../../compiler/ir/extent.ts';
import { FILE_RIGHTS } from '../../../../compiler/ir/filesystem.ts';
import type { Policy } from '../../../../compiler/ir/policy.ts';
import { NOW, shippedText } from '../../../support/documents.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const SHIPPED = ['coding-agent', 'openclaw', 'research-agent'];
const shipped = SHIPPED.map((name): [string, Policy] => [name, policyOf(shippedText(`${name}.yaml`))]);

/** A value that a pattern of the dialect matches. */
const example = (pattern: string) =>
  pattern.replaceAll('**', 'x/y').replaceAll('*', 'x').replaceAll('?', 'x');

function accessOf(door: Door, request: RequestReach | null): EgressAccess {
  const [program] = door.programs === 'any' ? [{ path: '/usr/bin/curl', sha256: null }] : door.programs;
  return {
    facet: 'egress',
    host: door.host.replaceAll('*', 'x'),
    port: Number(door.ports[0]!.split('-')[0]),
    binary: example(program!.path),
    sha256: program!.sha256,
    address: null,
    http:
      request === null
        ? null
        : {
            method: request.methods[0] === '*' ? 'GET' : request.methods[0]!,
            path: example(request.path ?? '/x'),
            query: request.query.map(({ key, value }) => [key, example(value)] as const),
            operations: ALL,
          },
    at: NOW,
  };
}

const verdict = (policy: Policy, access: Access) => decide(policy, access).verdict;

describe.each(shipped)('the reach of %s says what decide says', (_, policy) => {
  const found = reach(policy, NOW);

  test('of every right at every place', () => {
    expect(found.files.places.length).toBeGreaterThan(40);
    for (const { path, rights } of found.files.places) {
      for (const right of FILE_RIGHTS) {
        const expected = rights.includes(right) ? 'allow' : 'deny';
        expect(verdict(policy, { facet: 'filesystem', path, right }), `${right} ${path}`).toBe(expected);
      }
    }
  });

  test('of every system call', () => {
    const patterns = [0n, 1n, 2n, 0xffff_ffffn, 0xffff_ffff_ffff_ffffn];
    const uses = found.syscalls.groups.flatMap(({ calls }) => calls);
    expect(uses.map(({ name }) => name).sort()).toEqual([...SYSCALLS.keys()].sort());
    for (const { name, use } of uses) {
      const verdicts = patterns.map((value) =>
        verdict(policy, { facet: 'syscalls', name, args: new Array(6).fill(value) as bigint[] }),
      );
      if (use === 'free') expect(new Set(verdicts), name).toEqual(new Set(['allow']));
      if (use === 'refused') expect(new Set(verdicts), name).toEqual(new Set(['deny']));
    }
    const { free, limited, refused } = found.syscalls.counts;
    expect(free + limited + refused).toBe(uses.length);
  });

  test('of every request at every door, and of another program', () => {
    for (const door of found.egress.doors) {
      const requests = door.requests === 'any' ? [null] : door.requests;
      for (const request of requests) {
        const access = accessOf(door, request);
        expect(verdict(policy, access), JSON.stringify(access)).toBe('allow');
        if (door.programs === 'any') continue;
        expect(verdict(policy, { ...access, binary: '/nowhere/else' })).toBe('deny');
      }
      for (const request of door.refused) expect(verdict(policy, accessOf(door, request))).toBe('deny');
    }
  });

  test('of variables and models', () => {
    for (const { name, value } of found.process.environment) {
      const access: Access = { facet: 'process', environment: name.replace('*', 'X') };
      expect(verdict(policy, access), name).toBe(value === null ? 'allow' : 'deny');
    }
    for (const route of found.models.routes) {
      const models = route.models === 'any' ? ['any'] : route.models;
      for (const model of models) {
        expect(verdict(policy, { facet: 'inference', route: route.name, model })).toBe('allow');
      }
    }
  });
});

function reachOf(sections: string): Reach {
  return reach(policyOf(blueprint(sections)), NOW);
}

const network = (endpoint: string, more = '') =>
  `filesystem_policy:\n  include_workdir: true\nnetwork_policies:\n  web:\n    endpoints:\n      - { host: example.com, port: 443, ${endpoint} }\n${more}`;

describe('a door', () => {
  test.each([
    ['protocol: http, tls: terminate, access: read-only', false],
    ['protocol: http, tls: terminate, access: read-write', true],
    ['protocol: http, tls: terminate, access: full', true],
    ['protocol: http, tls: terminate, rules: [{ allow: { method: HEAD } }]', false],
    ['protocol: http, tls: terminate, rules: [{ allow: { method: PURGE } }]', true],
    ['protocol: http, tls: terminate, enforcement: audit, rules: [{ allow: { method: GET } }]', true],
    ['protocol: tcp', true],
  ])('with %s takes what is sent: %s', (endpoint, takes) => {
    expect(reachOf(network(endpoint)).egress.doors.map((door) => door.takes)).toEqual([takes]);
  });

  test('that has ended is marked from the very millisecond', () => {
    const text = network('protocol: tcp', '    grant: { expires: 2026-01-01T00:00:00Z }\n');
    const policy = policyOf(blueprint(text));
    expect(reach(policy, NOW - 1).egress.doors[0]).toMatchObject({ ended: false, endsAt: NOW });
    expect(reach(policy, NOW).egress.doors[0]).toMatchObject({ ended: true, endsAt: NOW });
  });

  test('names its interpreters', () => {
    const text = network(
      'protocol: tcp',
      '    binaries: [/usr/bin/python3.*, /usr/bin/git, /opt/node/bin/node, /opt/any/*]\n',
    );
    expect(reachOf(text).egress.doors[0]!.interpreters).toEqual([
      '/usr/bin/python3.*',
      '/opt/node/bin/node',
      '/opt/any/*',
    ]);
  });
});

test('a place says what it is and what it protects', () => {
  const { files } = reachOf(
    'filesystem_policy:\n  include_workdir: true\n  read_only: [/work/project/.git, { path: /srv, execute: false }]\n' +
      '  read_write: [/dev/null]\n  scratch: [/tmp]\n  deny: [/work/project/.env]\n',
  );
  expect(files.places.map(({ path, use, protects, within }) => [path, use, protects, within])).toEqual([
    ['/dev/null', 'device', false, null],
    ['/srv', 'read', false, null],
    ['/tmp', 'scratch', false, null],
    ['/work/project', 'write', false, null],
    ['/work/project/.env', 'hidden', true, '/work/project'],
    ['/work/project/.git', 'run', true, '/work/project'],
  ]);
});

test('a call whose conditions leave nothing out is free, and one that is denied again is refused', () => {
  const { syscalls } = reachOf(
    'filesystem_policy:\n  include_workdir: true\nsyscalls:\n  allow:\n' +
      '    - { name: ptrace, when: [{ arg: 0, equals: 7 }] }\n    - { name: ptrace, when: [{ arg: 0, not_equals: 7 }] }\n' +
      '    - { name: swapon }\n  deny:\n    - { name: swapon }\n    - { name: read, when: [{ arg: 0, equals: 1 }] }\n',
  );
  const use = (name: string) =>
    syscalls.groups.flatMap(({ calls }) => calls).find((call) => call.name === name)?.use;
  expect([use('ptrace'), use('swapon'), use('socket'), use('read'), use('write')]).toEqual([
    'free',
    'refused',
    'limited',
    'limited',
    'free',
  ]);
});

test('every group of system calls has its words', () => {
  expect(Object.keys(GROUP_PHRASES).sort()).toEqual([...SYSCALL_GROUPS.keys()].sort());
});
