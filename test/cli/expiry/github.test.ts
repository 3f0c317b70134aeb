import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BLUEPRINT, expiryPlace, WITHOUT_ENDED } from '../../support/expiry/place.ts';
import { githubStandIn, type Injected } from '../../support/github/stand-in.ts';
import { callRemote, commitTo, gitIn, temporary } from '../../support/proposals/place.ts';

const TOKEN = 'ghp_0123456789secret';
const PATH = 'agents/a-1.yaml';

/** A clone whose remote is on a GitHub Enterprise Server, which the stand-in plays over the same bare repository. */
async function onGitHub(environment: Record<string, string> = { GITHUB_TOKEN: TOKEN }) {
  const place = expiryPlace({ [PATH]: BLUEPRINT }, environment);
  const address = 'https://git.corp.example/acme/blueprints.git';
  callRemote(place.clone, address, `file://${place.bare}`);
  const github = await githubStandIn({
    bare: place.bare,
    prefix: '/api/v3',
    tokens: { [TOKEN]: { login: 'ann' } },
  });
  const expire = (...more: readonly string[]) => place.expire('--github-url', github.url, ...more);
  return { place, github, expire };
}

test('a pull request is opened with the difference, and found again', async () => {
  const { place, github, expire } = await onGitHub();
  const first = await expire();
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: '' });
  const [pull, another] = github.state.pulls;
  expect(another).toBeUndefined();
  expect(pull).toMatchObject({
    title: 'Remove 1 ended grant of ann@example.com',
    head: place.branches()[0],
    base: 'main',
  });
  expect(pull?.body).toContain('**It only narrows**');
  expect(pull?.body).toContain('ended 2026-01-01T00:00:00.000Z');
  expect(pull?.body).toContain('## Guardrails');
  expect(first.stdout).toContain(`pull request: ${github.url}/acme/blueprints/pull/1\n`);
  const again = await expire('-o', 'json');
  expect(JSON.parse(again.stdout).expiry.proposals).toMatchObject([
    { state: 'open-already', pullRequest: { number: 1 }, files: null },
  ]);
  expect(github.log).toEqual(['pulls/list 200', 'pulls/create 201', 'pulls/list 200']);
});

test('one that was pushed and got no pull request is completed', async () => {
  const { place, github, expire } = await onGitHub();
  github.inject = ({ id }) => (id === 'pulls/create' ? { status: 500, body: { message: 'oops' } } : null);
  const failed = await expire();
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('failed with 500: oops [NC2557]');
  const refs = place.refs();
  github.inject = () => null;
  const completed = await expire();
  expect(completed.exitCode).toBe(0);
  expect(completed.stdout).toContain('proposed, on the branch that was there: ');
  expect(place.refs()).toBe(refs);
  expect(github.state.pulls[0]?.body).toContain('| `agents/a-1.yaml:19` | `network_policies.release` |');
});

test('nothing is made out of a branch with our trailers that changes something else', async () => {
  const { place, github, expire } = await onGitHub();
  github.inject = ({ id }) => (id === 'pulls/create' ? { status: 500, body: '' } : null);
  await expire();
  github.inject = () => null;
  const [branch] = place.branches();
  const message = gitIn(place.bare, 'log', '-1', '--format=%B', branch!);
  const widened = BLUEPRINT.replace('host: api.example.com', "host: '*.example.com'");
  for (const files of [
    { 'other.txt': 'x' },
    { [PATH]: widened },
    { [PATH]: WITHOUT_ENDED, 'other.txt': 'x' },
  ]) {
    gitIn(place.bare, 'branch', '-q', '-f', branch!, 'main');
    commitTo(place.bare, files, branch);
    const tree = gitIn(place.bare, 'rev-parse', `${branch}^{tree}`).trim();
    const forged = gitIn(place.bare, 'commit-tree', '-m', message, '-p', 'main', tree).trim();
    gitIn(place.bare, 'update-ref', `refs/heads/${branch}`, forged);
    const { exitCode, stderr } = await expire();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[NC2658]');
    expect(github.state.pulls).toEqual([]);
  }
});

test('nothing is made out of a branch of which only the last commit is what its trailers say', async () => {
  const { place, github, expire } = await onGitHub();
  github.inject = ({ id }) => (id === 'pulls/create' ? { status: 500, body: '' } : null);
  await expire();
  github.inject = () => null;
  const [branch] = place.branches();
  const message = gitIn(place.bare, 'log', '-1', '--format=%B', branch!);
  commitTo(place.bare, { 'other.yaml': BLUEPRINT }, 'first');
  const clean = gitIn(place.bare, 'rev-parse', `${branch}^{tree}`).trim();
  commitTo(place.bare, { [PATH]: WITHOUT_ENDED, 'other.yaml': BLUEPRINT }, 'both');
  const tree = gitIn(place.bare, 'rev-parse', 'both^{tree}').trim();
  for (const [parents, what] of [
    [['-p', 'first'], tree],
    [['-p', 'main', '-p', 'first'], clean],
  ] as const) {
    const forged = gitIn(place.bare, 'commit-tree', '-m', message, ...parents, what).trim();
    gitIn(place.bare, 'update-ref', `refs/heads/${branch}`, forged);
    const { exitCode, stderr } = await expire();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[NC2658]');
    expect(github.state.pulls).toEqual([]);
  }
});

