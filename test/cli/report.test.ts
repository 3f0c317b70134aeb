import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { PACKAGE_FOLDER } from '../../cli/package-folder.ts';
import { shippedText } from '../support/documents.ts';
import { GOOD } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const SHIPPED = Object.fromEntries(
  ['guardrails/default.yaml', 'controls/default.yaml'].map((path) => [
    join(PACKAGE_FOLDER, 'blueprints', path),
    shippedText(path),
  ]),
);

async function report(
  argv: readonly string[],
  files: Record<string, string> = {},
  environment: Record<string, string> = {},
) {
  const world = worldOf({ ...SHIPPED, 'agent.yaml': GOOD, ...files }, environment);
  const exitCode = await main(['report', ...argv], world.io);
  return { exitCode, ...world.printed, files: world.files };
}

describe('report', () => {
  test('prints Markdown about the named targets, with the date of the clock', async () => {
    const { exitCode, stdout, stderr } = await report(['agent.yaml']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^# What `good` can and cannot do\n/);
    expect(stdout).toContain('| written | 2026-01-01T00:00:00Z |');
    for (const target of ['linux-x86_64', 'linux-aarch64', 'docker-x86_64', 'docker-aarch64']) {
      expect(stdout).toContain(`| \`${target}\``);
    }
    expect(stdout).toContain('| SOC 2 | CC6.1 |');
    expect(stdout).toContain('SOURCE_DATE_EPOCH=1767225600 nemoclaw report agent.yaml -t linux-x86_64');
  });

  test('writes the page to a file and says so on standard error alone', async () => {
    const { exitCode, stdout, stderr, files } = await report(['agent.yaml', '-o', 'html', '--out', 'a.html']);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: 'a.html: written\n' });
    expect(files['a.html']).toMatch(/^<!doctype html>\n/);
  });

  test('gives plain values with the places of grants and no offsets of ours', async () => {
    const { stdout } = await report(['agent.yaml', '-o', 'json']);
    const { version, command, document } = JSON.parse(stdout);
    expect({ version, command }).toEqual({ version: 1, command: 'report' });
    expect(document.reach.files.places).toMatchObject([
      { path: '/sandbox', use: 'write', grant: { origin: { file: 'agent.yaml', line: 6, column: 20 } } },
    ]);
    expect(document.chapters[0].can).toContain('read and change what is in `/sandbox`');
    expect(document.statements[0].text).toMatch(/^what the blueprint does not grant/);
  });

  test('takes its date from SOURCE_DATE_EPOCH, or leaves it out', async () => {
    const fixed = await report(['agent.yaml'], {}, { SOURCE_DATE_EPOCH: '86400' });
    expect(fixed.stdout).toContain('| written | 1970-01-02T00:00:00Z |');
    const undated = await report(['agent.yaml', '--no-date']);
    expect(undated.stdout).not.toContain('2026-01-01');
    expect(undated.stdout).toContain('\nnemoclaw report agent.yaml -t linux-x86_64');
  });

  test.each(['soon', '-1', '1e3', '99999999999999'])('refuses %s as SOURCE_DATE_EPOCH', async (text) => {
    const { exitCode, stdout, stderr } = await report(['agent.yaml'], {}, { SOURCE_DATE_EPOCH: text });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`\`SOURCE_DATE_EPOCH\` is \`${text}\``);
    expect(stderr).toContain('[NC2021]');
  });

  test('judges a target file first, with its folders, and the named ones beside it', async () => {
    const target =
      'apiVersion: nemoclaw.dev/v1\nkind: Target\nlandlock_abi: 4\narchitecture: x86_64\nworkdir: /srv/agent\n';
    const { stdout } = await report(['agent.yaml', '-t', 't.yaml', '-o', 'json'], { 't.yaml': target });
    const { document } = JSON.parse(stdout);
    expect(document.place).toMatchObject({ name: 't.yaml', workdir: '/srv/agent' });
    expect(document.targets.map(({ name }: { name: string }) => name)).toEqual([
      't.yaml',
      'linux-x86_64',
      'linux-aarch64',
      'docker-x86_64',
      'docker-aarch64',
    ]);
  });

  test('proves the guardrails of a file, and ends with 0 whatever comes of it', async () => {
    const guardrails =
      'apiVersion: nemoclaw.dev/v1\nkind: Guardrails\nmetadata: { name: own }\nguardrails:\n' +
      '  - name: no-sandbox\n    never: { filesystem: { paths: [/sandbox], rights: [write] } }\n';
    const { exitCode, stdout } = await report(['agent.yaml', '-g', 'g.yaml', '-o', 'json'], {
      'g.yaml': guardrails,
    });
    const { document } = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(document.guardrails).toMatchObject({
      source: 'g.yaml',
      verdicts: [{ name: 'no-sandbox', outcome: 'broken', examples: [{ place: { line: 6, column: 20 } }] }],
    });
  });

  test('takes a mapping of its own, and refuses one that names no statement', async () => {
    const mapping = (evidence: string) =>
      'apiVersion: nemoclaw.dev/v1\nkind: Controls\nmetadata: { name: own }\ncontrols:\n' +
      `  - { framework: Own, id: O-1, title: all is well, evidence: [${evidence}], does_not_show: much }\n`;
    const good = await report(['agent.yaml', '--controls', 'c.yaml'], { 'c.yaml': mapping('owners-named') });
    expect(good.stdout).toContain('| Own | O-1 | all is well | does not hold | `owners-named` | much |');
    expect(good.stdout).toMatch(/^SOURCE_DATE_EPOCH=1767225600 nemoclaw report .* --controls c\.yaml$/m);
    const bad = await report(['agent.yaml', '--controls', 'c.yaml'], { 'c.yaml': mapping('ownrs-named') });
    expect({ exitCode: bad.exitCode, stdout: bad.stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(bad.stderr).toMatch(/c\.yaml:5:\d+: error: [^\n]*`ownrs-named`/);
    expect(bad.stderr).toContain('owners-named');
  });

  test('writes nothing about a blueprint that is wrong, in each format', async () => {
    const files = { 'bad.yaml': `${GOOD}metadata:\n  name: again\n` };
    for (const format of ['markdown', 'html']) {
      const { exitCode, stdout, stderr } = await report(['bad.yaml', '-o', format], files);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('bad.yaml:7:1: error:');
    }
    const { exitCode, stdout } = await report(['bad.yaml', '-o', 'json'], files);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'report', document: null, counts: { errors: 1 } });
  });

  test('says why a file cannot be written', async () => {
    const { io, printed } = worldOf({ ...SHIPPED, 'agent.yaml': GOOD });
    const full = {
      ...io,
      replaceFile: () => ({ ok: false, detail: 'no space left on the device' }) as const,
    };
    expect(await main(['report', 'agent.yaml', '--out', 'x.md'], full)).toBe(1);
    expect(printed.stdout).toBe('');
    expect(printed.stderr).toContain(
      'the report cannot be written to `x.md`: no space left on the device [NC2022]',
    );
  });
});
