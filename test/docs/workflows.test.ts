import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { nemoclawProgram } from '../cli/nemoclaw.ts';
import { BLUEPRINT, expiryPlace, WITHOUT_ENDED } from '../support/expiry/place.ts';
import { githubStandIn } from '../support/github/stand-in.ts';
import { gitIn, temporary } from '../support/proposals/place.ts';

const folder = join(import.meta.dirname, '../../docs/examples/workflows');

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, unknown>;
}

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, { readonly permissions?: unknown; readonly steps: readonly Step[] }>;
}

function workflow(name: string): Workflow {
  return load(readFileSync(join(folder, name), 'utf8')) as Workflow;
}

const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);

/** What each example may do; a token is never given more than its steps use. */
const PERMISSIONS: Readonly<Record<string, Record<string, string>>> = {
  'expiry.yml': { contents: 'write', 'pull-requests': 'write' },
  'gate.yml': { contents: 'read', 'pull-requests': 'write' },
  'release.yml': { contents: 'write' },
};

test('every example is one of those whose permissions are known', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(PERMISSIONS).sort());
});

describe.each(Object.keys(PERMISSIONS))('%s', (name) => {
  const read = workflow(name);

  test('may do no more than it needs, and is not started by strangers with secrets', () => {
    expect(read.permissions).toEqual(PERMISSIONS[name]);
    expect(Object.values(read.jobs).map(({ permissions }) => permissions)).toEqual([undefined]);
    expect(Object.keys(read.on)).not.toContain('pull_request_target');
    expect(Object.keys(read.on)).not.toContain('workflow_run');
  });

  test('takes steps of GitHub by their version, and of this project by a commit', () => {
    const uses = stepsOf(read).flatMap((step) => step.uses ?? []);
    expect(uses).toContain('actions/checkout@v5');
    for (const one of uses) expect(one).toMatch(/^actions\/[a-z-]+@v\d+$|^nemoclaw\/nemoclaw\/\S+@COMMIT$/);
  });

  test('starts this project by a version alone, since what runs holds the token or the key', () => {
    for (const { run = '' } of stepsOf(read)) {
      for (const [word] of run.matchAll(/\bnpx \S+/g)) expect(word).toBe('npx nemoclaw@VERSION');
    }
  });

  test('puts no expression into a script, and each is one that bash can read', async () => {
    for (const { run } of stepsOf(read)) {
      if (run === undefined) continue;
      expect(run).not.toContain('${{');
      expect((await execa('bash', ['-n'], { input: run, reject: false })).stderr).toBe('');
    }
  });
});

test('expiry.yml proposes on a schedule, from the whole history, and again finds it', async () => {
  const read = workflow('expiry.yml');
  expect(read.on).toMatchObject({ schedule: [{ cron: expect.stringMatching(/^\d+ \d+ /) }] });
  const steps = stepsOf(read);
  expect(steps.find(({ uses }) => uses?.startsWith('actions/checkout'))?.with).toEqual({ 'fetch-depth': 0 });
  const step = steps.find(({ run }) => run !== undefined)!;
  expect(step.env).toEqual({ GITHUB_TOKEN: '${{ github.token }}' });

  const token = 'ghs_0123456789';
  // Its clock is the real one.
  const place = expiryPlace({
    'agents/a-1.yaml': BLUEPRINT.replace('2026-01-05T00:00:00Z', '2999-01-05T00:00:00Z'),
  });
  const address = 'https://git.corp.example/acme/blueprints.git';
  gitIn(place.clone, 'config', `url.file://${place.bare}.insteadOf`, address);
  gitIn(place.clone, 'config', 'remote.origin.url', address);
  const github = await githubStandIn({
    bare: place.bare,
    prefix: '/api/v3',
    tokens: { [token]: { login: 'github-actions[bot]', type: 'Bot' } },
  });
  const programs = temporary();
  mkdirSync(programs, { recursive: true });
  const npx = `#!/bin/sh\n[ "$1" = nemoclaw@VERSION ] || exit 9\nshift\nexec "${process.execPath}" "${nemoclawProgram}" "$@"\n`;
  writeFileSync(join(programs, 'npx'), npx, { mode: 0o755 });
  const { NODE_OPTIONS, ...environment } = process.env;
  const run = () =>
    // As the runner starts a step of bash.
    execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run!], {
      cwd: place.clone,
      env: {
        ...environment,
        PATH: `${programs}${delimiter}${process.env.PATH}`,
        HOME: temporary(),
        GITHUB_TOKEN: token,
        GITHUB_SERVER_URL: 'https://git.corp.example',
        GITHUB_API_URL: github.url,
      },
      extendEnv: false,
      reject: false,
    });
  const first = await run();
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(first.stdout).toContain(`pull request: ${github.url}/acme/blueprints/pull/1`);
  const [branch, another] = place.branches();
  expect(another).toBeUndefined();
  expect(place.onRemote(branch!, 'agents/a-1.yaml')).toBe(
    WITHOUT_ENDED.replace('2026-01-05T00:00:00Z', '2999-01-05T00:00:00Z'),
  );
  expect(gitIn(place.bare, 'log', '-1', '--format=%an', branch!)).toBe('github-actions[bot]\n');
  const again = await run();
  expect(again.stdout).toContain('is open already');
  expect(github.state.pulls).toHaveLength(1);
});
