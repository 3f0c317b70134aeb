import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { worldOf } from './world.ts';

const AGENT = `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata:
  name: agent
extends:
  - tier: restricted
filesystem_policy:
  deny:
    - "\${workdir}/secrets"
network_policies:
  api:
    endpoints:
      - { host: api.example.com, port: 443, access: read-only, grant: { owner: a@example.com, expires: 2030-01-01 } }
    binaries: [/usr/bin/curl]
`;

async function run(argv: string[], files: Record<string, string> = { 'agents/agent.yaml': AGENT }) {
  const world = worldOf({ ...files });
  const exitCode = await main(['export', 'openshell', ...argv], world.io);
  return { exitCode, ...world.printed, files: world.files };
}

describe('export openshell', () => {
  test('writes nothing where something would be looser, and says what', async () => {
    const { exitCode, stdout, stderr } = await run(['agents/agent.yaml']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('nothing is written, because something would be looser; --allow-loss writes it');
    expect(stderr).toMatch(/\nunder OpenShell: \d+ stricter, \d+ looser, \d+ lost\n/);
  });

  test('points at the place of each loss, in presets as well', async () => {
    const { stdout } = await run(['agents/agent.yaml', '-o', 'json']);
    const { changes, exported, policy, effects } = JSON.parse(stdout);
    expect({ exported, policy }).toEqual({ exported: false, policy: null });
    expect(effects.looser).toBeGreaterThan(5);
    const placed = changes.map(
      (change: Record<string, unknown>) => `${change.name} ${change.file}:${change.line}:${change.column}`,
    );
    expect(placed).toContain('export/denial-lost agents/agent.yaml:9:7');
    expect(placed).toContain('export/expiry agents/agent.yaml:13:17');
    expect(placed).toContain('export/limit preset:base:107:3');
    expect(placed.filter((place: string) => place.includes('null'))).toEqual([]);
  });

  test('underlines the words that are lost', async () => {
    const { stderr } = await run(['agents/agent.yaml']);
    expect(stderr).toContain('   9 |     - "${workdir}/secrets"\n     |       ^^^^^^^^^^^^^^^^^^^^\n');
    expect(stderr).toContain(' 107 |   processes: 1024\n     |   ^^^^^^^^^\n');
  });

  test('with --allow-loss writes a policy that OpenShell takes', async () => {
    const { exitCode, stdout } = await run(['agents/agent.yaml', '--allow-loss']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# Exported from agent\.yaml by .*\nversion: 1\nfilesystem_policy:\n/);
    expect(stdout).toContain('landlock:\n  compatibility: hard_requirement\n');
    expect(stdout).toContain(
      '      - host: api.example.com\n        port: 443\n        protocol: rest\n        enforcement: enforce\n        access: read-only\n',
    );
    expect(parseSource('policy.yaml', new TextEncoder().encode(stdout)).kind).toBe('blueprint');
    const file = await run(['agents/agent.yaml', '--allow-loss', '--out', 'p.yaml']);
    expect({ exitCode: file.exitCode, stdout: file.stdout, text: file.files['p.yaml'] }).toEqual({
      exitCode: 0,
      stdout: '',
      text: stdout,
    });
  });

  test('leaves a file that is there alone', async () => {
    const files = { 'a.yaml': AGENT, 'p.yaml': 'mine' };
    const {
      exitCode,
      stderr,
      files: after,
    } = await run(['a.yaml', '--allow-loss', '--out', 'p.yaml'], files);
    expect({ exitCode, text: after['p.yaml'] }).toEqual({ exitCode: 1, text: 'mine' });
    expect(stderr).toContain('p.yaml is left alone');
  });

  test.each([
    ['a blueprint that is invalid', { 'a.yaml': 'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\n' }, 'NC1102'],
    ['a file that is missing', {}, 'NC1000'],
  ])('ends with 1 for %s', async (_, files, code) => {
    const { exitCode, stdout, stderr } = await run(
      ['a.yaml', '--allow-loss'],
      files as Record<string, string>,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`[${code}]`);
  });

  test('ends with 2 without a language', async () => {
    const world = worldOf({});
    expect(await main(['export', 'opensell', 'a.yaml'], world.io)).toBe(2);
    expect(world.printed.stderr).toContain('Did you mean openshell?');
  });
});
