import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { logs } from '../../cli/commands/logs.ts';
import { main } from '../../cli/main.ts';
import { digestOfLine, lineOf } from '../../compiler/ir/audit-event/write.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import { writeAnswer } from '../../runtime/approvals/requests/folder.ts';
import { BOUNDS } from '../../runtime/approvals/requests/pending-requests.ts';
import { decisionOn, logOf } from '../support/audit-log.ts';
import { accessTo, START } from '../support/refusals.ts';
import { nemoclaw, nemoclawProgram, temporaryFolder } from './nemoclaw.ts';
import { LOG_FILE, POLICY, stateWith } from './sandbox-states.ts';
import { worldOf } from './world.ts';

const TOKEN = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const ASKED = [
  accessTo('api.example.com', '/v1'),
  accessTo('evil.example'),
  accessTo('api.example.com', null, {
    http: { method: 'POST', path: `/${TOKEN}`, query: [['api_key', 's3cret']], operations: ALL },
  }),
];

async function run(environment: Record<string, string>, ...argv: string[]) {
  const world = worldOf({}, environment);
  const exitCode = await main(['logs', ...argv], world.io);
  return { exitCode, ...world.printed };
}

test('shows when, the verdict, what was asked for, by which entry or why not, and the request', async () => {
  const { environment } = await stateWith(ASKED);
  const { exitCode, stdout, stderr } = await run(environment, 'a-1');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.replaceAll(/req-[0-9a-f]{12}/g, 'REQ')).toBe(
    '2026-01-01T00:00:00.000Z  allowed  GET `https://api.example.com/v1` via `/usr/bin/curl`  granted by egress:api#0 (agent.yaml:9:25)\n' +
      '2026-01-01T00:00:01.000Z  denied   open an opaque tunnel to `evil.example:443` via `/usr/bin/curl`  no entry of the blueprint names `evil.example`  REQ\n' +
      '2026-01-01T00:00:02.000Z  denied   POST `https://api.example.com/[masked]?api_key=%5Bmasked%5D` via `/usr/bin/curl`  host, port and program match `egress:api#0`, but the method POST is not in GET, HEAD, OPTIONS  REQ\n',
  );
});

test('shows what was refused because it could be read as more than one thing', async () => {
  const { root, environment } = await stateWith(ASKED.slice(0, 1));
  const file = join(root, 'audit', LOG_FILE);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const what = {
    kind: 'malformed',
    problem: 'the host is written in two ways',
    asked: 'CONNECT \u001b[2J.example:443',
    process: { pid: 7, binary: '/usr/bin/nc' },
  } as const;
  const event = {
    sequence: lines.length,
    previous: digestOfLine(lines.at(-1)!),
    time: START,
    sandbox: 'a-1',
    what,
  };
  writeFileSync(file, `${lines.join('\n')}\n${lineOf(event)}\n`);
  const { stdout } = await run(environment, 'a-1', '--denied');
  expect(stdout).toMatch(
    /^\S+ {2}denied {3}`CONNECT \\u\{1b\}\[2J\.example:443` via `\/usr\/bin\/nc` {2}the host is written in two ways\n$/,
  );
  const { decisions } = JSON.parse((await run(environment, 'a-1', '--denied', '-o', 'json')).stdout);
  expect(decisions).toMatchObject([
    { verdict: 'deny', why: 'malformed', because: what.problem, process: what.process },
  ]);
});

