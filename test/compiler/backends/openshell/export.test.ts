import { describe, expect, it } from 'vitest';
import { exported, textOfExport } from '../../../support/exports.ts';
import { blueprint } from '../../../support/policy.ts';

const FILES = 'filesystem_policy: { include_workdir: true }\n';
/** What every blueprint loses. */
const ALWAYS = [
  'export/environment',
  'export/identity',
  'export/syscalls',
  'export/workdir',
  'export/baseline-added',
];

const told = (text: string) =>
  exported(blueprint(text)).told.filter((change) => !ALWAYS.some((name) => change.includes(name)));

const network = (endpoint: string, more = '') =>
  `${FILES}network_policies:\n  api:\n    endpoints:\n      - ${endpoint}\n${more}`;
const BINARY = '    binaries: ["/**"]\n';

/** The endpoints of all rules. */
const endpoints = (text: string) =>
  Object.values(exported(blueprint(text)).read.network_policies ?? {}).flatMap((rule) => rule.endpoints);

describe('files under OpenShell', () => {
  it('are two lists, and enforced or not started', () => {
    const text = textOfExport(
      exported(
        blueprint(
          'filesystem_policy:\n  include_workdir: true\n  read_only: [/usr]\n  read_write: [/data]\n  scratch: [/tmp]\n',
        ),
      ),
    );
    expect(text).toBe(
      'version: 1\nfilesystem_policy:\n  include_workdir: false\n  read_only:\n    - /usr\n  read_write:\n    - /data\n' +
        '    - /tmp\n    - /work/project\nlandlock:\n  compatibility: hard_requirement\n',
    );
  });

  it.each([
    ['read_only: [/usr], deny: [/usr/secret]', ['looser export/denial-lost /usr/secret']],
    ['read_write: [/d], read_only: [/d/a]', ['looser export/read-only-lost /d/a']],
    ['read_only: [{ path: /srv, execute: false }]', ['looser export/execute-lost /srv']],
    ['read_only: [/d], read_write: [/d/a]', []],
    ['scratch: [/tmp]', ['lost export/scratch /tmp']],
    ['read_only: [{ path: /usr, optional: true }]', ['stricter export/missing-paths']],
    // The denial is of something that nothing grants.
    ['deny: [/etc]', []],
  ])('%s', (section, changes) => {
    expect(told(`filesystem_policy: { include_workdir: true, ${section} }\n`)).toEqual(changes);
  });

  it('get company where there is a network', () => {
    const { told: changes } = exported(blueprint(network('{ host: a.example, port: 443, access: full }')));
    const added = exported(blueprint(network('{ host: a.example, port: 443, access: full }'))).changes.find(
      ({ diagnostic }) => diagnostic.name === 'export/baseline-added',
    );
    expect(changes).toContain('looser export/baseline-added /usr');
    expect(added?.diagnostic.message).toContain('`/etc`');
    expect(told(FILES).join()).not.toContain('baseline');
  });

  it('are at most 256', () => {
    const paths = Array.from({ length: 256 }, (_, at) => `/srv/d${at}`);
    const { errors } = exported(
      blueprint(`filesystem_policy: { include_workdir: true, read_only: [${paths}] }\n`),
    );
    expect(errors.map(({ name, message }) => `${name} ${message}`)).toEqual([
      'export/too-many-paths the blueprint grants 257 paths, OpenShell takes 256',
    ]);
  });
});

describe('identity, calls and limits under OpenShell', () => {
  it.each([
    ['run_as_user: sandbox', { run_as_user: 'sandbox', run_as_group: 'sandbox' }],
    ['run_as_user: alice', { run_as_user: '1001', run_as_group: '1001' }],
    ['run_as_user: "1500", run_as_group: alice', { run_as_user: '1500', run_as_group: '1001' }],
  ])('%s', (section, process) => {
    expect(exported(blueprint(`${FILES}process: { ${section} }\n`)).document).toMatchObject({ process });
  });

  it.each([
    ['resources: { processes: 10 }', ['looser export/limit processes']],
    ['syscalls: { deny: [ptrace] }', ['looser export/syscall-denial ptrace']],
    [
      'syscalls: { deny: [{ name: socket, when: [{ arg: 0, equals: AF_UNIX }] }] }',
      ['looser export/syscall-denial socket'],
    ],
    ['syscalls: { allow: [ptrace] }', ['stricter export/syscall-allowance ptrace']],
    [
      'inference: { routes: [{ name: r, provider: openai, endpoint: "https://m.example/" }] }',
      ['stricter export/route r'],
    ],
  ])('%s', (section, changes) => {
    expect(told(`${FILES}${section}\n`)).toEqual(changes);
  });
});

