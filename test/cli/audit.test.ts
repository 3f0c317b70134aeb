import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { logFilesIn } from '../../runtime/audit/file-names.ts';
import { logPlace, opened, someDecision, written } from '../support/audit-writing.ts';
import { worldOf } from './world.ts';

/** A log of several files as it is on disk, and what its state folder says. */
let log: Record<string, string> = {};
let names: string[] = [];
const START = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  let now = START;
  const where = logPlace({ rotateAt: 8_000, now: () => now });
  const writer = opened(where);
  for (let n = 1; n <= 30; n++) {
    now = START + n * 60_000;
    const decision = await written(writer, someDecision(n));
    if (n % 3 !== 0) writer.note({ kind: 'end', decision, sent: 10, received: 100 });
  }
  const asked = '\u001b[2JGET / HTTP/1.1';
  await written(writer, { kind: 'malformed', problem: `two lengths in ${asked}`, asked, process: null });
  await writer.close();
  const files = logFilesIn(where.folder);
  names = files.map(({ name }) => `log/${name}`);
  log = Object.fromEntries(files.map(({ path, name }) => [`log/${name}`, readFileSync(path, 'utf8')]));
  for (const name of ['audit-key.pub.pem', 'audit-last.json']) {
    log[name] = readFileSync(join(where.state, name), 'utf8');
  }
  where.remove();
});

async function run(argv: readonly string[], files: Record<string, string> = { ...log }) {
  const world = worldOf(files);
  const exitCode = await main(['audit', ...argv], world.io);
  return { exitCode, ...world.printed };
}

async function json(argv: readonly string[], files?: Record<string, string>) {
  const { exitCode, stdout } = await run([...argv, '-o', 'json'], files);
  return { exitCode, value: JSON.parse(stdout) as Record<string, unknown> };
}

const codes = (value: Record<string, unknown>) =>
  (value.diagnostics as { code: string }[]).map(({ code }) => code);

