import { describe, expect, it } from 'vitest';
import { explainAsked } from '../../../../compiler/ir/explain-decision/explain.ts';
import { lowerAccess } from '../../../../compiler/ir/lower/access.ts';
import { blueprint, load } from '../../../support/policy.ts';
import { writtenTest } from '../../../support/written.ts';

const NOW = Date.UTC(2026, 0, 1);
const PIN = 'ab'.repeat(32);
const TEXT = blueprint(`
extends:
  - { preset: github, access: read-write }
filesystem_policy:
  include_workdir: true
  read_only: [/usr, /etc/ssl, "\${workdir}/.agent", { path: /opt/data, execute: false }]
  scratch: [/tmp]
  deny: ["\${workdir}/.env"]
process:
  run_as_user: alice
  environment: [LANG, "LC_*", { name: CI, value: "1" }]
syscalls:
  allow: [{ name: socket, when: [{ arg: 0, equals: AF_PACKET }] }]
  deny: ["@mount"]
resources: { processes: 100, file_size: 1MiB }
inference:
  routes: [{ name: default, provider: nvidia, endpoint: "https://a.example", models: [small] }]
network_policies:
  api:
    endpoints:
      - host: api.example.com
        ports: [443, "8000-8010"]
        rules:
          - allow: { method: GET, path: "/v1/**" }
          - allow: { method: POST, path: /v1/search, query: { kind: "open*" } }
        deny_rules: [{ method: "*", path: "/v1/secrets/**" }]
      - { host: old.example.com, port: 443, access: full, grant: { owner: a@example.com, expires: 2025-12-31 } }
      - { host: audited.example.com, port: 443, access: read-only, enforcement: audit }
      - { host: "10.0.0.5", port: 443, access: full }
    binaries: [/usr/bin/curl, { path: /usr/bin/pinned, sha256: ${PIN} }]
  tunnel:
    endpoints: [{ host: db.example.com, port: 5432, protocol: tcp, allowed_ips: [10.0.0.0/8] }]
`);
const { policy, diagnostics } = load(TEXT);
if (policy === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));

function explained(access: string) {
  const { asked } = lowerAccess(writtenTest(access).access, NOW);
  if (asked === null) throw new Error(`${access} cannot be tried`);
  return explainAsked(policy!, asked);
}
const file = (path: string, right: string) =>
  explained(`{ filesystem: { path: "${path}", right: ${right} } }`);
const request = (words: string, more = '') => {
  const [binary, method, url] = words.split(' ') as [string, string, string];
  const { hostname, port, pathname, search } = new URL(url);
  const path = method === 'TUNNEL' ? '' : `, method: ${method}, path: "${pathname}${search}"`;
  return explained(
    `{ egress: { host: "${hostname}", port: ${port || 443}, binary: ${binary}${path}${more} } }`,
  );
};

describe('of a file', () => {
  it.each([
    ['/usr/bin/x', 'read', 'allow', 'filesystem:/usr', '`/usr` grants read', null],
    [
      '/usr/bin/x',
      'write',
      'deny',
      'filesystem:/usr',
      '`/usr` decides, and write is not among execute, read and list',
      'list `/usr/bin/x` under `filesystem_policy.read_write`',
    ],
    [
      '/opt/data/x',
      'execute',
      'deny',
      'filesystem:/opt/data',
      '`/opt/data` decides, and execute is not among read and list',
      'list `/opt/data/x` under `filesystem_policy.read_only`, without `execute: false`',
    ],
    [
      '/work/project/.env',
      'read',
      'deny',
      'filesystem:/work/project/.env',
      '`/work/project/.env` is denied, and with it all below',
      'take `/work/project/.env` out of `filesystem_policy.deny`, if it may be seen',
    ],
    [
      '/etc/shadow',
      'read',
      'deny',
      undefined,
      'no entry grants `/etc/shadow` or a folder above it',
      'list `/etc/shadow` under `filesystem_policy.read_only`',
    ],
    [
      '/tmp/x',
      'create-block-device',
      'deny',
      'filesystem:/tmp',
      expect.stringContaining('create-block-device is not among'),
      null,
    ],
  ])('%s %s: %s', (path, right, verdict, by, because, next) => {
    const found = file(path, right);
    expect(found.decision.verdict).toBe(verdict);
    expect(found.decision.by?.id).toBe(by);
    expect(found).toMatchObject({ because, next });
  });

  it('names the entry that lies nearest, and none where only the root is shared', () => {
    expect(file('/etc/shadow', 'read').nearest).toMatchObject({
      grant: { id: 'filesystem:/etc/ssl' },
      lacks: ['`/etc/shadow` is not below `/etc/ssl`'],
    });
    expect(file('/root/x', 'read').nearest).toBeNull();
  });

  it('making and removing is denied where an entry of its own stands, though the folder may be changed', () => {
    expect(file('/work/project/new', 'create').decision.verdict).toBe('allow');
    expect(file('/work/project/.env', 'create').decision.by?.id).toBe('filesystem:/work/project/.env');
    expect(file('/work/project/.agent', 'remove-folder').decision.by?.id).toBe(
      'filesystem:/work/project/.agent',
    );
    expect(file('/tmp', 'remove-folder').decision).toMatchObject({ verdict: 'deny', why: 'not-granted' });
    expect(file('/work/project/.env', 'create').words).toBe('make the file `/work/project/.env`');
  });
});

