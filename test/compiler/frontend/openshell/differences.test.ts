import { describe, expect, it } from 'vitest';
import { network, telling, translate, withEndpoint } from './translated.ts';

const REST = 'host: a.example.com, port: 443, protocol: rest, enforcement: enforce';

function read(endpoint: string) {
  const translated = translate(withEndpoint(endpoint));
  return { findings: telling(translated), grants: network(translated.blueprint) };
}

function readRules(rules: string) {
  return read(`{ ${REST}, rules: [${rules}] }`);
}

describe('what network policies mean differently', () => {
  it('enforces where OpenShell only logs, and logs where it is asked to', () => {
    expect(read('{ host: a.example.com, port: 443, protocol: rest, access: read-only }')).toEqual({
      findings: ['NC1270 rest'],
      grants: ['api: http a.example.com:443 read-only'],
    });
    expect(
      read('{ host: a.example.com, port: 443, protocol: rest, access: read-only, enforcement: audit }'),
    ).toEqual({
      findings: [],
      grants: ['api: http a.example.com:443 audit read-only'],
    });
  });

  it('enforces rules that OpenShell ignores for want of a protocol', () => {
    expect(
      read('{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: "/x" } }] }'),
    ).toEqual({
      findings: ['NC1271 rules'],
      grants: ['api: http a.example.com:443 allow [GET /x]'],
    });
    expect(read('{ host: a.example.com, port: 443, access: read-only, enforcement: audit }')).toEqual({
      findings: ['NC1271 access'],
      grants: ['api: http a.example.com:443 read-only'],
    });
  });

  it('grants nothing to nobody', () => {
    const text = withEndpoint('{ host: a.example.com, port: 443 }').replace(
      /binaries:[\s\S]*/,
      'binaries: []\n',
    );
    const translated = translate(text);
    expect(telling(translated)).toEqual(['NC1272 api']);
    expect(network(translated.blueprint)).toEqual([]);
  });

  it('grants nothing where no request is allowed', () => {
    expect(read('{ host: a.example.com, port: 443, protocol: rest }')).toEqual({
      findings: ['NC1273 rest'],
      grants: [],
    });
    expect(read('{ host: a.example.com, port: 443, rules: [] }')).toEqual({
      findings: ['NC1273 a.example.com', 'NC1271 rules'],
      grants: [],
    });
  });

  it('leaves out SQL, which it cannot inspect', () => {
    expect(read('{ host: a.example.com, port: 443, protocol: sql, access: full }')).toEqual({
      findings: ['NC1274 sql'],
      grants: [],
    });
  });

  it('leaves out what it cannot inspect next to another port of the same host', () => {
    const rest = '{ host: a.example.com, port: 8443, protocol: rest, enforcement: enforce, access: full }';
    expect(read(`{ host: a.example.com, port: 443, protocol: sql }\n      - ${rest}`)).toEqual({
      findings: ['NC1274 sql'],
      grants: ['api: http a.example.com:8443 enforce full'],
    });
  });

  it('leaves out a tunnel beside rules for the same host and program', () => {
    const tunnel = '{ host: a.example.com, port: 443 }';
    const rest =
      '{ host: "*.example.com", ports: [80, 443], protocol: rest, enforcement: enforce, access: read-only }';
    expect(read(`${tunnel}\n      - ${rest}`)).toEqual({
      findings: ['NC1282 a.example.com', 'NC1275 a.example.com'],
      grants: ['api: http *.example.com:80,443 enforce read-only'],
    });
  });

  it('keeps a tunnel beside rules for another program', () => {
    const text = `${withEndpoint(`{ ${REST}, access: read-only }`)}  other:
    endpoints: [{ host: A.example.com, port: 443 }]
    binaries: [{ path: "/opt/*/bin/tool" }]
`;
    expect(network(translate(text).blueprint)).toEqual([
      'api: http a.example.com:443 enforce read-only',
      'other: tcp A.example.com:443',
    ]);
    const same = network(translate(text.replace('/opt/*/bin/tool', '/usr/**')).blueprint);
    expect(same).toEqual(['api: http a.example.com:443 enforce read-only']);
  });

  it('keeps the meaning of wildcards, and the narrower one where versions differ', () => {
    expect(readRules('{ allow: { method: get, path: "/a/*/b" } }')).toEqual({
      findings: ['NC1277 "/a/*/b"'],
      grants: ['api: http a.example.com:443 enforce allow [GET /a/*/b]'],
    });
    expect(readRules('{ allow: { method: GET, path: "/a/**/b/**" } }')).toEqual({
      findings: ['NC1281 "/a/**/b/**"'],
      grants: ['api: http a.example.com:443 enforce allow [GET /a/*/**/b/**]'],
    });
    expect(readRules('{ allow: { method: "*", path: "**" } }')).toEqual({
      findings: [],
      grants: ['api: http a.example.com:443 enforce allow [* any path]'],
    });
  });

  it.each([
    ['/repos/*/hooks', ['DELETE /repos/**/hooks']],
    ['/repos/x*', ['DELETE /repos/x*', 'DELETE /repos/x*/**']],
    ['/a/x?y/b', ['DELETE /a/x*', 'DELETE /a/x*/**']],
    ['/a/**', ['DELETE /a/**']],
    ['/a/b', ['DELETE /a/b']],
  ])('denies %s as widely as any version does', (path, denied) => {
    const { grants } = read(`{ ${REST}, access: full, deny_rules: [{ method: DELETE, path: "${path}" }] }`);
    expect(grants).toEqual([`api: http a.example.com:443 enforce full deny [${denied.join(', ')}]`]);
  });

  it('says how a denial is widened', () => {
    const { findings } = read(`{ ${REST}, access: full, deny_rules: [{ method: PUT, path: "/x*" }] }`);
    expect(findings).toEqual(['NC1278 "/x*"']);
  });

  it('denies with a query as it is written', () => {
    const deny = 'deny_rules: [{ method: GET, path: "/x", query: { secret: "*", kind: { any: [a, b] } } }]';
    expect(read(`{ ${REST}, access: full, ${deny} }`)).toEqual({
      findings: [],
      grants: [
        'api: http a.example.com:443 enforce full deny [GET /x secret=* kind=a, GET /x secret=* kind=b]',
      ],
    });
  });

  it('makes a rule of each alternative of a query', () => {
    const rule = '{ allow: { method: GET, path: /x, query: { os: { any: [linux, mac] }, v: "1.*" } } }';
    expect(readRules(rule)).toEqual({
      findings: ['NC1280 os'],
      grants: ['api: http a.example.com:443 enforce allow [GET /x os=linux v=1.*, GET /x os=mac v=1.*]'],
    });
  });

  it('combines the path of an endpoint with its access or its rules', () => {
    expect(read(`{ ${REST}, path: "/api/**", access: read-only }`).grants).toEqual([
      'api: http a.example.com:443 enforce allow [GET /api/**, HEAD /api/**, OPTIONS /api/**]',
    ]);
    const rules = 'rules: [{ allow: { method: GET, path: /api/x } }]';
    expect(read(`{ ${REST}, path: "/api/**", ${rules} }`).grants).toEqual([
      'api: http a.example.com:443 enforce allow [GET /api/x]',
    ]);
  });

  it('says what a tunnel is, and that access means nothing in one', () => {
    expect(read('{ host: a.example.com, port: 443, access: full, tls: terminate }')).toEqual({
      findings: ['NC1282 a.example.com', 'NC1287 access', 'NC1287 tls'],
      grants: ['api: tcp a.example.com:443'],
    });
    expect(read('{ host: a.example.com, port: 443, tls: skip }')).toEqual({
      findings: [],
      grants: ['api: tcp a.example.com:443 tls skip'],
    });
    expect(read('{ host: a.example.com, port: 443, protocol: tcp }')).toEqual({
      findings: [],
      grants: ['api: tcp a.example.com:443'],
    });
  });

  it.each(['db', 'db.internal', 'nas.local', 'x.corp'])('says that %s needs addresses', (host) => {
    expect(read(`{ host: "${host}", port: 5432, protocol: tcp }`).findings).toEqual([`NC1284 "${host}"`]);
    expect(
      read(`{ host: "${host}", port: 5432, protocol: tcp, allowed_ips: [10.0.0.0/8] }`).findings,
    ).toEqual([]);
  });

  it('takes an address at its word', () => {
    expect(read('{ host: 10.1.2.3, port: 5432, protocol: tcp }').findings).toEqual([]);
    expect(read('{ host: "fd00::1", port: 5432, protocol: tcp }').findings).toEqual([]);
  });

  it.each(['inference.local', 'HOST.openshell.internal'])(
    'does not grant %s, which only OpenShell answers',
    (host) => {
      expect(read(`{ host: ${host}, port: 443, protocol: rest, access: full }`)).toEqual({
        findings: [`NC1285 ${host}`],
        grants: [],
      });
    },
  );

  it('says which keys are not carried over', () => {
    const keys = [
      'request_body_credential_rewrite: true',
      'websocket_credential_rewrite: false',
      'credential_signing: sigv4',
      'signing_service: s3',
      'allow_uninspected_credentials: true',
      'allow_encoded_slash: true',
      'tls: passthrough',
      'graphql_max_body_bytes: 5',
    ];
    expect(read(`{ ${REST}, access: full, ${keys.join(', ')} }`)).toEqual({
      findings: [
        'NC1286 request_body_credential_rewrite',
        'NC1286 credential_signing',
        'NC1287 signing_service',
        'NC1287 allow_uninspected_credentials',
        'NC1288 allow_encoded_slash',
        'NC1287 tls',
        'NC1287 graphql_max_body_bytes',
      ],
      grants: ['api: http a.example.com:443 enforce full'],
    });
  });

  it('passes over an entry without endpoints, and what old versions wrote', () => {
    const text = `version: 1
network_policies:
  empty: { binaries: [{ path: /usr/bin/curl }] }
  old:
    endpoints: [{ host: a.example.com, port: 443, protocol: tcp }]
    binaries: [{ path: /usr/bin/curl, harness: true }]
`;
    expect(telling(translate(text))).toEqual(['NC1287 empty', 'NC1287 harness']);
  });

  it('says once for the file what a listed program means', () => {
    const text = `${withEndpoint('{ host: a.example.com, port: 443 }')}  second:
    endpoints: [{ host: b.example.com, port: 443 }]
    binaries: [{ path: /usr/bin/wget }]
`;
    const codes = translate(text).diagnostics.map(({ code }) => code);
    for (const code of ['NC1276', 'NC1282', 'NC1283']) {
      expect(codes.filter((other) => other === code)).toEqual([code]);
    }
  });
});