describe('credentials under OpenShell', () => {
  it('are no part of a policy', () => {
    const section = 'credentials: { token: { credential_env: A, endpoints: [{ host: a.example }] } }\n';
    const text = `${network('{ host: a.example, port: 443, access: read-only }')}${section}`;
    expect(told(text)).toContain('stricter export/credential token');
  });
});

describe('the network under OpenShell', () => {
  it('is enforced, for every program where none is named', () => {
    const text = network('{ host: a.example, port: 443, access: read-only }');
    const { read } = exported(blueprint(text));
    expect(read.network_policies).toEqual({
      api: {
        endpoints: [
          { host: 'a.example', port: 443, protocol: 'rest', enforcement: 'enforce', access: 'read-only' },
        ],
        binaries: [{ path: '/**' }],
      },
    });
  });

  it.each([
    [
      '{ host: a.example, port: 443, access: full, enforcement: audit }',
      { enforcement: 'audit', access: 'full' },
    ],
    ['{ host: a.example, ports: ["80-82", 443], access: full }', { ports: [80, 81, 82, 443] }],
    ['{ host: a.example, port: 22, protocol: tcp }', { tls: 'skip' }],
    [
      '{ host: a.example, port: 443, access: full, allowed_ips: [10.0.0.0/8] }',
      { allowed_ips: ['10.0.0.0/8'] },
    ],
    [
      '{ host: a.example, port: 443, rules: [{ allow: { method: GET } }] }',
      { rules: [{ allow: { method: 'GET', path: '**' } }, { allow: { method: 'HEAD', path: '**' } }] },
    ],
    [
      '{ host: a.example, port: 443, access: full, deny_rules: [{ method: "*", path: "/**/x", query: { q: "a*" } }] }',
      {
        deny_rules: [
          { method: '*', path: '/**/x', query: { q: { any: ['a*', 'a*.**'] } } },
          { method: '*', path: '/x', query: { q: { any: ['a*', 'a*.**'] } } },
        ],
      },
    ],
  ])('%s', (endpoint, wanted) => {
    expect(endpoints(network(endpoint, BINARY))).toMatchObject([wanted]);
  });

  it.each([
    ['{ host: "*.example", port: 443, access: full }', ['stricter export/endpoint-left-out *.example']],
    [
      '{ host: a.example, ports: ["1-65535"], protocol: tcp }',
      ['stricter export/endpoint-left-out a.example'],
    ],
    ['{ host: 127.0.0.1, port: 80, access: full }', ['stricter export/endpoint-left-out 127.0.0.1']],
    [
      '{ host: inference.local, port: 443, access: full, deny_rules: [{ method: POST }] }',
      [
        'stricter export/endpoint-left-out inference.local',
        'looser export/request-denial-lost inference.local',
      ],
    ],
    [
      '{ host: a.example, port: 443, access: full, allowed_ips: [127.0.0.0/8] }',
      ['stricter export/block-left-out 127.0.0.0/8', 'stricter export/endpoint-left-out a.example'],
    ],
  ])('leaves out %s', (endpoint, changes) => {
    expect(told(network(endpoint, BINARY))).toEqual(changes);
    expect(endpoints(network(endpoint, BINARY))).toEqual([]);
  });

  it.each([
    ['{ host: a.example, port: 443, access: full }', BINARY, ['looser export/private-addresses']],
    ['{ host: "*.a.example", port: 443, access: full }', BINARY, []],
    [
      '{ host: "*.a.example", port: 443, rules: [{ allow: { method: GET, path: "/a/*" } }] }',
      BINARY,
      ['looser export/wildcard-crosses /a/*'],
    ],
    [
      '{ host: "*.a.example", port: 443, access: full, deny_rules: [{ method: GET, path: "/a/*" }] }',
      BINARY,
      [],
    ],
    [
      '{ host: "*.a.example", port: 443, rules: [{ allow: { method: GET, query: { v: "1.*x" } } }] }',
      BINARY,
      ['stricter export/query-narrower 1.*x'],
    ],
    [
      '{ host: "*.a.example", port: 443, access: full, deny_rules: [{ method: GET, query: { v: "*x" } }] }',
      BINARY,
      ['looser export/query-denial *x'],
    ],
    [
      '{ host: "*.a.example", port: 443, access: full }',
      '    binaries: [/usr/bin/curl]\n',
      ['looser export/descendants'],
    ],
    [
      '{ host: "*.a.example", port: 443, access: full }',
      `    binaries: [{ path: "/usr/bin/*", sha256: "${'0'.repeat(64)}" }]\n`,
      [
        'looser export/hash /usr/bin/*',
        'looser export/wildcard-crosses /usr/bin/*',
        'looser export/descendants',
      ],
    ],
    ['{ host: 10.0.0.1, ports: [6443, 443], access: full }', BINARY, ['stricter export/control-ports']],
    [
      '{ host: "*.a.example", port: 443, access: full, grant: { owner: a@example.com, expires: 2030-01-01, max_uses: 3 } }',
      BINARY,
      [
        'looser export/expiry egress:api#0',
        'looser export/max-uses egress:api#0',
        'lost export/approval egress:api#0',
      ],
    ],
    [
      '{ host: "*.a.example", port: 443, access: full, grant: { owner: a@example.com, expires: 2020-01-01 } }',
      BINARY,
      ['stricter export/endpoint-left-out *.a.example', 'lost export/approval egress:api#0'],
    ],
  ])('says what becomes of %s', (endpoint, more, changes) => {
    expect(told(network(endpoint, more))).toEqual(changes);
  });
});