describe('of a system call', () => {
  it('names the rule that held', () => {
    expect(explained('{ syscalls: { name: socket, args: [AF_PACKET] } }').because).toBe(
      'the rule `socket allow when arg0:32 == 0x11` holds',
    );
    const mount = explained('{ syscalls: { name: mount } }');
    expect(mount.because).toBe('the rule `mount refuse 1` holds');
    expect(mount.next).toBe('take it out of `syscalls.deny`, if it may be called');
  });

  it('says what the arguments would have to be, or which group the call is in', () => {
    const socket = explained('{ syscalls: { name: socket, args: [AF_VSOCK] } }');
    expect(socket.because).toBe('no rule allows `socket` with these arguments');
    expect(socket.nearest!.lacks[0]).toContain('`socket allow when arg0:32 == 0x11`');
    expect(explained('{ syscalls: { name: ptrace } }')).toMatchObject({
      because: 'no rule allows `ptrace`; it is in the group `@debug`',
      nearest: null,
      next: 'add `ptrace` to `syscalls.allow`',
    });
  });
});

describe('of the process, models and limits', () => {
  it.each([
    ['{ process: { environment: LC_ALL } }', 'allow', '`LC_*` is passed on from outside', null],
    [
      '{ process: { environment: CI } }',
      'deny',
      '`CI` has a fixed value inside',
      'list `CI` without a value to pass on the one from outside',
    ],
    [
      '{ process: { environment: AWS_KEY } }',
      'deny',
      'no entry of `process.environment` passes `AWS_KEY` on',
      'add `AWS_KEY` to `process.environment`',
    ],
    ['{ process: { user: 1001 } }', 'allow', 'the agent acts as `alice`, which is 1001', null],
    ['{ process: { user: 0 } }', 'deny', 'the agent acts as `alice`, which is 1001', null],
    ['{ process: { reaches: process-outside } }', 'deny', expect.stringMatching(/of its own/), null],
    ['{ inference: { route: default, model: small } }', 'allow', 'the route `default` takes `small`', null],
    [
      '{ inference: { route: default, model: large } }',
      'deny',
      'the route `default` takes other models',
      'add `large` to `models` of the route',
    ],
    [
      '{ inference: { route: defualt, model: small } }',
      'deny',
      'no route is called `defualt`: there is `default`',
      'ask for `default`, if that is meant',
    ],
    ['{ resources: { limit: processes, amount: 100 } }', 'allow', 'the limit of `processes` is 100', null],
    [
      '{ resources: { limit: file_size, amount: 1048577 } }',
      'deny',
      'the limit of `file_size` is 1048576 bytes',
      'raise `resources.file_size`, if that much is needed',
    ],
    [
      '{ resources: { limit: cpu_time, amount: 1 } }',
      'allow',
      'the blueprint does not limit `cpu_time`, so the host alone does',
      null,
    ],
  ])('%s: %s', (access, verdict, because, next) => {
    const found = explained(access);
    expect(found.decision.verdict).toBe(verdict);
    expect(found).toMatchObject({ because, next });
  });
});

