import { expect, describe as group, test } from 'vitest';
import { policyDigest } from '../../../../compiler/ir/canonical.ts';
import { credentialsFor } from '../../../../compiler/ir/credential.ts';
import { ALL } from '../../../../compiler/ir/extent.ts';
import { blueprint, describe, load, policyOf } from '../../../support/policy.ts';

const NETWORK = `
network_policies:
  web:
    endpoints:
      - { host: api.example.com, port: 443, protocol: http, access: read-only }
      - { host: "*.wide.example.com", ports: [443, "8000-8010"], protocol: http, access: full }
      - { host: tunnel.example.com, port: 443, tls: skip }
      - { host: raw.example.com, port: 443, protocol: tcp }
      - { host: both.example.com, port: 443, protocol: tcp }
      - { host: both.example.com, port: 443, protocol: http, access: read-only }
      - { host: logged.example.com, port: 443, protocol: http, access: read-only, enforcement: audit }
      - { host: 10.1.2.3, port: 80, protocol: http, access: full, allowed_ips: [10.0.0.0/8] }
`;

const withCredentials = (credentials: string, environment = '[PATH]') =>
  blueprint(
    `filesystem_policy: { read_write: [/work/project] }\nprocess: { environment: ${environment} }${NETWORK}credentials:\n${credentials}`,
  );

const one = (more: string) => `  token: { ${more} }\n`;
const at = (endpoint: string) => one(`credential_env: TOKEN, endpoints: [{ ${endpoint} }]`);

/** Errors and warnings about credentials, as `name @ underlined text`. */
function found(credentials: string, environment?: string): string[] {
  return load(withCredentials(credentials, environment))
    .diagnostics.filter(({ severity }) => severity !== 'note')
    .map(describe);
}

group('a credential', () => {
  test('says where it is read, what stands for it inside and where it may go', () => {
    const { credentials } = policyOf(
      withCredentials(`
  second:
    credential_file: \${home}/.token
    placeholder_env: SECOND
    optional: true
    endpoints:
      - { host: a.wide.example.com, port: 8001, header: X-Api-Key }
      - { host: API.example.com. }
      - { host: 10.1.2.3, port: 80, plain_http: true }
    grant: { owner: a@example.com, expires: 2027-01-02 }
  first: { credential_env: FIRST, endpoints: [{ host: api.example.com }] }
`),
    );
    expect(credentials).toMatchObject([
      {
        name: 'first',
        source: { kind: 'variable', name: 'FIRST' },
        variable: 'FIRST',
        isOptional: false,
        bindings: [{ host: 'api.example.com', port: 443, header: 'authorization', plainHttp: false }],
        grant: { id: 'credential:first', approval: null },
      },
      {
        name: 'second',
        source: { kind: 'file', path: '/home/agent/.token' },
        variable: 'SECOND',
        isOptional: true,
        bindings: [
          { host: '10.1.2.3', port: 80, header: 'authorization', plainHttp: true },
          { host: 'a.wide.example.com', port: 8001, header: 'x-api-key', plainHttp: false },
          { host: 'api.example.com', port: 443, header: 'authorization', plainHttp: false },
        ],
        grant: {
          id: 'credential:second',
          approval: { owner: 'a@example.com', expiresAt: Date.UTC(2027, 0, 3) },
        },
      },
    ]);
  });

  test.each([
    [one('endpoints: [{ host: api.example.com }]'), 'credential/source @ token'],
    [
      one('credential_env: A, credential_file: /a, endpoints: [{ host: api.example.com }]'),
      'credential/source @ token',
    ],
    [
      one('credential_file: a/b, placeholder_env: A, endpoints: [{ host: api.example.com }]'),
      'credential/file-path @ a/b',
    ],
    [
      one('credential_file: /a/b, endpoints: [{ host: api.example.com }]'),
      'credential/variable-missing @ token',
    ],
    [at('host: "*.wide.example.com"'), 'credential/wildcard-host @ "*.wide.example.com"'],
    [at('host: "https://api.example.com"'), 'egress/invalid-host @ "https://api.example.com"'],
    [at('host: api.example.com, port: "443-444"'), 'egress/invalid-port @ "443-444"'],
    [at('host: other.example.com'), 'credential/endpoint-not-granted @ other.example.com'],
    [at('host: api.example.com, port: 8443'), 'credential/endpoint-not-granted @ api.example.com'],
    [at('host: wide.example.com'), 'credential/endpoint-not-granted @ wide.example.com'],
    [at('host: tunnel.example.com'), 'credential/in-tunnel @ tunnel.example.com'],
    [at('host: raw.example.com'), 'credential/in-tunnel @ raw.example.com'],
    [at('host: logged.example.com'), 'credential/audited-endpoint @ logged.example.com'],
    [at('host: api.example.com, header: Host'), 'credential/header @ Host'],
    [at('host: api.example.com, header: "a b"'), 'credential/header @ "a b"'],
    [at('host: api.example.com, header: proxy-authorization'), 'credential/header @ proxy-authorization'],
    [
      one('credential_env: A, endpoints: [{ host: api.example.com }], grant: { max_uses: 3 }'),
      'credential/max-uses @ 3',
    ],
    [
      one(
        'credential_env: A, endpoints: [{ host: api.example.com }, { host: API.example.com, plain_http: true }]',
      ),
      'credential/bound-twice @ API.example.com',
    ],
    [
      '  a: { credential_env: A, endpoints: [{ host: api.example.com }] }\n  b: { credential_env: B, placeholder_env: A, endpoints: [{ host: api.example.com }] }\n',
      'credential/variable-twice @ b',
    ],
  ])('is refused: %s', (credentials, finding) => {
    expect(found(credentials)).toEqual([finding]);
  });

  test('may be bound to one of many hosts of a wildcard, and to one that tunnels reach as well', () => {
    expect(found(at('host: a.wide.example.com, port: 8010'))).toEqual([]);
    expect(found(at('host: both.example.com'))).toEqual([]);
  });

  test.each([
    ['[TOKEN]', ['credential/passed-in @ TOKEN']],
    ['["TOK*"]', ['credential/passed-in @ TOKEN']],
    ['[{ name: TOKEN, value: x }]', ['credential/passed-in @ TOKEN']],
    ['[OTHER]', []],
  ])('does not stand beside the environment %s', (environment, findings) => {
    expect(found(at('host: api.example.com'), environment)).toEqual(findings);
  });

  test('does not stand beside its real variable, whatever the placeholder is called', () => {
    const renamed = one(
      'credential_env: TOKEN, placeholder_env: INSIDE, endpoints: [{ host: api.example.com }]',
    );
    expect(found(renamed, '[TOKEN]')).toEqual(['credential/passed-in @ TOKEN']);
    expect(found(renamed, '[INSIDE]')).toEqual(['credential/passed-in @ INSIDE']);
    expect(found(renamed, '[{ name: TOKEN, value: other }]')).toEqual([]);
  });
});

