import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { only } from '../../compiler/ir/extent.ts';
import { writeAnswer } from '../../runtime/approvals/requests/folder.ts';
import { BOUNDS } from '../../runtime/approvals/requests/pending-requests.ts';
import { accessTo, START } from '../support/refusals.ts';
import { nemoclaw } from './nemoclaw.ts';
import { stateWith } from './sandbox-states.ts';
import { worldOf } from './world.ts';

const ASKED = [
  accessTo('b.example'),
  accessTo('api.example.com', '/v1', { port: 8443 }),
  accessTo('b.example'),
];
const NOW = Date.UTC(2026, 0, 1);

async function run(environment: Record<string, string>, ...argv: string[]) {
  const world = worldOf({}, environment);
  const exitCode = await main(['egress', ...argv], world.io);
  return { exitCode, ...world.printed };
}

/** The ids of all requests, in the order of the list. */
async function idsIn(environment: Record<string, string>): Promise<string[]> {
  const { requests } = JSON.parse((await run(environment, 'list', '--all', '-o', 'json')).stdout);
  return requests.map(({ request }: { request: { id: string } }) => request.id);
}

test('what was asked for inside is shown, and the protocol that a grant has to name', async () => {
  const operations = only([{ kind: 'call', method: 'tools/call', tool: 'send_mail' }] as const);
  const http = { method: 'POST', path: '/mcp', query: [], operations };
  const { environment } = await stateWith([accessTo('mcp.example.com', null, { port: 8080, http })]);
  const [id] = await idsIn(environment);
  const { stdout } = await run(environment, 'show', id!);
  expect(stdout).toContain(
    'POST `mcp.example.com:8080/mcp` calling the tool `send_mail` via `/usr/bin/curl`',
  );
  expect(stdout).toMatch(/\n {2}protocol +mcp\n/);
});

describe('list', () => {
  test('shows what waits, the latest at the end, also without a word', async () => {
    const { environment } = await stateWith(ASKED);
    const [api, b] = await idsIn(environment);
    const { exitCode, stdout, stderr } = await run(environment);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(
      `${api}  pending  a-1  once  2026-01-01T00:00:01.000Z\n` +
        '    GET `api.example.com:8443/v1` via `/usr/bin/curl`\n' +
        '    host, program and request match `egress:api#0`, but the port 8443 is not in 443\n' +
        `${b}  pending  a-1  2 times  2026-01-01T00:00:02.000Z\n` +
        '    open an opaque tunnel to `b.example:443` via `/usr/bin/curl`\n' +
        '    no entry of the blueprint names `b.example`\n',
    );
  });

  test('leaves out what was answered, until what was let through ends', async () => {
    const { root, environment } = await stateWith(ASKED);
    const [api, b] = await idsIn(environment);
    const allowed = { kind: 'allowed', by: 'bob', at: START, reason: 'outage' } as const;
    writeAnswer(join(root, 'requests'), api!, { ...allowed, until: NOW + 1 });
    writeAnswer(join(root, 'requests'), b!, { kind: 'denied', by: 'bob', at: START, reason: 'x' });
    expect((await run(environment, 'list')).stdout).toBe('no request waits; 2 answered, see --all\n');
    const all = (await run(environment, 'list', '--all')).stdout;
    expect(all).toContain(`${api}  allowed  a-1`);
    expect(all).toContain(`${b}  denied  a-1`);
    writeAnswer(join(root, 'requests'), api!, { ...allowed, until: NOW });
    expect((await run(environment, 'list')).stdout).toContain(`${api}  pending  a-1`);
  });

  test('of no sandbox at all is empty', async () => {
    expect(await run({ XDG_STATE_HOME: '/nowhere' }, 'list')).toEqual({
      exitCode: 0,
      stdout: 'no request waits\n',
      stderr: '',
    });
  });

  test('can be of one sandbox', async () => {
    const { root, environment } = await stateWith(ASKED);
    expect((await run(environment, 'list', '--sandbox', 'a-1')).stdout).toContain('req-');
    expect((await run({}, 'list', '--state', root)).stdout).toContain('req-');
    const other = await run(environment, 'list', '--sandbox', 'a-2');
    expect(other.exitCode).toBe(1);
    expect(other.stderr).toContain('there is no sandbox `a-2`');
  });

  test('says loudly that refusals found no room', async () => {
    const { environment } = await stateWith(ASKED, { ...BOUNDS, pending: 1 });
    const { exitCode, stderr, stdout } = await run(environment, 'list');
    expect(exitCode).toBe(0);
    expect(stdout.match(/req-/g)).toHaveLength(1);
    expect(stderr).toContain(
      'warning: 1 refusal of `a-1` found no room among its requests, the latest on 2026-01-01T00:00:01.000Z [NC2422]',
    );
    const json = JSON.parse((await run(environment, 'list', '-o', 'json')).stdout);
    expect(json.diagnostics).toMatchObject([{ code: 'NC2422', severity: 'warning' }]);
  });

  test('names a damaged file and shows the others', async () => {
    const { root, environment } = await stateWith(ASKED);
    const [api] = await idsIn(environment);
    const path = join(root, 'requests', `${api}.json`);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"count": 1', '"count": 9.0'));
    const { exitCode, stdout, stderr } = await run(environment, 'list');
    expect(exitCode).toBe(0);
    expect(stdout.match(/^req-/gm)).toHaveLength(1);
    expect(stderr).toContain(`\`${path}\` is passed over: it is not in its one spelling [NC2423]`);
  });
});