describe('endpoints for one host under OpenShell', () => {
  const two = (first: string, second: string) =>
    `${FILES}network_policies:\n  a:\n    endpoints: [${first}]\n${BINARY}  b:\n    endpoints: [${second}]\n${BINARY}`;
  const INSPECTED = '{ host: x.a.example, port: 443, access: read-only }';

  it('treat TLS alike: a tunnel beside an inspected one is opened', () => {
    const text = two(INSPECTED, '{ host: "*.a.example", port: 443, tls: skip }');
    expect(told(text)).toContain('stricter export/tunnel-opened *.a.example');
    expect(endpoints(text).map(({ tls }) => tls)).toEqual([undefined, undefined]);
    const apart = two(INSPECTED, '{ host: "*.a.example", port: 22, tls: skip }');
    expect(endpoints(apart).map(({ tls }) => tls)).toEqual([undefined, 'skip']);
  });

  it('opens a tunnel beside a tunnel that is opened', () => {
    const text = `${two(INSPECTED, '{ host: "*.a.example", port: 443, tls: skip }')}  c:\n    endpoints: [{ host: z.a.example, port: 443, tls: skip }]\n${BINARY}`;
    expect(endpoints(text).map(({ tls }) => tls)).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    [INSPECTED, '{ host: x.a.example, port: 443, access: full, enforcement: audit }', 'read-only'],
    [INSPECTED, '{ host: x.a.example, port: 443, access: full, allowed_ips: [10.0.0.0/8] }', 'read-only'],
    // The one with the denials stays.
    [
      INSPECTED,
      '{ host: x.a.example, port: 443, access: full, allowed_ips: [10.0.0.0/8], deny_rules: [{ method: PUT }] }',
      'full',
    ],
  ])('of which two disagree: one is left out', (first, second, kept) => {
    const text = two(first, second);
    expect(endpoints(text).map(({ access }) => access)).toEqual([kept]);
    expect(told(text)).toContain('stricter export/endpoint-left-out x.a.example');
  });

  it('says which denials go with an endpoint', () => {
    const denying = (ips: string, method: string) =>
      `{ host: x.a.example, port: 443, access: full, allowed_ips: [${ips}], deny_rules: [{ method: ${method} }] }`;
    const text = two(denying('10.0.0.0/8', 'PUT'), denying('10.1.0.0/16', 'POST'));
    expect(told(text)).toContain('looser export/request-denial-lost x.a.example');
  });
});
