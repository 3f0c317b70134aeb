import { describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { ASSUMED, BAD, GOOD } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const GUARDRAILS = `apiVersion: nemoclaw.dev/v1
kind: Guardrails
metadata: { name: acme }
guardrails:
  - name: no-etc
    reason: settings of the host are not the agent's
    never: { filesystem: { paths: [/etc], rights: [write] } }
`;
const WRITES_ETC = `${GOOD.replace('include_workdir: true', 'include_workdir: true\n  read_write: [/etc]')}`;

/** Of a finding in `-o json`, what is looked at here. */
interface Found {
  readonly code: string;
  readonly place: Readonly<Record<'start' | 'end', { readonly offset: number }>> | null;
}

async function run(files: Record<string, string>, ...argv: string[]) {
  const { io, printed } = worldOf(files);
  return { exitCode: await main(['prove', ...argv], io), ...printed };
}

describe('prove', () => {
  it('says what is proved', async () => {
    const files = { 'agent.yaml': GOOD, 'g.yaml': GUARDRAILS };
    const { exitCode, stdout, stderr } = await run(files, 'agent.yaml', '-g', 'g.yaml');
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: 'agent.yaml\n  proved   no-etc\n',
      stderr: ASSUMED,
    });
  });

  it('shows what breaks a guardrail, at the entry and at the guardrail', async () => {
    const files = { 'agent.yaml': WRITES_ETC, 'g.yaml': GUARDRAILS };
    const { exitCode, stdout, stderr } = await run(files, 'agent.yaml', '--guardrails', 'g.yaml');
    expect(exitCode).toBe(3);
    expect(stdout).toBe('agent.yaml\n  BROKEN   no-etc\n           the agent can write `/etc`\n');
    expect(stderr).toContain('this breaks the guardrail `no-etc`: the agent can write `/etc` [NC2010]');
    expect(stderr).toMatch(/agent\.yaml:\d+:\d+: error/);
    expect(stderr).toContain('g.yaml:5:11: the guardrail');
    expect(stderr).toContain("help: settings of the host are not the agent's");
  });

  it.each([
    ['a path of files', 'never: { filesystem: { paths: ["${home}/.ssh"], rights: [read] } }'],
    ['a ceiling', 'maximum: ceiling.yaml'],
  ])('proves nothing for one home alone: %s', async (_, property) => {
    const denying = (path: string) =>
      GOOD.replace(
        'include_workdir: true',
        `include_workdir: true\n  read_only: ["\${home}"]\n  deny: ["${path}"]`,
      );
    const files = {
      'agent.yaml': denying('/home/sandbox/.ssh'),
      'ceiling.yaml': denying('${home}/.ssh'),
      'g.yaml': GUARDRAILS.replace(/ {4}never.*\n/, `    ${property}\n`),
    };
    const { exitCode, stdout } = await run(files, 'agent.yaml', '-g', 'g.yaml');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/BROKEN .*\n.* `\/elsewhere-[0-9a-f]{8}\/home\/\.ssh`\n/);
    const held = await run(files, 'agent.yaml', '-g', 'g.yaml', '--home', '/home/sandbox');
    expect(held.stdout).toBe('agent.yaml\n  proved   no-etc\n');
    expect((await run(files, 'ceiling.yaml', '-g', 'g.yaml')).exitCode).toBe(0);
  });

  it('prints one document with -o json', async () => {
    const files = { 'agent.yaml': WRITES_ETC, 'g.yaml': GUARDRAILS };
    const { exitCode, stdout } = await run(files, 'agent.yaml', '-g', 'g.yaml', '-o', 'json');
    expect(exitCode).toBe(3);
    const { command, proved, verdicts } = JSON.parse(stdout);
    expect({ command, proved }).toEqual({ command: 'prove', proved: false });
    expect(verdicts).toMatchObject([
      {
        blueprint: 'agent.yaml',
        guardrail: 'no-etc',
        outcome: 'broken',
        counterexamples: [
          {
            access: { facet: 'filesystem', path: '/etc', right: 'write_file' },
            origin: { file: 'agent.yaml' },
          },
        ],
      },
    ]);
  });

  it.each([
    ['an invalid blueprint', { 'agent.yaml': BAD, 'g.yaml': GUARDRAILS }],
    ['guardrails that are none', { 'agent.yaml': GOOD, 'g.yaml': GOOD }],
    ['guardrails that are not there', { 'agent.yaml': GOOD }],
    ['a blueprint that is not there', { 'g.yaml': GUARDRAILS }],
  ])('proves nothing with %s', async (_, files) => {
    const { exitCode, stdout } = await run(
      files as Record<string, string>,
      'agent.yaml',
      '-g',
      'g.yaml',
      '-o',
      'json',
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ proved: false, verdicts: [] });
  });
});

describe('validate says of guardrails what prove would', () => {
  const one = (property: string) =>
    GUARDRAILS.replace('never: { filesystem: { paths: [/etc], rights: [write] } }', property);

  it.each([
    ['never: { syscalls: [ptarce] }', ['NC1440 ptarce']],
    ['never: { egress: { hosts: ["a..b"] } }', ['NC1550 "a..b"']],
    ['never: { egress: { addresses: [10.0.0.300] } }', ['NC1553 10.0.0.300']],
    ['never: { filesystem: { paths: ["${nowhere}/x"] } }', ['NC1356 "${nowhere}/x"']],
    ['never: { filesystem: { paths: ["/{a,b}"] } }', ['NC1552 "/{a,b}"']],
    ['maximum: gone.yaml', ['NC1000 ', 'NC2002 gone.yaml']],
    ['maximum: ../agent.yaml', []],
  ])('%s', async (property, expected) => {
    const text = one(property);
    const files = { 'agent.yaml': GOOD, 'org/g.yaml': text };
    const { io, printed } = worldOf(files);
    const exitCode = await main(['validate', 'org/g.yaml', '-o', 'json'], io);
    const proved = await run(files, 'agent.yaml', '-g', 'org/g.yaml', '-o', 'json');
    const found = JSON.parse(printed.stdout).diagnostics;
    expect(found).toEqual(JSON.parse(proved.stdout).diagnostics);
    expect(exitCode).toBe(expected.length === 0 ? 0 : 1);
    const underlined = found.map(({ code, place }: Found) =>
      place === null ? `${code} ` : `${code} ${text.slice(place.start.offset, place.end.offset)}`,
    );
    expect(underlined).toEqual(expected);
  });

  it('of a ceiling beside it, for a target as well, and nothing of it with --schema-only', async () => {
    const files = { 'org/g.yaml': one('never: { syscalls: [ptarce] }') };
    const exits = ['--target=linux-x86_64', '--schema-only'].map((option) =>
      main(['validate', 'org/g.yaml', option], worldOf(files).io),
    );
    expect(await Promise.all(exits)).toEqual([1, 0]);
  });
});
