import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StreamBroken } from '../../cli/io.ts';
import { main } from '../../cli/main.ts';
import { openStream } from '../../cli/open-stream.ts';
import type { Access } from '../../compiler/ir/access.ts';
import { decisionOn, logOf } from '../support/audit-log.ts';
import { blueprint, policyOf } from '../support/policy.ts';
import { nemoclaw, temporaryFolder } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const sections = (paths: string) =>
  blueprint(`filesystem_policy:\n  include_workdir: true\n  read_only: [${paths}]\n`);
const OLD = sections('/srv/a, /srv/b');
const NEW = sections('/srv/b, /srv/c');
const read = (path: string): Access => ({ facet: 'filesystem', path, right: 'read_file' });
const old = policyOf(OLD, { workdir: '/sandbox' });
const LOG = logOf(
  [read('/srv/a/1'), read('/srv/a/1'), read('/srv/b/1'), read('/srv/c/1'), read('/srv/d/1')].map((access) =>
    decisionOn(old, access),
  ),
  Date.UTC(2026, 0, 1),
);

async function simulate(argv: readonly string[], files: Record<string, string> = {}) {
  const world = worldOf({ 'old.yaml': OLD, 'new.yaml': NEW, 'a.jsonl': LOG, ...files });
  const exitCode = await main(['simulate', ...argv], world.io);
  return { exitCode, ...world.printed };
}

