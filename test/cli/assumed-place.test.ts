import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { ASSUMED, GOOD } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const HEAD = 'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata: { name: fixed }\n';
const FIXED = `${HEAD}filesystem_policy:\n  include_workdir: false\n  read_write: [/sandbox]\n# \${home}\n`;
const HOME = `${FIXED}  read_only: ["\${home}/.cache"]\n`;
const PROPERTY = `apiVersion: nemoclaw.dev/v1
kind: Guardrails
metadata: { name: own }
guardrails:
  - { name: no-etc, reason: r, never: { filesystem: { paths: [/etc/**], rights: [write] } } }
`;
const TESTS = `${GOOD}tests:\n  - { name: t, expect: allow, access: { filesystem: { path: /sandbox/a, right: write } } }\n`;

async function said(...argv: string[]) {
  const files = { 'good.yaml': GOOD, 'fixed.yaml': FIXED, 'home.yaml': HOME, 'tests.yaml': TESTS };
  const { io, printed } = worldOf({ ...files, 'g.yaml': PROPERTY });
  const exitCode = await main(argv, io);
  return { exitCode, ...printed };
}

describe('folders that nobody named', () => {
  const asked = [
    ['can', 'good.yaml', '--write', '/sandbox/a'],
    ['can', 'home.yaml', '--binary', '/usr/bin/curl', '--connect', 'a.example:443'],
    ['diff', 'good.yaml', 'good.yaml'],
    ['prove', 'good.yaml', '-g', 'g.yaml'],
    ['test', 'tests.yaml'],
  ];

  test.each(asked)('are said at the end by %s %s', async (...argv) => {
    expect((await said(...argv)).stderr.endsWith(ASSUMED)).toBe(true);
    const json = await said(...argv, '-o', 'json');
    expect(json.stderr).toBe('');
    expect(JSON.parse(json.stdout).assumed).toEqual({
      target: 'linux-x86_64',
      workdir: '/sandbox',
      home: '/home/sandbox',
    });
  });

  test.each(asked)('are not said where they are given: %s %s', async (...argv) => {
    const given = ['--workdir', '/sandbox', '--home', '/home/me'];
    const [text, json] = [await said(...argv, ...given), await said(...argv, ...given, '-o', 'json')];
    expect(text.stderr).not.toContain('folders as on');
    expect(JSON.parse(json.stdout).assumed).toBeNull();
  });

  test('are not said where the blueprint or the question speaks of none', async () => {
    const silent = [
      ['can', 'fixed.yaml', '--write', '/sandbox/a'],
      ['can', 'good.yaml', '--syscall', 'ptrace'],
      ['can', 'good.yaml', '--binary', '/usr/bin/curl', '--connect', 'a.example:443'],
      ['can', 'good.yaml', '-q', '--write', '/sandbox/a'],
      ['diff', 'fixed.yaml', 'fixed.yaml'],
    ];
    for (const argv of silent) expect((await said(...argv)).stderr, argv.join(' ')).toBe('');
    expect((await said('can', 'home.yaml', '--write', '/sandbox/a')).stderr).toBe(ASSUMED);
  });
});
