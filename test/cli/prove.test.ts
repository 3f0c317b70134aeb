import { describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { BAD, GOOD } from './nemoclaw.ts';
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
      stderr: '',
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