test('shows only what was denied, by whom as well, and the same as plain values', async () => {
  const { root, environment } = await stateWith(ASKED);
  const listed = JSON.parse((await run(environment, 'a-1', '--denied', '-o', 'json')).stdout);
  expect(listed).toMatchObject({
    version: 1,
    command: 'logs',
    counts: { errors: 0 },
    decisions: [
      {
        sequence: 1,
        verdict: 'deny',
        why: 'not-granted',
        nearest: null,
        grant: null,
        request: expect.stringMatching(/^req-/),
      },
      {
        sequence: 2,
        why: 'not-included',
        because: expect.stringContaining('the method POST is not in'),
        nearest: { id: 'egress:api#0', file: 'agent.yaml', line: 9, column: 25 },
        access: { egress: { http: { path: '/[masked]', query: [{ name: 'api_key', value: '[masked]' }] } } },
        process: { pid: 4711 },
      },
    ],
  });
  expect(JSON.stringify(listed)).not.toMatch(/ghp_|s3cret/);
  const answer = { kind: 'denied', by: 'alice', at: START, reason: 'no \u001b[2Jtelemetry' } as const;
  writeAnswer(join(root, 'requests'), listed.decisions[0].request, answer);
  const { stdout } = await run(environment, 'a-1', '--denied');
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect(stdout).toContain(`${listed.decisions[0].request}  denied by alice: no \\u{1b}[2Jtelemetry\n`);
});

test('a refusal that found no room names no request', async () => {
  const { environment } = await stateWith(ASKED, { ...BOUNDS, pending: 1 });
  const { stdout } = await run(environment, 'a-1', '--denied');
  expect(stdout.match(/req-[0-9a-f]{12}/g)).toHaveLength(1);
  expect(stdout.trimEnd().split('\n')[1]).toMatch(/not included in egress:api#0 \(agent\.yaml:9:25\)$/);
});

test('is found by name, state folder, folder of the log, and from elsewhere without its requests', async () => {
  const { root, environment } = await stateWith(ASKED);
  const byName = await run(environment, 'a-1');
  expect(await run({}, root)).toEqual(byName);
  expect(await run({}, '--state', root)).toEqual(byName);
  const elsewhere = join(temporaryFolder(), 'copy');
  mkdirSync(elsewhere);
  copyFileSync(join(root, 'audit', LOG_FILE), join(elsewhere, LOG_FILE));
  const copied = await run({}, elsewhere);
  expect(copied.exitCode).toBe(0);
  expect(copied.stdout).toMatch(/granted by nothing {2}req-[0-9a-f]{12}\n/);
});

test('several files are one log, and other files none of it', async () => {
  const { root, environment } = await stateWith(ASKED);
  const more = logOf([decisionOn(POLICY, accessTo('later.example'))], START + 60_000);
  writeFileSync(join(root, 'audit/audit-0000000000000003.jsonl'), more);
  writeFileSync(join(root, 'audit/audit-0000000000000002.torn'), 'no event');
  writeFileSync(join(root, 'audit/notes.jsonl'), 'no event');
  const { exitCode, stdout } = await run(environment, 'a-1', '--denied');
  expect(exitCode).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => /(evil|api|later)\.example/.exec(line)![1]),
  ).toEqual(['evil', 'api', 'later']);
});

test('what an agent asked for acts on no terminal', async () => {
  const hostile = [
    accessTo('a\u001b[2J\u202e.example'),
    accessTo('api.example.com', '/\u001b]0;x\u0007', { binary: '/tmp/\n2026 allowed' }),
  ];
  const { environment } = await stateWith(hostile);
  for (const format of ['text', 'json']) {
    const { stdout } = await run(environment, 'a-1', '-o', format);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out.
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    if (format === 'text') expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  }
});

