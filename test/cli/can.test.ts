import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { GOOD, nemoclaw } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const AGENT = `${GOOD}extends:
  - { preset: github, access: read-write }
syscalls:
  deny: [socket]
network_policies:
  api:
    endpoints:
      - { host: api.example.com, port: 443, access: read-only }
    binaries: [/usr/bin/curl]
    grant: { owner: a@example.com, reason: "the \\u2026 report", ticket: OPS-1, approved_by: b@example.com, expires: 2026-03-31 }
`;

async function can(...argv: string[]) {
  const { io, printed } = worldOf({ 'agent.yaml': AGENT, 'bad.yaml': `${GOOD}nonsense: 1\n` });
  const exitCode = await main(['can', ...argv], io);
  return { exitCode, ...printed };
}

test('can says which credential a request may carry', async () => {
  const credentials =
    'credentials: { token: { credential_env: A, endpoints: [{ host: api.example.com }] } }\n';
  const { io, printed } = worldOf({ 'agent.yaml': `${AGENT}${credentials}` });
  const request = ['agent.yaml', '--binary', '/usr/bin/curl', 'GET', 'https://api.example.com/'];
  expect(await main(['can', ...request], io)).toBe(0);
  expect(printed.stdout).toContain('  credential  `token` in `authorization`, by the placeholder in `A`\n');
  const json = worldOf({ 'agent.yaml': `${AGENT}${credentials}` });
  expect(await main(['can', ...request, '-o', 'json'], json.io)).toBe(0);
  expect(JSON.parse(json.printed.stdout).credentials).toEqual([
    { name: 'token', variable: 'A', header: 'authorization', plainHttp: false },
  ]);
});