describe('simulate', () => {
  test('says what would come out differently, how often and by which entry', async () => {
    const { exitCode, stdout, stderr } = await simulate(['new.yaml', '--log', 'a.jsonl']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(
      'a.jsonl: 5 decisions replayed from 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:04.000Z\n' +
        '\n1 access denied before, would be allowed now\n' +
        '  filesystem, granted by filesystem:/srv/c (new.yaml:7:23): 1 time, 1 different one, on 2026-01-01T00:00:03.000Z\n' +
        '         1  read `/srv/c/1`\n' +
        '\n2 accesses allowed before, would be denied now\n' +
        '  filesystem, granted by nothing: 2 times, 1 different one, from 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:01.000Z\n' +
        '         2  read `/srv/a/1`\n',
    );
  });

  test('gives every group and access as plain values', async () => {
    const { stdout } = await simulate(['new.yaml', '--log', 'a.jsonl', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      command: 'simulate',
      log: 'a.jsonl',
      changes: { 'to-allow': 1, 'to-deny': 2 },
      counts: { errors: 0, warnings: 0, notes: 0 },
      groups: [
        {
          turn: 'to-allow',
          decides: {
            verdict: 'allow',
            why: 'granted',
            grant: { id: 'filesystem:/srv/c', origin: { file: 'new.yaml', line: 7, column: 23 } },
          },
        },
        {
          turn: 'to-deny',
          decides: { verdict: 'deny', why: 'not-granted', grant: null },
          accesses: [{ access: { filesystem: { path: '/srv/a/1', right: 'read_file' } }, count: 2 }],
        },
      ],
    });
  });

  test.each([
    ['new.yaml', 'deny', 3],
    ['new.yaml', 'allow', 3],
    ['new.yaml', 'any', 3],
    ['old.yaml', 'any', 0],
    ['less.yaml', 'allow', 0],
    ['less.yaml', 'deny', 3],
    ['more.yaml', 'allow', 3],
    ['more.yaml', 'deny', 0],
  ])('%s with --fail-on %s ends with %i', async (path, word, code) => {
    const files = { 'less.yaml': sections('/srv/b'), 'more.yaml': sections('/srv') };
    expect((await simulate([path, '--log', 'a.jsonl', '--fail-on', word], files)).exitCode).toBe(code);
  });

  test('compares two blueprints over a log', async () => {
    const { stdout } = await simulate(['new.yaml', '--log', 'a.jsonl', '--old', 'new.yaml']);
    expect(stdout).toContain('3 accesses came out otherwise when recorded than OLD decides');
    expect(stdout).toContain('every access would come out as it did');
  });

  const damaged = {
    'a.jsonl': `${LOG.slice(0, LOG.indexOf('\n') + 1)}{"version":9}\n${LOG.slice(LOG.indexOf('\n') + 1)}`,
  };

  test('ends with 1 at a damaged line, and names it', async () => {
    const { exitCode, stdout, stderr } = await simulate(['new.yaml', '--log', 'a.jsonl'], damaged);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('line 2 of `a.jsonl` is no event: its version is 9, and 1 is known [NC2030]');
  });

  test('goes on without damaged lines when told to, and counts them', async () => {
    const argv = ['new.yaml', '--log', 'a.jsonl', '--skip-damaged', '--fail-on', 'any'];
    const { exitCode, stdout, stderr } = await simulate(argv, damaged);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('2 accesses allowed before, would be denied now');
    expect(stderr).toContain('1 line of `a.jsonl` is no event and passed over [NC2031]');
    expect(stderr).toContain('line 3 of `a.jsonl` does not follow the line before it [NC2023]');
  });

  test('ends with 1 where the chain is broken, and names the line', async () => {
    const lines = LOG.trimEnd().split('\n');
    const cut = { 'a.jsonl': `${[...lines.slice(0, 1), ...lines.slice(2)].join('\n')}\n` };
    const { exitCode, stdout, stderr } = await simulate(['old.yaml', '--log', 'a.jsonl'], cut);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('error: line 2 of `a.jsonl` does not follow the line before it [NC2033]');
    const part = await simulate(['old.yaml', '--log', 'a.jsonl', '--skip-damaged'], cut);
    expect(part.exitCode).toBe(0);
    expect(part.stderr).toContain('warning: line 2 of `a.jsonl` does not follow the line before it [NC2023]');
  });

  test('a log may begin anywhere', async () => {
    const rest = { 'a.jsonl': LOG.slice(LOG.indexOf('\n') + 1) };
    const { exitCode, stderr } = await simulate(['old.yaml', '--log', 'a.jsonl'], rest);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test('says that a log without decisions answers nothing', async () => {
    const { exitCode, stdout, stderr } = await simulate(['new.yaml', '--log', 'e.jsonl'], { 'e.jsonl': '' });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('as it did');
    expect(stderr).toContain('`e.jsonl` holds no decision, so nothing was replayed [NC2035]');
  });

  test('refuses a blueprint that is wrong, and a log that cannot be read', async () => {
    const wrong = await simulate(['bad.yaml', '--log', 'a.jsonl'], { 'bad.yaml': `${NEW}metadata: {}\n` });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toContain('bad.yaml:8:1: error:');
    const missing = await simulate(['new.yaml', '--log', 'none.jsonl']);
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain('the file cannot be read: no such file or folder [NC1000]');
  });

  test('says when the log breaks off while it is read', async () => {
    const { io, printed } = worldOf({ 'new.yaml': NEW });
    function* breaking(): Generator<Uint8Array> {
      yield new TextEncoder().encode(LOG);
      throw new StreamBroken('the disk answered with an error');
    }
    const broken = { ...io, openStream: () => ({ ok: true, chunks: breaking() }) as const };
    expect(await main(['simulate', 'new.yaml', '--log', 'a.jsonl', '--fail-on', 'any'], broken)).toBe(1);
    expect(printed.stdout).toBe('');
    expect(printed.stderr).toContain('the disk answered with an error');
  });

  test('what an agent asked for acts on no terminal', async () => {
    const hostile = logOf([decisionOn(old, read('/srv/a/\u001b[2J\u202e'))]);
    const { stdout } = await simulate(['new.yaml', '--log', 'h.jsonl'], { 'h.jsonl': hostile });
    expect(stdout).toContain('read `/srv/a/\\u{1b}[2J\\u{202e}`');
  });

  test('reads a log from standard input as it comes', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'new.yaml'), NEW);
    const argv = ['simulate', 'new.yaml', '--log', '-', '--fail-on', 'deny', '--skip-damaged'];
    const { exitCode, stdout } = await nemoclaw(argv, { cwd, input: LOG.repeat(300) });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('600 accesses allowed before, would be denied now');
  });
});

describe('a stream', () => {
  test('gives a file in chunks that are used before the next', () => {
    const file = join(temporaryFolder(), 'big');
    const written = Buffer.from(Array.from({ length: 700_000 }, (_, at) => at % 251));
    writeFileSync(file, written);
    const stream = openStream(file);
    if (!stream.ok) throw new Error(stream.detail);
    const chunks = [...stream.chunks].length;
    expect(chunks).toBe(3);
    const again = openStream(file);
    const parts: Buffer[] = [];
    if (again.ok) for (const chunk of again.chunks) parts.push(Buffer.from(chunk));
    expect(Buffer.concat(parts).equals(written)).toBe(true);
  });

  test('says why there is none', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'below'));
    expect(openStream(join(folder, 'below'))).toEqual({ ok: false, detail: 'it is a folder' });
    expect(openStream(join(folder, 'none'))).toEqual({ ok: false, detail: 'no such file or folder' });
  });
});