group('the digest', () => {
  const digest = (credentials: string) => policyDigest(policyOf(withCredentials(credentials))).value;
  const plain = at('host: api.example.com');

  test('is that of a policy without credentials when there are none', () => {
    const none = blueprint(
      `filesystem_policy: { read_write: [/work/project] }\nprocess: { environment: [PATH] }${NETWORK}`,
    );
    expect(policyDigest(policyOf(none)).value).toBe(digest(' {}\n'));
    expect(policyDigest(policyOf(none)).value).not.toBe(digest(plain));
  });

  test.each([
    at('host: both.example.com'),
    at('host: api.example.com, header: x-token'),
    at('host: api.example.com, plain_http: true'),
    one('credential_env: OTHER, placeholder_env: TOKEN, endpoints: [{ host: api.example.com }]'),
    one('credential_env: TOKEN, placeholder_env: OTHER, endpoints: [{ host: api.example.com }]'),
    one('credential_env: TOKEN, endpoints: [{ host: api.example.com }], grant: { expires: 2027-01-01 }'),
  ])('changes with %s', (other) => {
    expect(digest(other)).not.toBe(digest(plain));
  });

  test.each([
    at('host: API.EXAMPLE.COM, port: "443", header: Authorization, plain_http: false'),
    one('credential_env: TOKEN, endpoints: [{ host: api.example.com }], grant: { owner: a@example.com }'),
  ])('is the same for %s', (other) => {
    expect(digest(other)).toBe(digest(plain));
  });
});

test('a request may carry what is bound to where it goes, until it ends, and a stream carries nothing', () => {
  const policy = policyOf(
    withCredentials(
      one('credential_env: TOKEN, endpoints: [{ host: api.example.com }], grant: { expires: 2027-01-01 }'),
    ),
  );
  const http = { method: 'GET', path: '/', query: [], operations: ALL };
  const access = {
    facet: 'egress',
    host: 'API.example.com',
    port: 443,
    binary: '/x',
    sha256: null,
    address: null,
    http,
    at: 0,
  } as const;
  const until = Date.UTC(2027, 0, 2);
  const usable = { name: 'token', variable: 'TOKEN', header: 'authorization', plainHttp: false };
  expect(credentialsFor(policy, access, until - 1)).toEqual([usable]);
  expect(credentialsFor(policy, access, until)).toEqual([]);
  expect(credentialsFor(policy, { ...access, http: null }, 0)).toEqual([]);
  expect(credentialsFor(policy, { ...access, host: 'both.example.com' }, 0)).toEqual([]);
  expect(credentialsFor(policy, { ...access, port: 80 }, 0)).toEqual([]);
});

test('a credential in a file that the agent can open is none', () => {
  const inFile = (path: string, files = '{ read_write: [/work/project] }') =>
    load(
      blueprint(
        `filesystem_policy: ${files}${NETWORK}credentials:\n  token: { credential_file: ${path}, placeholder_env: T, endpoints: [{ host: api.example.com }] }\n`,
      ),
    )
      .diagnostics.filter(({ severity }) => severity !== 'note')
      .map(describe);
  expect(inFile('/work/project/token')).toEqual(['credential/within-reach @ /work/project/token']);
  expect(inFile('/work/token')).toEqual([]);
  expect(
    inFile('/work/project/token', '{ read_write: [/work/project], deny: [/work/project/token] }'),
  ).toEqual([]);
  expect(
    inFile('/work/project/token', '{ read_write: [/work/project], scratch: [/work/project/token] }'),
  ).toEqual([]);
});