describe('show', () => {
  test('says all that is known', async () => {
    const { environment } = await stateWith(ASKED);
    const [, b] = await idsIn(environment);
    const { stdout } = await run(environment, 'show', b!);
    expect(stdout).toBe(
      `${b} (pending): open an opaque tunnel to \`b.example:443\` via \`/usr/bin/curl\`\n` +
        '  sandbox    a-1\n' +
        '  why        no entry of the blueprint names `b.example`\n' +
        '  asked      2 times, 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:02.000Z\n' +
        '  program    /usr/bin/curl, at first process 4711\n' +
        `  policy     sha256:${'a'.repeat(64)}\n` +
        `  log        line 0, sha256:${'a'.repeat(64)}\n` +
        `  next step  ask for it: nemoclaw egress propose ${b}; or say no: nemoclaw egress deny ${b} --reason TEXT\n`,
    );
  });

  test('gives the published form, and takes enough of the first digits', async () => {
    const { environment } = await stateWith(ASKED);
    const [api] = await idsIn(environment);
    const value = JSON.parse((await run(environment, 'show', api!.slice(0, 10), '-o', 'json')).stdout);
    expect(value).toMatchObject({
      version: 1,
      command: 'egress',
      state: 'pending',
      answer: null,
      request: { id: api, nearest: { id: 'egress:api#0', file: 'agent.yaml', line: 9, column: 25 } },
    });
    const schema = readFileSync(join(import.meta.dirname, '../../schemas/request.schema.json'), 'utf8');
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(schema));
    expect(validate(value.request), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each(['req-', 'req-000', 'req-0000', 'b.example', '../x', ''])('%j is none', async (id) => {
    const { environment } = await stateWith(ASKED);
    const { exitCode, stdout, stderr } = await run(environment, 'show', id);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`there is no request \`${id}\` [NC2420]`);
  });

  test('does not guess which one is meant', async () => {
    const many = Array.from({ length: 200 }, (_, n) => accessTo(`h${n}.example`));
    const bounds = { ...BOUNDS, rate: { burst: 1000, interval: 1 } };
    const wide = { ...bounds, pending: 10_000, all: 10_000 };
    const { environment } = await stateWith([...many, ...many.map((one) => ({ ...one, port: 80 }))], wide);
    const ids = await idsIn(environment);
    const beginnings = ids.map((id) => id.slice(0, 8));
    const twice = beginnings.find((one, at) => beginnings.indexOf(one) !== at);
    expect(twice, 'of 400 ids, two begin with the same four digits').toBeDefined();
    const { exitCode, stderr } = await run(environment, 'show', twice!);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`\`${twice}\` may be \`${twice}`);
    expect(stderr).toContain('[NC2421]');
  });

  test('what an agent asked for acts on no terminal', async () => {
    const { environment } = await stateWith([
      accessTo('api.example.com', '/\u202ex', { binary: '/tmp/\u001b[2J\nreq-0' }),
    ]);
    for (const argv of [['list'], ['show', (await idsIn(environment))[0]!], ['list', '-o', 'json']]) {
      const { stdout } = await run(environment, ...argv);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out.
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
      expect(stdout).not.toMatch(/^req-0$/m);
    }
  });
});