test('one that was closed is not asked again as long as its branch is there', async () => {
  const { place, github, expire } = await onGitHub();
  await expire();
  const [branch] = place.branches();
  github.state.pulls[0]!.state = 'closed';
  const closed = await expire();
  expect({ exitCode: closed.exitCode, stdout: closed.stdout.split('\n')[0] }).toEqual({
    exitCode: 0,
    stdout: 'nothing to remove on main',
  });
  expect(closed.stderr).toContain(
    `\`network_policies.release\` of \`${PATH}\` stays: ${github.url}/acme/blueprints/pull/1 was closed without a merge [NC2659]`,
  );
  expect(github.state.pulls).toHaveLength(1);
  gitIn(place.bare, 'branch', '-q', '-D', branch!);
  expect((await expire()).stdout).toContain('pull request: ');
  expect(github.state.pulls).toHaveLength(2);
});

test.each([
  ['closed', { state: 'closed' }],
  ['merged', { state: 'closed', isMerged: true }],
] as const)(
  'the end of an earlier branch of that name, which was %s, is no answer to a new one',
  async (_, end) => {
    const { place, github, expire } = await onGitHub();
    await expire();
    const [branch] = place.branches() as [string];
    const headCommit = gitIn(place.bare, 'rev-parse', branch).trim();
    Object.assign(github.state.pulls[0]!, { ...end, headCommit });
    gitIn(place.bare, 'branch', '-q', '-D', branch);
    commitTo(place.bare, { 'README.md': 'more' });
    github.inject = ({ id }) => (id === 'pulls/create' ? { status: 500, body: '' } : null);
    expect((await expire()).exitCode).toBe(1);
    expect(place.branches()).toEqual([branch]);
    github.inject = () => null;
    const { exitCode, stdout } = await expire('-o', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).expiry.proposals).toMatchObject([{ state: 'completed', branch }]);
    expect(place.branches()).toEqual([branch]);
    expect(github.state.pulls).toHaveLength(2);
  },
);

test('a shallow clone is told to fetch the history, and not to delete the branch', async () => {
  const { place, github, expire } = await onGitHub();
  github.inject = ({ id }) => (id === 'pulls/create' ? { status: 500, body: '' } : null);
  expect((await expire()).exitCode).toBe(1);
  github.inject = () => null;
  commitTo(place.bare, { 'README.md': 'more' });
  gitIn(place.clone, 'fetch', '-q', '--depth', '1', `file://${place.bare}`, 'main');
  const { exitCode, stderr } = await expire();
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[NC2678]') });
  expect(stderr).not.toContain('--delete');
  expect(github.state.pulls).toEqual([]);
});

test('a closed one stays closed when somebody goes on with its branch', async () => {
  const { place, github, expire } = await onGitHub();
  await expire();
  const [branch] = place.branches() as [string];
  const headCommit = gitIn(place.bare, 'rev-parse', branch).trim();
  Object.assign(github.state.pulls[0]!, { state: 'closed', headCommit });
  const work = join(temporary(), 'work');
  gitIn('/', 'clone', '-q', '-b', branch, place.bare, work);
  gitIn(work, 'commit', '-q', '--allow-empty', '-m', 'more');
  gitIn(work, 'push', '-q', 'origin', branch);
  const { exitCode, stderr } = await expire();
  expect(exitCode).toBe(0);
  expect(stderr).toContain('was closed without a merge [NC2659]');
  expect(github.state.pulls).toHaveLength(1);
});

test('one that was merged by another commit, and put back, is asked again', async () => {
  const { place, github, expire } = await onGitHub();
  await expire();
  const [pull] = github.state.pulls;
  Object.assign(pull!, { state: 'closed', isMerged: true });
  const { exitCode, stdout } = await expire();
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`proposed: ${place.branches()[0]}-2 on origin\n`);
  expect(github.state.pulls).toHaveLength(2);
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
])('GitHub answers with %s', async (_, injected, said, wanted) => {
  const { place, github, expire } = await onGitHub();
  github.inject = () => injected;
  const first = await expire();
  expect(first.exitCode).toBe(wanted);
  expect(first.stderr).toContain(said);
  expect(first.stderr).not.toContain(TOKEN);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not come out.
  expect(first.stderr).not.toMatch(/\u001b/);
  // The branch is pushed, and no second one comes of it.
  const second = await expire();
  expect(second.exitCode).toBe(wanted);
  expect(second.stderr).toContain(said);
  expect(place.branches()).toHaveLength(1);
  github.inject = () => null;
  expect((await expire()).stdout).toContain('proposed, on the branch that was there: ');
});

test('a server that is not there', async () => {
  const { place } = await onGitHub();
  const { exitCode, stderr } = await place.expire('--github-url', 'http://127.0.0.1:9/api/v3');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('[NC2559]');
});

test('without a token nothing is pushed, and a dry run needs none', async () => {
  const { place, github, expire } = await onGitHub({});
  const refs = place.refs();
  const { exitCode, stderr } = await expire();
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the environment has none [NC2550]');
  expect((await expire('--dry-run')).exitCode).toBe(0);
  expect(place.refs()).toBe(refs);
  expect(github.log).toEqual([]);
  expect((await expire('--no-pull-request')).stdout).toContain('patch: ');
});