describe('can answers yes with the grant', () => {
  test('where it was written, how it came in, who answers for it and until when', async () => {
    const words = ['agent.yaml', '--binary', '/usr/bin/curl', 'GET', 'https://api.example.com/report?x=1'];
    expect(await can(...words)).toEqual({
      exitCode: 0,
      stdout: [
        'yes: GET `https://api.example.com/report?x=1` via `/usr/bin/curl`',
        '  port      443, the usual one of https',
        '  why       the rule `GET, HEAD, OPTIONS /**` allows it',
        '  grant     egress:api#0',
        '  written   agent.yaml:14:17',
        '  owner     a@example.com',
        '  reason    the … report',
        '  ticket    OPS-1',
        '  approved  b@example.com',
        '  until     2026-04-01T00:00:00.000Z',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  test('that came in by a preset', async () => {
    const words = [
      'agent.yaml',
      '--binary',
      '/usr/bin/gh',
      'POST',
      'https://api.github.com/repos/a/b/issues',
    ];
    const { exitCode, stdout } = await can(...words);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\n {2}written {4}preset:github:\d+:\d+\n/);
    expect(stdout).toContain('\n  by way of  agent.yaml -> preset:github@read-write\n');
  });

  test.each([
    [['--write', '/sandbox/a']],
    [['--create-folder', '/sandbox/a']],
    [['--remove', '/sandbox/a']],
    [['--syscall', 'read', '0', '0x10', '7']],
    [['--use', 'file_size=1GiB']],
    [['--binary', '/usr/bin/curl', '--address', '93.184.216.34', 'GET', 'https://API.example.com.:443']],
  ])('%j', async (words) => {
    expect((await can('agent.yaml', ...words)).exitCode).toBe(0);
  });
});

describe('can answers no with what lacks', () => {
  test('and the next step', async () => {
    const words = ['agent.yaml', '--binary', '/usr/bin/curl', 'POST', 'https://api.example.com/'];
    const { exitCode, stdout, stderr } = await can(...words);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' });
    expect(stdout).toContain(
      '  why        host, port and program match `egress:api#0`, but the method POST is not in GET, HEAD, OPTIONS\n',
    );
    expect(stdout).toContain('  nearest    egress:api#0\n');
    expect(stdout).toContain('  next step  add a rule for `POST /` to `egress:api#0`\n');
  });

  test('when its grant has ended', async () => {
    const words = ['--binary', '/usr/bin/curl', 'GET', 'https://api.example.com/', '--at', '2026-04-01'];
    const { exitCode, stdout } = await can('agent.yaml', ...words);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('via `/usr/bin/curl` on 2026-04-01T00:00:00.000Z\n');
    expect(stdout).toContain('the grant of `egress:api#0` ended on 2026-04-01T00:00:00.000Z');
  });

  test.each([
    [['--read', '/etc/passwd']],
    [['--create', '/sandbox']],
    [['--syscall', 'socket', 'AF_UNIX']],
    [['--env', 'HOME']],
    [['--process-outside']],
    [['--model', 'default/nvidia/x']],
    [['--binary', '/usr/bin/curl', '--connect', 'api.example.com:443']],
    [['--binary', '/usr/bin/curl', '--connect', '[::1]:443']],
    [['--binary', '/usr/bin/curl', 'GET', 'http://api.example.com/']],
    [['--binary', '/usr/bin/curl', '--address', '10.0.0.1', 'GET', 'https://api.example.com/']],
  ])('%j', async (words) => {
    const { exitCode, stdout } = await can('agent.yaml', ...words);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^no: /);
  });
});

test('as whom it acts depends on who starts it, root as well, where no user is named', async () => {
  const { exitCode, stdout } = await can('agent.yaml', '--user', '0');
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/^depends: act as .*\n/);
  expect(stdout).toContain('the agent acts as whoever starts it: as root, if root does\n');
  const json = await can('agent.yaml', '--user', '1000', '-o', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({ allowed: false, answer: 'depends', verdict: 'deny' });
  const file = await can('agent.yaml', '--read', '/etc/passwd', '-o', 'json');
  expect(JSON.parse(file.stdout)).toMatchObject({ allowed: false, answer: 'no' });

  const named = `${AGENT}process: { run_as_user: sandbox, run_as_group: sandbox }\n`;
  const { io, printed } = worldOf({ 'agent.yaml': named });
  expect(await main(['can', 'agent.yaml', '--user', '0'], io)).toBe(3);
  expect(printed.stdout).toMatch(/^no: /);
});

test('a grant outside egress counts for a sandbox that starts before its end', async () => {
  const text = `${GOOD}syscalls:\n  allow: [{ name: ptrace, grant: { owner: me, reason: x, expires: 2026-12-30 } }]\n`;
  const { io, printed } = worldOf({ 'agent.yaml': text });
  const ask = (at: string) => main(['can', 'agent.yaml', '--syscall', 'ptrace', '--at', at], io);
  expect(await ask('2026-12-30T23:59:59Z')).toBe(0);
  expect(await ask('2026-12-31')).toBe(3);
  const [, no] = printed.stdout.split(/(?=^no: )/m);
  expect(no).toContain('no: call `ptrace()` on 2026-12-31T00:00:00.000Z\n');
  expect(no).toContain(
    'the grant of `syscalls:ptrace` ended on 2026-12-31T00:00:00.000Z; a sandbox started then would not have it\n',
  );
});

test('the scheme that was typed gives the port, and both are said', async () => {
  const asked = (target: string) => can('agent.yaml', '--binary', '/usr/bin/curl', 'GET', target);
  const plain = await asked('http://api.example.com/a');
  expect(plain.exitCode).toBe(3);
  expect(plain.stdout).toContain('no: GET `http://api.example.com/a` via');
  expect(plain.stdout).toMatch(/\n {2}port +80, the usual one of http\n/);
  const written = await asked('HTTP://api.example.com:443/a');
  expect(written.exitCode).toBe(0);
  expect(written.stdout).toContain('yes: GET `http://api.example.com:443/a` via');
  expect(written.stdout).toMatch(/\n {2}port +443\n/);
});

describe('a password on the command line', () => {
  test.each([
    [['GET', 'https://user:hunter2@api.example.com/']],
    [['GET', 'https://hunter2@api.example.com/']],
    [['GET', 'https://user:hun/ter2@api.example.com/']],
    [['GET', 'https://user:hunter2?@api.example.com/']],
    [['GET', 'user:hunter2@api.example.com/']],
    [['GET', 'ftp://user:hunter2@api.example.com/']],
    [['--connect', 'user:hunter2@api.example.com:443']],
  ])('%j is refused and not repeated', async (words) => {
    const { exitCode, stdout, stderr } = await can('agent.yaml', '--binary', '/usr/bin/curl', ...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('a host is asked about without a user name or password');
    expect(stderr).not.toContain('hun');
  });

  test('an `@` in a path is none', async () => {
    const url = 'https://api.example.com:443/@types/node';
    expect((await can('agent.yaml', '--binary', '/usr/bin/curl', 'GET', url)).exitCode).toBe(0);
  });
});

describe('what cannot be answered', () => {
  test.each([
    [['--read', 'etc/passwd'], 'NC1760', '\n   1 | --read etc/passwd\n     |        ^^^^^^^^^^\n'],
    [['--syscall', 'ptarce'], 'NC1440', 'did you mean `ptrace`?'],
    [['--at', 'soon', '--read', '/a'], 'NC1773', '\n   1 | --at soon\n     |      ^^^^\n'],
    [['--use', 'proceses=1'], 'NC1771', 'did you mean `processes`?'],
    [['--use', 'processes=-1'], 'NC1772', ' -1\n'.trim()],
    [['--user', 'root'], 'NC1770', 'id -u NAME'],
    [['--binary', 'gh', 'GET', 'https://a.example/../b'], 'NC1764', 'dot segment'],
    [['--binary', '/gh', 'GET', 'https://a.example:80x/'], 'NC1762', '^^^'],
  ])('%j: exit 2, at its place on the command line', async (words, code, text) => {
    const { exitCode, stdout, stderr } = await can('agent.yaml', ...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`[${code}]`);
    expect(stderr).toContain(text);
    expect(stderr).toContain('<command line>:1:');
  });

  test.each([['bad.yaml'], ['gone.yaml']])('%s: exit 1', async (path) => {
    const { exitCode, stdout, stderr } = await can(path, '--read', '/a');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/error/);
  });
});

test('-q answers by the exit code alone, and still says why there is no answer', async () => {
  expect(await can('agent.yaml', '-q', '--write', '/sandbox/a')).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  });
  expect(await can('agent.yaml', '-q', '--write', '/a')).toEqual({ exitCode: 3, stdout: '', stderr: '' });
  const bad = await can('bad.yaml', '-q', '--write', '/a', '-o', 'json');
  expect([bad.exitCode, bad.stdout]).toEqual([1, '']);
  expect(bad.stderr).toContain('nonsense');
});

test('-o json gives the whole answer, arguments of calls as texts', async () => {
  const { exitCode, stdout } = await can(
    'agent.yaml',
    '-o',
    'json',
    '--syscall',
    'socket',
    'AF_UNIX',
    '0xffffffffffffffff',
  );
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    command: 'can',
    allowed: false,
    at: '2026-01-01T00:00:00.000Z',
    access: { facet: 'syscalls', name: 'socket', args: ['0x1', '0xffffffffffffffff'] },
    verdict: 'deny',
    why: 'denied',
    grant: {
      id: 'syscalls:socket',
      origin: { file: 'agent.yaml', line: 10, column: 10, trail: ['agent.yaml'] },
    },
    because: 'the rule `socket refuse 1` holds',
  });
  const request = ['--binary', '/usr/bin/curl', 'POST', 'https://api.example.com/'];
  const no = JSON.parse((await can('agent.yaml', '-o', 'json', ...request)).stdout);
  expect(no.nearest).toMatchObject({
    grant: { id: 'egress:api#0', approval: { owner: 'a@example.com', expires: '2026-04-01T00:00:00.000Z' } },
    matches: ['host', 'port', 'program'],
    lacks: ['the method POST is not in GET, HEAD, OPTIONS'],
  });
  const invalid = JSON.parse((await can('bad.yaml', '-o', 'json', '--read', '/a')).stdout);
  expect(invalid).toMatchObject({ command: 'can', allowed: null, counts: { errors: 1 } });
});

test('what is typed acts on no terminal', async () => {
  const { stdout } = await can('agent.yaml', '--read', '/a\u001b[2J\nyes: forged');
  expect(stdout).toMatch(/^no: read `\/a\\u\{1b\}\[2J\\nyes: forged`\n/);
  expect(stdout).not.toContain('\u001b');
});

test('the built program answers for a shipped blueprint, with its place', async () => {
  const blueprint = 'blueprints/coding-agent.yaml';
  const here = ['--workdir', '/home/me/project'];
  const no = await nemoclaw(['can', blueprint, ...here, '--write', '/home/me/project/.git/config']);
  expect([no.exitCode, no.stderr]).toEqual([3, '']);
  expect(no.stdout).toContain('`/home/me/project/.git/config` decides');
  expect(
    (await nemoclaw(['can', blueprint, ...here, '--write', '/home/me/project/a.c', '-q'])).exitCode,
  ).toBe(0);
});