describe('of a connection', () => {
  it.each([
    ['/usr/bin/curl GET https://api.example.com/v1/x', 'the rule `GET, HEAD /v1/**` allows it'],
    ['/usr/bin/curl GET https://old.example.com/', undefined],
    [
      '/usr/bin/curl POST https://audited.example.com/',
      'the entry only writes requests down, and refuses none',
    ],
    ['/any TUNNEL https://db.example.com:5432/', 'the entry grants a stream that nobody looks into'],
    ['/usr/bin/curl DELETE https://10.0.0.5/', 'the entry grants every request'],
  ])('that is allowed: %s', (words, because) => {
    const { decision, because: found } = request(words);
    expect(decision.verdict === 'allow' ? found : undefined).toBe(because);
  });

  it('that a deny rule refuses, or could refuse unseen', () => {
    expect(request('/usr/bin/curl GET https://api.example.com/v1/secrets/a').because).toBe(
      'the deny rule `* /v1/secrets/**` refuses it',
    );
    expect(request('/usr/bin/curl TUNNEL https://api.example.com/').because).toMatch(/nobody looks into/);
  });

  it('whose grant ended', () => {
    expect(request('/usr/bin/curl GET https://old.example.com/')).toMatchObject({
      decision: { why: 'expired', by: { id: 'egress:api#1' } },
      because: 'the grant of `egress:api#1` ended on 2026-01-01T00:00:00.000Z',
      next: 'have it renewed with a new `expires`',
    });
  });

  it.each([
    [
      '/usr/bin/curl DELETE https://api.example.com/v1/x',
      '',
      ['host', 'port', 'program'],
      ['the method DELETE is not in GET, HEAD, POST'],
    ],
    [
      '/usr/bin/curl GET https://api.example.com/v2',
      '',
      ['host', 'port', 'program'],
      ['the path `/v2` is not in `/v1/**` for GET'],
    ],
    [
      '/usr/bin/curl POST https://api.example.com/v1/search?kind=closed',
      '',
      ['host', 'port', 'program'],
      ['the query does not fit `?kind=open*`'],
    ],
    [
      '/usr/bin/curl GET https://api.example.com:80/v1/x',
      '',
      ['host', 'program', 'request'],
      ['the port 80 is not in 443 and 8000-8010'],
    ],
    [
      '/usr/bin/wget GET https://api.example.com/v1/x',
      '',
      ['host', 'port', 'request'],
      ['the program `/usr/bin/wget` is not in `/usr/bin/curl` and `/usr/bin/pinned`'],
    ],
    [
      '/usr/bin/pinned GET https://api.example.com/v1/x',
      '',
      ['host', 'port', 'request'],
      ['the program is held to the SHA-256 abababababab..., and its own is not known'],
    ],
    [
      '/usr/bin/pinned GET https://api.example.com/v1/x',
      `, sha256: ${'cd'.repeat(32)}`,
      ['host', 'port', 'request'],
      ['the program is held to the SHA-256 abababababab..., and its own is cdcdcdcdcdcd...'],
    ],
    [
      '/usr/bin/curl GET https://api.example.com/v1/x',
      ', address: "127.0.0.1"',
      ['host', 'port', 'program', 'request'],
      ['the address 127.0.0.1 is not public, and the entry names no `allowed_ips`'],
    ],
    [
      '/any TUNNEL https://db.example.com:5432/',
      ', address: "8.8.8.8"',
      ['host', 'port', 'program', 'request'],
      ['the address 8.8.8.8 is not in 10.0.0.0/8'],
    ],
    [
      '/usr/bin/curl TUNNEL https://10.0.0.5/',
      '',
      ['host', 'port', 'program', 'address'],
      ['it takes requests that can be looked into, and no stream that cannot'],
    ],
  ])('that falls short: %s %s', (words, more, matches, lacks) => {
    const found = request(words, more);
    expect(found.decision.verdict).toBe('deny');
    expect(found.nearest).toMatchObject({ matches, lacks });
    expect(found.next).not.toBeNull();
  });

  it('comes nearest to the entry of which most fits', () => {
    const found = request('/usr/bin/gh POST https://api.github.com/repos/a/b');
    expect(found.nearest!.grant.id).toBe('egress:github_changes#0');
    expect(found.because).toMatch(/^host, port and program match `egress:github_changes#0`, but the path /);
  });

  it('to a host that nothing names, with the one that may be meant', () => {
    expect(request('/usr/bin/curl GET https://api.exmaple.com/v1')).toMatchObject({
      because: 'no entry of `network_policies` names `api.exmaple.com`',
      nearest: { grant: { id: 'egress:api#0' }, lacks: ['its host is `api.example.com`'] },
    });
    expect(request('/usr/bin/curl GET https://somewhere.else.test/')).toMatchObject({
      nearest: null,
      next: 'add an endpoint for `somewhere.else.test` and port 443 to `network_policies`, with `/usr/bin/curl` under its `binaries`',
    });
  });
});