describe('audit verify', () => {
  test('says that a log is as it was written, and who vouches for it', async () => {
    const { exitCode, stdout, stderr } = await run(['verify', 'log', '--key', 'audit-key.pub.pem']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^log: ends in good order\n {2}\d+ events, 0 to (\d+), in \d files, each chained to the one before\n {2}vouched for up to event \1 by sha256:/,
    );
    const { value } = await json(['verify', 'log', '--last-checkpoint', 'audit-last.json']);
    expect(value).toMatchObject({
      version: 1,
      command: 'audit',
      action: 'verify',
      outcome: 'whole',
      damage: null,
    });
  });

  test.each([
    [
      'a letter changed',
      (text: string) => text.replace('kim', 'tim'),
      { kind: 'changed', place: { line: 2 } },
    ],
    [
      'a line removed',
      (text: string) => text.replace(/\n.*/, ''),
      { kind: 'removed', lines: [1, 1], place: { line: 2 } },
    ],
    [
      'a line twice',
      (text: string) => text.replace(/\n(.*\n)/, '\n$1$1'),
      { kind: 'duplicated', lines: [1, 1], place: { line: 3 } },
    ],
    [
      'two lines swapped',
      (text: string) => text.replace(/\n(.*\n)(.*\n)/, '\n$2$1'),
      { kind: 'reordered', lines: [2, 2], place: { line: 2 } },
    ],
    ['an end cut off', (text: string) => text.slice(0, -50), { kind: 'truncated' }],
  ])('finds %s, with exit code 3', async (_, change, damage) => {
    const files = { ...log, [names[0]!]: change(log[names[0]!]!) };
    const { exitCode, value } = await json(['verify', 'log'], files);
    expect([exitCode, value.outcome, codes(value)]).toEqual([3, 'edited', ['NC2200']]);
    expect(value.damage).toMatchObject(damage);
    expect(value.damage).toMatchObject({ place: { file: names[0] } });
  });

  test('tells a log that was cut from one that was edited', async () => {
    const last = names.at(-1)!;
    const torn = { ...log, [last]: log[last]!.slice(0, -50) };
    const first = await json(['verify', 'log'], torn);
    expect([first.exitCode, first.value.outcome, first.value.end, codes(first.value)]).toEqual([
      3,
      'cut',
      'torn',
      ['NC2201'],
    ]);
    const accepted = await json(['verify', 'log', '--accept-cut'], torn);
    expect([accepted.exitCode, accepted.value.outcome]).toEqual([0, 'cut']);
    const known = await json(['verify', 'log', '--accept-cut', '--last-checkpoint', 'audit-last.json'], torn);
    expect([known.exitCode, known.value.outcome, known.value.damage]).toEqual([
      ...[3, 'edited'],
      expect.objectContaining({ kind: 'truncated' }),
    ]);
    const open = await json(['verify', 'log'], { ...log, [last]: log[last]!.replace(/.*\n$/, '') });
    expect([open.exitCode, open.value.outcome, open.value.end]).toEqual([3, 'cut', 'open']);
  });

  test('is content with a log that is being written', async () => {
    const last = names.at(-1)!;
    const world = worldOf({ ...log, [last]: log[last]!.replace(/.*\n$/, '') });
    const io = { ...world.io, isLogWritten: (folder: string) => folder === 'log' };
    expect(await main(['audit', 'verify', 'log'], io)).toBe(0);
    expect(world.printed.stdout).toMatch(/^log: is being written\n/);
  });

  test('does not take another key for the one that vouches', async () => {
    const other = pem(generateKeyPairSync('ed25519').publicKey);
    const { exitCode, value } = await json(['verify', 'log', '--key', 'other'], { ...log, other });
    expect([exitCode, value.outcome]).toEqual([3, 'edited']);
    expect(value.damage).toMatchObject({ kind: 'forged' });
  });

  test.each([
    [['verify', 'nowhere'], 'no such file or folder'],
    [['verify', 'empty.jsonl'], '`empty.jsonl` holds no audit log'],
    [['verify', 'log', '--key', 'rsa'], '`rsa` holds no Ed25519 key'],
    [['verify', 'log', '--key', 'private'], '`private` holds no public key in PEM'],
    [['verify', 'log', '--key', 'empty.jsonl'], '`empty.jsonl` holds no public key in PEM'],
    [['verify', 'log', '--last-checkpoint', 'rsa'], '`rsa` names no line of a log'],
  ])('%j cannot be answered: exit code 1', async (argv, problem) => {
    const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
    const secret = generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string;
    const { exitCode, stdout, stderr } = await run(argv, { ...log, rsa, private: secret, 'empty.jsonl': '' });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(problem);
  });
});

function pem(key: KeyObject): string {
  return createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({
    type: 'spki',
    format: 'pem',
  }) as string;
}

describe('audit tail', () => {
  test('prints the last events, and nothing that acts on a terminal', async () => {
    const { exitCode, stdout } = await run(['tail', 'log', '-n', '4']);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('\u001b');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(stdout).toContain('refused, because it is no access: two lengths in \\u{1b}[2JGET / HTTP/1.1');
    expect(lines.at(-1)).toMatch(/ a-1 \d+ the log is closed$/);
  });

  test('prints what was denied last', async () => {
    const { stdout } = await run(['tail', 'log', '-n', '1', '--denied']);
    expect(stdout).toMatch(
      /^2026-01-01T00:30:00\.000Z a-1 \d+ deny \(not-granted\) open an opaque tunnel to `h30\.example\.net:443` via `\/usr\/bin\/node`, pid 1002, request r-30\n$/,
    );
  });

  test('follows a log as it grows, into its next files, each line once', async () => {
    const files: Record<string, string> = { ...log };
    const later = names.slice(1).map((name) => [name, files[name]!] as const);
    for (const [name] of later) delete files[name];
    const [first] = names as [string];
    const whole = files[first]!;
    files[first] = whole.slice(0, 1500);
    const world = worldOf(files);
    const steps = [() => (files[first] = whole), () => Object.assign(files, Object.fromEntries(later))];
    const pause = async () => steps.shift()?.() !== undefined;
    const exitCode = await main(['audit', 'tail', 'log', '-n', '99', '-f', '-o', 'json'], {
      ...world.io,
      pause,
    });
    expect(exitCode).toBe(0);
    const sequences = world.printed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).sequence as number);
    expect(sequences).toEqual(sequences.map((_, at) => at));
    expect(sequences).toHaveLength(
      names.map((name) => log[name]!.split('\n').length - 1).reduce((a, b) => a + b),
    );
  });
});

