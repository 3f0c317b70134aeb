import { describe, expect, it } from 'vitest';
import { telling, translate, withEndpoint } from './translated.ts';

/** What is refused, and the words that are underlined. */
function refused(text: string): string[] {
  const read = translate(text);
  expect(read.blueprint).toBeNull();
  const errors = read.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  return telling(read).filter((finding) => errors.includes(finding.slice(0, 6)));
}

describe('what of OpenShell is refused', () => {
  it('refuses a path in both lists', () => {
    const text = 'version: 1\nfilesystem_policy:\n  read_only: [/srv/x/]\n  read_write: [/srv/x]\n';
    expect(refused(text)).toEqual(['NC1250 /srv/x/']);
    const workdir = 'version: 1\nfilesystem_policy: { include_workdir: true, read_only: [/sandbox] }\n';
    expect(refused(workdir)).toEqual(['NC1250 /sandbox']);
  });

  it('refuses an endpoint that names no host', () => {
    expect(refused(withEndpoint('{ port: 443, allowed_ips: [10.0.0.0/8] }'))).toEqual([
      'NC1251 { port: 443, allowed_ips: [10.0.0.0/8] }',
    ]);
    expect(refused(withEndpoint('{ host: "", port: 443 }'))).toEqual(['NC1251 { host: "", port: 443 }']);
  });

  it('refuses an endpoint without a port, and one with both spellings', () => {
    expect(refused(withEndpoint('{ host: a.example.com }'))).toEqual(['NC1252 { host: a.example.com }']);
    expect(refused(withEndpoint('{ host: a.example.com, port: 80, ports: [443] }'))).toEqual(['NC1253 port']);
  });

  it('refuses access and rules together', () => {
    const rules = 'rules: [{ allow: { method: GET, path: /x } }]';
    expect(
      refused(withEndpoint(`{ host: a.example.com, port: 443, protocol: rest, access: full, ${rules} }`)),
    ).toEqual(['NC1254 rules']);
  });

  it('refuses a denial that has nothing to take away from', () => {
    const deny = 'deny_rules: [{ method: DELETE, path: "/**" }]';
    expect(refused(withEndpoint(`{ host: a.example.com, port: 443, protocol: rest, ${deny} }`))).toEqual([
      'NC1255 deny_rules',
    ]);
    expect(refused(withEndpoint(`{ host: a.example.com, port: 443, ${deny} }`))).toContain(
      'NC1255 deny_rules',
    );
  });

  it('refuses rules that lack a method or a path', () => {
    const rest = 'host: a.example.com, port: 443, protocol: rest, enforcement: enforce';
    expect(refused(withEndpoint(`{ ${rest}, rules: [{ allow: { method: GET } }] }`))).toEqual([
      'NC1256 { method: GET }',
    ]);
    expect(refused(withEndpoint(`{ ${rest}, rules: [{ allow: { path: /x } }] }`))).toEqual([
      'NC1256 { path: /x }',
    ]);
    expect(refused(withEndpoint(`{ ${rest}, access: full, deny_rules: [{ method: "*" }] }`))).toEqual([
      'NC1256 { method: "*" }',
    ]);
  });

  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.0.0.0/8', 'loopback'],
    ['64.0.0.0/2', 'loopback'],
    ['0.0.0.0/0', 'unspecified'],
    ['169.254.169.254', 'link-local'],
    ['169.254.0.0/16', 'link-local'],
    ['168.0.0.0/7', 'link-local'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::/0', 'loopback'],
    ['fe80::/10', 'link-local'],
    ['8000::/1', 'link-local'],
  ])('refuses %s, which reaches %s addresses', (block, range) => {
    const read = translate(withEndpoint(`{ host: a.example.com, port: 443, allowed_ips: ["${block}"] }`));
    expect(read.blueprint).toBeNull();
    const finding = read.diagnostics.find(({ code }) => code === 'NC1257');
    expect(finding?.message).toBe(
      `\`${block}\` includes ${range} addresses, which OpenShell never connects to`,
    );
  });

  it.each([
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '170.0.0.0/8',
    '128.0.0.0/3',
    'fd00::/8',
    '2001:db8::/32',
  ])('takes %s, which reaches none of them', (block) => {
    const read = translate(withEndpoint(`{ host: a.example.com, port: 443, allowed_ips: ["${block}"] }`));
    expect(telling(read)).toEqual(['NC1282 a.example.com']);
  });

  it.each(['127.0.0.1', '169.254.169.254', '0.0.0.0', '::1', '[::1]', 'fe80::1'])(
    'refuses %s as a host',
    (host) => {
      expect(refused(withEndpoint(`{ host: "${host}", port: 80 }`))).toEqual([`NC1257 "${host}"`]);
    },
  );

  it('refuses middlewares', () => {
    const text =
      'version: 1\nnetwork_middlewares:\n  redact:\n    middleware: openshell/regex\n    order: 1\n';
    expect(refused(text)).toEqual(['NC1258 redact']);
    expect(translate('version: 1\nnetwork_middlewares: {}\n').blueprint).not.toBeNull();
  });

  it('refuses to leave out an inspected endpoint next to one that would let its requests through', () => {
    const sql = '{ host: api.github.com, port: 443, protocol: sql, access: read-only, enforcement: enforce }';
    const rest = '{ host: "*.github.com", port: 443, protocol: rest, access: full, enforcement: enforce }';
    expect(refused(withEndpoint(`${sql}\n      - ${rest}`))).toEqual(['NC1259 sql']);
  });

  it('refuses rules that go beyond the path of their endpoint', () => {
    const rest = 'host: a.example.com, port: 443, protocol: rest, enforcement: enforce, path: "/api/**"';
    expect(refused(withEndpoint(`{ ${rest}, rules: [{ allow: { method: GET, path: "/**" } }] }`))).toEqual([
      'NC1260 "/api/**"',
    ]);
    expect(refused(withEndpoint(`{ ${rest}, rules: [{ allow: { method: GET, path: "/api" } }] }`))).toEqual([
      'NC1260 "/api/**"',
    ]);
  });

  it.each(['GitHub API', '../x', '"a\\nb"', '-x'])('refuses %s as a key', (key) => {
    const text = withEndpoint('{ host: a.example.com, port: 443 }').replace('  api:', `  ${key}:`);
    expect(refused(text)).toEqual([`NC1261 ${key}`]);
  });

  it('refuses alternatives of a query that multiply, and a parameter with none', () => {
    const nine = '{ any: [a, b, c, d, e, f, g, h, i] }';
    const rest = 'host: a.example.com, port: 443, protocol: rest, enforcement: enforce';
    const rule = (query: string) =>
      `{ ${rest}, rules: [{ allow: { method: GET, path: /x, query: ${query} } }] }`;
    expect(refused(withEndpoint(rule(`{ one: ${nine}, two: ${nine} }`)))).toEqual(['NC1262 two']);
    expect(refused(withEndpoint(rule('{ one: { any: [] } }')))).toEqual(['NC1262 one']);
  });

  it('refuses rules on a plain stream', () => {
    const rules = 'rules: [{ allow: { method: GET, path: /x } }]';
    expect(refused(withEndpoint(`{ host: a.example.com, port: 443, protocol: tcp, ${rules} }`))).toEqual([
      'NC1263 rules',
    ]);
  });

  it.each([
    ['strict for Landlock', 'version: 1\nlandlock:\n  compatibility: strict\n', 'strict'],
    ['a misspelt key', 'version: 1\nfilesystem_policies: {}\n', 'filesystem_policies'],
    ['an unknown protocol', withEndpoint('{ host: a.example.com, port: 443, protocol: grpc }'), 'grpc'],
    ['a port that does not exist', withEndpoint('{ host: a.example.com, port: 70000 }'), '70000'],
    ['another version', 'version: 2\n', '2'],
    ['a whole number as a name', 'version: 1\nprocess: { run_as_user: 0 }\n', '0'],
  ])('refuses %s by its schema', (_what, text, underlined) => {
    const read = translate(text);
    expect(read.blueprint).toBeNull();
    expect(read.findings.map((finding) => finding.replace(/^\S+ \S+ /, ''))).toEqual([underlined]);
  });
});
