import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { githubStandIn, type Injected } from '../../support/github/stand-in.ts';
import { POST } from '../../support/proposals/asked.ts';
import {
  BLUEPRINT,
  callRemote,
  commitTo,
  gitIn,
  type Place,
  placeWith,
} from '../../support/proposals/place.ts';

const TOKEN = 'ghp_0123456789secret';

/** A clone whose remote is on a GitHub, which the stand-in plays over the same bare repository. */
async function onGitHub(environment: Record<string, string> = { GITHUB_TOKEN: TOKEN }) {
  const place = await placeWith([POST], undefined, { environment });
  callRemote(place.clone, 'https://git.corp.example/acme/blueprints.git', `file://${place.bare}`);
  const github = await githubStandIn({
    bare: place.bare,
    prefix: '/api/v3',
    tokens: { [TOKEN]: { login: 'ann' } },
  });
  const propose = (...more: readonly string[]) =>
    place.run('propose', place.ids[0]!, '--github-url', github.url, ...more);
  return { place, github, propose };
}

function branchOf({ ids }: Place): string {
  return `nemoclaw/egress/${ids[0]}`;
}

test('a pull request is opened, with all that there is to say, and found again', async () => {
  const { place, github, propose } = await onGitHub();
  const first = await propose('--reason', 'it writes items');
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: '' });
  const [pull, another] = github.state.pulls;
  expect(another).toBeUndefined();
  expect(pull).toMatchObject({
    title: 'Let a-1 reach api.example.com:443',
    head: branchOf(place),
    base: 'main',
  });
  expect(pull?.body).toContain('## What was refused');
  expect(pull?.body).toContain('`new-write-method`');
  expect(pull?.body).toContain('## Guardrails');
  const address = `${github.url}/acme/blueprints/pull/1`;
  expect(first.stdout).toContain(`pull request: ${address}\n`);
  expect((await place.run('show', place.ids[0]!)).stdout).toContain(`where      ${address}`);
  const again = await propose('-o', 'json');
  expect(JSON.parse(again.stdout).proposal).toMatchObject({
    state: 'open-already',
    pullRequest: { url: address, number: 1 },
    files: null,
  });
  expect(github.log).toEqual([
    ...['pulls/list 200', 'pulls/list 200', 'pulls/create 201'],
    // Whether it was merged, and whether it is open.
    ...['pulls/list 200', 'pulls/list 200'],
  ]);
});

