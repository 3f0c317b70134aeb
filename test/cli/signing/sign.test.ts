import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostNeeds, program } from '../../support/host.ts';
import { nemoclawProgram } from '../nemoclaw.ts';
import { codesIn, copyOf, newProject, type Project, readJson } from './project.ts';

let made: Project;
beforeAll(async () => {
  made = await newProject();
}, 60_000);
afterAll(() => rmSync(made.folder, { recursive: true, force: true }));

const signWith = (project: Project, ...more: readonly string[]) =>
  project.nemoclaw(['sign', project.bundle, '--key', project.key, '-o', 'json', ...more]);

test('the statement names the commit, the inputs, the files, the tool and the target', async () => {
  const project = copyOf(made);
  project.git('commit', '-q', '--allow-empty', '-m', 'two');
  const ran = await signWith(project);
  expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' });
  const { version, command, signed, signature, statement } = JSON.parse(ran.stdout);
  expect({ version, command, signed, signature }).toEqual({
    ...{ version: 1, command: 'sign', signed: true },
    signature: project.signature,
  });
  const envelope = readJson(project.signature).dsseEnvelope;
  expect(JSON.parse(Buffer.from(envelope.payload, 'base64').toString())).toEqual(statement);
  const manifest = readJson(join(project.bundle, 'current/manifest.json'));
  const { name, policy, tool, target, inputs } = manifest;
  expect(statement.predicate).toMatchObject({ name, policy, tool, target, inputs });
  expect(inputs.map((input: { name: string }) => input.name)).toEqual([
    'agent.yaml',
    'tier:restricted',
    'preset:base',
    'parts/extra.yaml',
  ]);
  expect(statement.predicate.source).toEqual({
    repository: 'https://git.example.com/agents.git',
    commit: project.git('rev-parse', 'HEAD').trim(),
    path: 'agents/agent.yaml',
    uncommitted: [],
  });
  expect(statement.predicate.issued).toEqual({ serial: 2, at: '2026-01-01T00:00:00.000Z' });
  expect(statement.subject).toHaveLength(manifest.artifacts.length + 1);
});

describe('what is not what the commit has is not signed', () => {
  const compile = (project: Project) =>
    project.nemoclaw(['compile', join(project.folder, 'agents/agent.yaml')]);

  test.each([
    ['a blueprint that was changed and compiled', 'agents/agent.yaml', '`agent.yaml`'],
    ['a part that was changed and compiled', 'agents/parts/extra.yaml', '`parts/extra.yaml`'],
  ])('%s', async (_, path, named) => {
    const project = copyOf(made);
    appendFileSync(join(project.folder, path), '# changed\n');
    await compile(project);
    const refused = await project.nemoclaw(['sign', project.bundle, '--key', project.key]);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(`which has ${named} otherwise or not at all [NC2502]`);
    expect(existsSync(project.signature)).toBe(false);
    const allowed = await signWith(project, '--allow-dirty');
    expect(allowed.exitCode).toBe(0);
    expect(JSON.parse(allowed.stdout).statement.predicate.source.uncommitted).toEqual([
      named.replaceAll('`', ''),
    ]);
  });

  test('a file that goes by the name of a shipped part is not taken for one', async () => {
    const project = copyOf(made);
    const { folder } = project;
    project.write('agents/preset:npm', readFileSync(join(folder, 'agents/parts/extra.yaml'), 'utf8'));
    const blueprint = readFileSync(join(folder, 'agents/agent.yaml'), 'utf8');
    project.write('agents/agent.yaml', blueprint.replace('parts/extra.yaml', '"preset:npm"'));
    project.git('add', 'agents/agent.yaml');
    project.git('commit', '-q', '-m', 'two');
    expect((await compile(project)).stderr).toBe('');
    const refused = await project.nemoclaw(['sign', project.bundle, '--key', project.key]);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('which has `preset:npm` otherwise or not at all [NC2502]');
  });

  test('a file that was changed afterwards does not matter: what was compiled is in the commit', async () => {
    const project = copyOf(made);
    appendFileSync(join(project.folder, 'agents/agent.yaml'), '# later\n');
    expect((await signWith(project)).exitCode).toBe(0);
  });

  test('another commit than the one that was compiled', async () => {
    const project = copyOf(made);
    project.write('agents/parts/extra.yaml', 'other\n');
    project.git('commit', '-q', '-am', 'two');
    expect(codesIn(await signWith(project))).toEqual(['NC2502']);
    expect((await signWith(project, '--commit', 'HEAD~1')).exitCode).toBe(0);
    expect(codesIn(await signWith(project, '--commit', 'nowhere'))).toEqual(['NC1852']);
  });

  test('a blueprint outside of the repository', async () => {
    const project = copyOf(made);
    const other = copyOf(made);
    const elsewhere = join(other.folder, 'agents/agent.yaml');
    const ran = await signWith(project, '--blueprint', elsewhere, '--allow-dirty');
    expect({ exitCode: ran.exitCode, codes: codesIn(ran) }).toEqual({ exitCode: 1, codes: ['NC2529'] });
    const [{ message }] = JSON.parse(ran.stdout).diagnostics;
    expect(message).toBe(`\`${elsewhere}\` lies outside of the repository of the current folder`);
  });

  test('a folder that is in no repository', async () => {
    const project = copyOf(made);
    rmSync(join(project.folder, '.git'), { recursive: true });
    const ran = await signWith(project);
    expect({ exitCode: ran.exitCode, codes: codesIn(ran) }).toEqual({ exitCode: 1, codes: ['NC1851'] });
  });

  test('a clone without its history', async () => {
    const project = copyOf(made);
    project.git('commit', '-q', '--allow-empty', '-m', 'two');
    const shallow = copyOf(made);
    rmSync(join(shallow.folder, '.git'), { recursive: true });
    execFileSync('git', ['clone', '-q', '--depth=1', '--bare', `file://${project.folder}`, '.git'], {
      cwd: shallow.folder,
      stdio: 'ignore',
    });
    const ran = await signWith(shallow);
    expect({ exitCode: ran.exitCode, codes: codesIn(ran) }).toEqual({ exitCode: 1, codes: ['NC2503'] });
  });
});