describe('what is no log', () => {
  test.each([
    [['nobody'], 'NC2424', 'there is no sandbox `nobody`'],
    [['../a-1'], 'NC2424', 'there is no sandbox `../a-1`'],
    [['A-1'], 'NC2425', '`A-1` is no name of a sandbox'],
    [['a-1\u001b[2J'], 'NC2425', '`a-1\\u{1b}[2J` is no name of a sandbox'],
    [['--state', '/proc/self'], 'NC2427', 'there is no audit log in `/proc/self`'],
    [['/proc/1/fd/'], /NC2427|NC2429/, '/proc/1/fd'],
  ] as const)('%j: exit 1 and %s', async (argv, code, text) => {
    const { environment } = await stateWith([]);
    const { exitCode, stdout, stderr } = await run(environment, ...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(code);
    expect(stderr).toContain(text);
  });

  test('without a home nothing is found by name', async () => {
    const { exitCode, stderr } = await run({}, 'a-1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('neither XDG_STATE_HOME nor HOME is an absolute path [NC2426]');
  });

  test('a damaged line is named, the others are shown, and the answer is no', async () => {
    const { root, environment } = await stateWith(ASKED);
    const path = join(root, 'audit', LOG_FILE);
    const [first, ...rest] = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [first, '{"version":9}', 'x'.repeat(70_000), ...rest].join('\n'));
    const { exitCode, stdout, stderr } = await run(environment, 'a-1');
    expect(exitCode).toBe(1);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stderr).toContain(`line 2 of \`${path}\` is no event: its version is 9, and 1 is known [NC2030]`);
    expect(stderr).toContain(`line 3 of \`${path}\` is no event: it is too long [NC2030]`);
    const json = JSON.parse((await run(environment, 'a-1', '-o', 'json')).stdout);
    expect(json).toMatchObject({
      counts: { errors: 2 },
      diagnostics: [{ code: 'NC2030' }, { code: 'NC2030' }],
    });
    expect(json.decisions).toHaveLength(3);
  });

  test('an empty log is an empty document', async () => {
    const { environment } = await stateWith([]);
    const { exitCode, stdout } = await run(environment, 'a-1', '-o', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ decisions: [], diagnostics: [] });
  });
});

describe('--follow', () => {
  test('goes on with whole lines only, into the next file, and says each damaged line once', async () => {
    const { root, environment } = await stateWith(ASKED.slice(0, 1));
    const path = join(root, 'audit', LOG_FILE);
    const line = logOf([decisionOn(POLICY, accessTo('more.example'))], START);
    const { io, printed } = worldOf({}, environment);
    const shown: number[] = [];
    const adds = [
      () => appendFileSync(path, line.slice(0, 40)),
      () => appendFileSync(path, line.slice(40)),
      () => appendFileSync(path, 'damaged\n'),
      () => {},
      () => writeFileSync(join(root, 'audit/audit-0000000000000009.jsonl'), line),
    ];
    const pause = async () => {
      shown.push(printed.stdout.split('\n').length - 1);
      const add = adds.shift();
      add?.();
      return add !== undefined;
    };
    const chosen = { command: 'logs', sandbox: 'a-1', state: null, denied: false, follow: true } as const;
    expect(await logs({ ...chosen, format: 'text' }, io, pause)).toBe(1);
    expect(shown).toEqual([1, 1, 2, 2, 2, 3]);
    expect(printed.stderr.match(/is no event/g)).toHaveLength(1);
  });

  test('with -o json prints one document a line, and ends when nobody reads any more', async () => {
    const { root, environment } = await stateWith(ASKED);
    const child = execa(process.execPath, [nemoclawProgram, 'logs', 'a-1', '-f', '-o', 'json'], {
      env: environment,
      reject: false,
      buffer: false,
    });
    const chunks: string[] = [];
    child.stdout.on('data', (chunk) => chunks.push(String(chunk)));
    await expect.poll(() => chunks.join('').split('\n').length - 1, { timeout: 10_000 }).toBe(3);
    const documents = chunks
      .join('')
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(documents.map(({ version, command, decision }) => [version, command, decision.sequence])).toEqual([
      [1, 'logs', 0],
      [1, 'logs', 1],
      [1, 'logs', 2],
    ]);
    child.stdout.destroy();
    // Only a write tells that the reader is gone.
    const line = logOf([decisionOn(POLICY, accessTo('more.example'))], START);
    appendFileSync(join(root, 'audit', LOG_FILE), line);
    const { exitCode } = await child;
    expect(exitCode).toBe(0);
  });
});

test('a wrong command line is answered with what is meant', async () => {
  for (const argv of [['logs'], ['logs', 'a-1', '--state', '/x']]) {
    const { exitCode, stderr } = await nemoclaw(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('name one sandbox, or its state folder with --state');
  }
});