test('one that was merged as another commit, and taken out again, is asked for on another branch', async () => {
  const { place, github, propose } = await onGitHub();
  await propose();
  const path = 'agents/a-1.yaml';
  commitTo(place.bare, { [path]: place.onRemote(branchOf(place), path) });
  commitTo(place.bare, { [path]: BLUEPRINT });
  Object.assign(github.state.pulls[0]!, { state: 'closed', isMerged: true });
  const again = await propose();
  expect({ exitCode: again.exitCode, stderr: again.stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(again.stdout).toContain(`proposed: ${branchOf(place)}-again-1 on origin`);
  expect(github.state.pulls.map(({ head }) => head)).toEqual([branchOf(place), `${branchOf(place)}-again-1`]);
});

test('one on a branch that was merged and deleted before is completed as well', async () => {
  const { place, github, propose } = await onGitHub();
  await propose();
  const merged = place.onRemote(branchOf(place), 'agents/a-1.yaml');
  const headCommit = gitIn(place.bare, 'rev-parse', branchOf(place)).trim();
  Object.assign(github.state.pulls[0]!, { state: 'closed', isMerged: true, headCommit });
  gitIn(place.bare, 'branch', '-q', '-D', branchOf(place));
  commitTo(place.bare, { 'agents/a-1.yaml': merged });
  commitTo(place.bare, { 'agents/a-1.yaml': BLUEPRINT });
  github.inject = ({ id }) => (id === 'pulls/create' ? { status: 500, body: { message: 'oops' } } : null);
  expect((await propose()).exitCode).toBe(1);
  github.inject = () => null;
  expect((await propose()).stdout).toContain(
    `proposed, on the branch that was there: ${branchOf(place)} on origin`,
  );
  expect(github.state.pulls.map(({ head }) => head)).toEqual([branchOf(place), branchOf(place)]);
});

test('one that was pushed and got no pull request is completed', async () => {
  const { place, github, propose } = await onGitHub();
  github.inject = ({ id }) => (id === 'pulls/create' ? { status: 500, body: { message: 'oops' } } : null);
  const failed = await propose();
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('failed with 500: oops [NC2557]');
  expect(place.refs()).toContain(branchOf(place));
  expect((await place.run('show', place.ids[0]!)).stdout).toContain('(pending)');
  const refs = place.refs();
  github.inject = () => null;
  const completed = await propose();
  expect(completed.exitCode).toBe(0);
  expect(completed.stdout).toContain('proposed, on the branch that was there: ');
  expect(place.refs()).toBe(refs);
  expect(github.state.pulls[0]?.body).toContain('## What was refused');
  expect((await place.run('show', place.ids[0]!)).stdout).toContain('(proposed)');
});

test.each<[string, Injected, string, number]>([
  ['401', { status: 401, body: { message: `no ${TOKEN}` } }, 'NC2552', 1],
  ['403', { status: 403, body: { message: 'no \u001b[2J' } }, 'NC2553', 3],
  [
    'a rate limit',
    {
      status: 403,
      body: { message: 'API rate limit' },
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767400000' },
    },
    'until 2026-01-03T00:26:40.000Z',
    1,
  ],
  ['404', { status: 404, body: { message: 'Not Found' } }, 'NC2555', 1],
  [
    '422',
    {
      status: 422,
      body: { message: 'Validation Failed', errors: [{ code: 'custom', message: 'closed base' }] },
    },
    'closed base [NC2556]',
    3,
  ],
  ['500', { status: 500, body: '<html>' }, 'NC2557', 1],
  ['a redirection', { status: 302, body: '', headers: { location: 'https://login.example/' } }, 'NC2558', 1],
  ['a page', { status: 200, body: '<html>' }, 'NC2560', 1],
])('GitHub answers with %s, and nothing was pushed', async (_, injected, said, wanted) => {
  const { place, github, propose } = await onGitHub();
  const refs = place.refs();
  github.inject = () => injected;
  const { exitCode, stdout, stderr } = await propose();
  expect(exitCode).toBe(wanted);
  expect(stdout).toBe('');
  expect(stderr).toContain(said);
  expect(stderr).not.toContain(TOKEN);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not come out.
  expect(stderr).not.toMatch(/\u001b/);
  expect(place.refs()).toBe(refs);
  expect((await place.run('show', place.ids[0]!)).stdout).toContain('(pending)');
});

test('a server that is not there, before the push', async () => {
  const { place, propose } = await onGitHub();
  const refs = place.refs();
  const { exitCode, stderr } = await place.run(
    'propose',
    place.ids[0]!,
    '--github-url',
    'http://127.0.0.1:9/api/v3',
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('`127.0.0.1:9` cannot be reached: ');
  expect(stderr).toContain('[NC2559]');
  expect(place.refs()).toBe(refs);
  expect(await propose()).toMatchObject({ exitCode: 0 });
});

describe('the token', () => {
  test('comes from a file', async () => {
    const { place, propose } = await onGitHub({});
    const file = join(place.root, 'token');
    writeFileSync(file, `${TOKEN}\n`);
    expect((await propose('--token-file', file)).exitCode).toBe(0);
  });

  test.each([
    ['is missing', {}, [], 'the environment has none [NC2550]'],
    ['is empty', { GITHUB_TOKEN: '' }, [], 'the environment has none [NC2550]'],
    ['has two lines', { GITHUB_TOKEN: 'a\r\nx: y' }, [], 'what the environment has is none [NC2550]'],
    ['is in no file', {}, ['--token-file', '/nonexistent/token'], '[NC2550]'],
    ['is no token', {}, ['--token-file', '/proc/self/status'], 'holds no token [NC2561]'],
  ] as const)('%s: nothing is pushed', async (_, environment, more, said) => {
    const { place, github, propose } = await onGitHub(environment);
    const refs = place.refs();
    const { exitCode, stderr } = await propose(...more);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(said);
    expect(place.refs()).toBe(refs);
    expect(github.log).toEqual([]);
  });

  test('is sent to no address without TLS', async () => {
    const { place } = await onGitHub();
    const { exitCode, stderr } = await place.run(
      'propose',
      place.ids[0]!,
      '--github-url',
      'http://git.corp.example/api/v3',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      '`http://git.corp.example/api/v3` is no address that a token may be sent to [NC2551]',
    );
  });

  test('is not needed for a branch and a patch alone', async () => {
    const { github, propose } = await onGitHub({});
    const { exitCode, stdout } = await propose('--no-pull-request');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('patch: ');
    expect(github.log).toEqual([]);
  });
});