test('a bundle that is not whole is not signed', async () => {
  const project = copyOf(made);
  appendFileSync(join(project.bundle, 'current/launch/plan.bin'), 'x');
  const ran = await signWith(project);
  expect({ exitCode: ran.exitCode, codes: codesIn(ran) }).toEqual({ exitCode: 1, codes: ['NC2504'] });
  expect(existsSync(project.signature)).toBe(false);
});

describe('the key', () => {
  test.each([0o644, 0o640, 0o620, 0o602])('with mode %o is refused, and not read', async (mode) => {
    const project = copyOf(made);
    chmodSync(project.key, mode);
    const ran = await signWith(project);
    expect({ exitCode: ran.exitCode, codes: codesIn(ran) }).toEqual({ exitCode: 1, codes: ['NC2501'] });
    expect(existsSync(project.signature)).toBe(false);
  });

  test('of a kind that is not taken is refused', async () => {
    const project = copyOf(made);
    writeFileSync(project.key, readFileSync(project.publicKey));
    expect(codesIn(await signWith(project))).toEqual(['NC2500']);
    expect(codesIn(await signWith(project, '--key', join(project.folder, 'none.pem')))).toEqual(['NC1000']);
  });

  test('opens with a passphrase from a private file, a pipe or the environment, and never by mistake', async (context) => {
    hostNeeds(context, program('openssl', 'openssl'));
    const project = copyOf(made);
    const file = join(project.folder, 'passphrase.pem');
    writeFileSync(file, 'open sesame\n', { mode: 0o600 });
    rmSync(project.key);
    execFileSync('openssl', [
      ...['genpkey', '-algorithm', 'ed25519', '-aes-256-cbc', '-pass', `file:${file}`],
      ...['-out', project.key],
    ]);
    chmodSync(project.key, 0o600);
    expect(codesIn(await signWith(project))).toEqual(['NC2500']);
    expect((await signWith(project, '--passphrase-file', file)).exitCode).toBe(0);
    const variable = { NEMOCLAW_KEY_PASSPHRASE: 'open sesame' };
    const argv = ['sign', project.bundle, '--key', project.key];
    expect((await project.nemoclaw(argv, variable)).exitCode).toBe(0);
    const wrong = await project.nemoclaw(argv, { NEMOCLAW_KEY_PASSPHRASE: 'shut' });
    expect(wrong.stderr).toContain('is not opened by this passphrase [NC2500]');
    expect(wrong.stderr).not.toContain('genpkey');
    chmodSync(file, 0o644);
    expect(codesIn(await signWith(project, '--passphrase-file', file))).toEqual(['NC2501']);
    const piped = spawnSync(process.execPath, [nemoclawProgram, ...argv, '--passphrase-file', '-'], {
      cwd: project.folder,
      input: 'open sesame\n',
      encoding: 'utf8',
    });
    expect(piped.stderr).toBe('');
    expect(piped.status).toBe(0);
    expect(piped.stdout).not.toContain('sesame');
  });
});

test.each<[string, string[], string]>([
  ['no key', [], 'give one of --key and --ssh-key'],
  ['two keys', ['--key', 'a', '--ssh-key', 'b'], 'give one of --key and --ssh-key'],
  [
    'a passphrase for ssh-keygen',
    ['--ssh-key', 'a', '--passphrase-file', 'b'],
    '--passphrase-file goes with --key',
  ],
])('%s is a wrong command line', async (_, argv, message) => {
  const ran = await made.nemoclaw(['sign', made.bundle, ...argv]);
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toContain(message);
});

test('a file that cannot be written is said, and nothing is left half', async () => {
  const ran = await signWith(copyOf(made), '--out', '/nonexistent/x.json');
  expect({ exitCode: ran.exitCode, codes: codesIn(ran) }).toEqual({ exitCode: 1, codes: ['NC2505'] });
});