describe('deny', () => {
  test('writes who, why and when, for several at once', async () => {
    const { environment } = await stateWith(ASKED);
    const ids = await idsIn(environment);
    const denied = await run(
      environment,
      'deny',
      ids[0]!,
      ids[1]!.slice(0, 12),
      '--reason',
      'no `$(x)` \u001b[2J',
    );
    expect(denied).toEqual({
      exitCode: 0,
      stdout: `${ids[0]} is denied\n${ids[1]} is denied\n`,
      stderr: '',
    });
    const { stdout } = await run(environment, 'show', ids[0]!);
    expect(stdout).toContain(`${ids[0]} (denied)`);
    expect(stdout).toContain(`denied     by ${userInfo().username} on 2026-01-01T00:00:00.000Z`);
    expect(stdout).toContain('reason     no `$(x)` \\u{1b}[2J');
    const again = await run(environment, 'deny', ids[0]!, '--reason', 'still not');
    expect(again.stdout).toBe(`${ids[0]} is denied; it was denied by ${userInfo().username}\n`);
  });

  test('answers none where one of them is not found', async () => {
    const { root, environment } = await stateWith(ASKED);
    const [api] = await idsIn(environment);
    const { exitCode, stderr } = await run(environment, 'deny', api!, 'req-000000000000', '--reason', 'x');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no request `req-000000000000` [NC2420]');
    expect(readdirSync(join(root, 'requests/answers'))).toEqual([]);
  });

  test('says when the disk refuses', async () => {
    const { root, environment } = await stateWith(ASKED);
    const [api] = await idsIn(environment);
    mkdirSync(join(root, 'requests/answers', `${api}.json`));
    const { exitCode, stderr } = await run(environment, 'deny', api!, '--reason', 'x');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`the answer to \`${api}\` could not be written: it is a folder [NC2428]`);
  });

  test('says when the folder of answers is none', async () => {
    const { root, environment } = await stateWith(ASKED);
    const [api] = await idsIn(environment);
    rmSync(join(root, 'requests/answers'), { recursive: true });
    writeFileSync(join(root, 'requests/answers'), '');
    const { exitCode, stderr } = await run(environment, 'deny', api!, '--reason', 'x');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[NC2429]');
  });

  test.each([
    [['egress', 'deny', 'req-0000'], "required option '--reason <text>' not specified"],
    [['egress', 'deny', 'req-0000', '--reason', ' '], 'Say why.'],
    [['egress', 'deny', 'req-0000', '--reason', 'x'.repeat(1025)], 'in at most 1024 characters'],
    [['egress', 'deny', '--reason', 'x'], "missing required argument 'request'"],
    [['egress', 'shw', 'req-0000'], 'Did you mean show?'],
    [['egress', 'list', '--state', '/x', '--sandbox', 'a'], '--state is one sandbox already'],
  ])('%j is a wrong command line', async (argv, text) => {
    const { exitCode, stdout, stderr } = await nemoclaw(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(text);
  });
});