describe('audit query', () => {
  const hosts = async (...argv: string[]) => {
    const { value } = await json(['query', 'log', ...argv]);
    return (value.events as { decision: { access: { egress: { host: string } } } }[]).map(
      ({ decision }) => decision.access.egress.host,
    );
  };

  test.each([
    [
      ['--verdict', 'deny', '--since', '2026-01-01T00:25:00Z'],
      ['h27.example.net', 'h30.example.net'],
    ],
    [
      ['--verdict', 'deny', '--until', '2026-01-01T00:07:00Z'],
      ['h3.example.net', 'h6.example.net'],
    ],
    [
      ['--host', 'h1?.example.net'],
      ['h12.example.net', 'h15.example.net', 'h18.example.net'],
    ],
    [
      ['--method', 'POST', '--limit', '2'],
      ['api.example.com', 'api.example.com'],
    ],
    [['--grant', 'egress:api#0', '--limit', '1'], ['api.example.com']],
    [['--grant', 'egress:other#0'], []],
    [['--binary', '/usr/bin/*', '--limit', '1'], ['api.example.com']],
    [['--binary', '/usr/*'], []],
    [['--sandbox', 'a-2'], []],
  ])('%j finds what is asked for', async (argv, found) => {
    expect(await hosts(...argv)).toEqual(found);
  });

  test('counts by what decisions have in common, with their bytes', async () => {
    const { value } = await json(['query', 'log', '--by', 'verdict,approver']);
    expect(value.groups).toEqual([
      expect.objectContaining({ verdict: 'allow', approver: 'kim', count: 20, sent: 200, received: 2000 }),
      expect.objectContaining({ verdict: 'deny', approver: null, count: 10, sent: 0, received: 0 }),
    ]);
    const { stdout } = await run(['query', 'log', '--by', 'verdict']);
    expect(stdout.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual([
      'count sent received last verdict',
      '20 200 2000 2026-01-01T00:29:00.000Z allow',
      '10 0 0 2026-01-01T00:30:00.000Z deny',
      '',
    ]);
  });

  test('goes on behind a line that is no event, and says so with exit code 1', async () => {
    const name = names[0]!;
    const files = { ...log, [name]: log[name]!.replace(/\n.*\n/, '\nnonsense\n') };
    const { exitCode, stderr, stdout } = await run(['query', 'log', '--limit', '99'], files);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`line 2 of \`${name}\` is no event: it is not JSON`);
    expect(stdout.trimEnd().split('\n')).toHaveLength(29);
  });
});

describe('audit export', () => {
  test('gives the lines as they are', async () => {
    const { exitCode, stdout } = await run(['export', 'log']);
    expect([exitCode, stdout]).toEqual([0, names.map((name) => log[name]!).join('')]);
  });

  test('gives a table, and events for a SIEM', async () => {
    const csv = await run(['export', 'log', '--format', 'csv', '--verdict', 'deny']);
    expect(csv.stdout.split('\r\n')).toHaveLength(12);
    const ocsf = await run(['export', 'log', '--format', 'ocsf', '--verdict', 'allow']);
    const classes = ocsf.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).class_uid as number);
    expect(classes).toEqual(Array(20).fill(4002));
    const { value } = await json(['export', 'log', '--format', 'ocsf', '--verdict', 'deny']);
    expect(value).toMatchObject({ action: 'export', format: 'ocsf', diagnostics: [] });
    expect(value.events).toHaveLength(10);
  });
});

describe('a wrong command line ends with 2', () => {
  test.each([
    [['tail', '-', '--follow'], 'standard input cannot be followed'],
    [['query', 'log', '--since', 'yesterday'], 'Give a time such as 2026-01-31'],
    [['query', 'log', '--by', 'host,colour'], 'Count by verdict, why, host'],
    [['query', 'log', '--host', 'http://x'], 'Give a host such as'],
    [['tail', 'log', '-n', '0'], 'Give a whole number from 1'],
    [['export', 'log', '--format', 'xml'], 'jsonl, csv, ocsf'],
  ])('%j', async (argv, problem) => {
    const { exitCode, stdout, stderr } = await run(argv);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
  });
});
