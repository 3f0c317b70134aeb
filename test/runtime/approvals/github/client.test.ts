import { execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { GitHubClient } from '../../../../runtime/approvals/github/client.ts';
import type { GitHubProblem } from '../../../../runtime/approvals/github/problem.ts';
import { githubStandIn, type Injected } from '../../../support/github/stand-in.ts';
import { bareRemote, commitTo, GIT_ENVIRONMENT, gitIn } from '../../../support/proposals/place.ts';

const TOKEN = 'ghp_secret0123456789';
const BRANCH = 'nemoclaw/egress/req-0123456789ab';
const NOW = Date.UTC(2026, 0, 1);

async function standIn() {
  const bare = bareRemote({ 'a.yaml': 'a: 1\n' });
  commitTo(bare, { 'a.yaml': 'a: 2\n', 'b c.yaml': 'b\n' }, BRANCH);
  const github = await githubStandIn({
    bare,
    prefix: '/api/v3',
    tokens: { [TOKEN]: { login: 'ann' }, bot: { login: 'nemoclaw[bot]', type: 'Bot' } },
  });
  const clientOf = (token: string, timeLimit = 5000) =>
    new GitHubClient(
      { api: github.url, token, now: () => NOW, timeLimit },
      { owner: 'acme', name: 'blueprints' },
    );
  return { github, bare, client: clientOf(TOKEN), clientOf };
}

function given<T>(answer: { ok: true; value: T } | { ok: false; problem: GitHubProblem }): T {
  if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
  return answer.value;
}

describe('operations', () => {
  test('a pull request is made, found, read, changed, reviewed and commented on', async () => {
    const { github, client, clientOf } = await standIn();
    expect(given(await client.findOpenPull(BRANCH, 'main'))).toBeNull();
    const made = given(await client.createPull({ title: 't', body: 'b', head: BRANCH, base: 'main' }));
    expect(made).toMatchObject({ number: 1, state: 'open', isMerged: false, title: 't', body: 'b' });
    expect(made.author).toEqual({ login: 'ann', isBot: false });
    expect(made.head).toEqual({
      branch: BRANCH,
      commit: github.state.commitOf(BRANCH),
      repository: 'acme/blueprints',
    });
    expect(given(await client.branchCommit(BRANCH))).toBe(made.head.commit);
    expect(await client.branchCommit('none')).toMatchObject({ problem: { kind: 'not-found' } });
    expect(given(await client.findOpenPull(BRANCH, 'main'))?.url).toBe(made.url);
    expect(given(await client.findOpenPull(BRANCH, 'other'))).toBeNull();
    expect(given(await client.updatePull(1, { body: 'c' })).body).toBe('c');
    expect(given(await client.getPull(1)).body).toBe('c');
    github.state.review(1, { login: 'bob' }, 'APPROVED');
    expect(given(await client.listReviews(1))).toMatchObject([
      { author: { login: 'bob', isBot: false }, state: 'APPROVED', commit: made.head.commit },
    ]);
    const commits = given(await client.listCommits(1));
    expect(commits.map(({ commit }) => commit)).toEqual([made.head.commit]);
    const comment = given(await clientOf('bot').createComment(1, 'x'));
    expect(comment).toMatchObject({ body: 'x', author: { login: 'nemoclaw[bot]', isBot: true } });
    expect(given(await client.updateComment(comment.id, 'y')).body).toBe('y');
    expect(given(await client.listComments(1))).toEqual([{ ...comment, body: 'y' }]);
    github.state.pulls[0]!.state = 'closed';
    expect(given(await client.findOpenPull(BRANCH, 'main'))).toBeNull();
  });

  test('lists are read whole, page by page', async () => {
    const { client } = await standIn();
    given(await client.createPull({ title: 't', body: 'b', head: BRANCH, base: 'main' }));
    for (let n = 0; n < 205; n++) given(await client.createComment(1, `${n}`));
    const bodies = given(await client.listComments(1)).map(({ body }) => body);
    expect(bodies).toEqual(Array.from({ length: 205 }, (_, n) => `${n}`));
  });
});

test('who wrote the commits of a pull request is known, author and committer, and a list that is cut is none', async () => {
  const { github, bare, client } = await standIn();
  given(await client.createPull({ title: 't', body: 'b', head: BRANCH, base: 'main' }));
  let last = github.state.commitOf(BRANCH)!;
  const commitBy = (author: string, committer: string) => {
    const env = { ...GIT_ENVIRONMENT, GIT_AUTHOR_EMAIL: author, GIT_COMMITTER_EMAIL: committer };
    const made = ['commit-tree', '-p', last, '-m', 'm', `${last}^{tree}`];
    last = execFileSync('git', made, { cwd: bare, env, encoding: 'utf8' }).trim();
    gitIn(bare, 'update-ref', `refs/heads/${BRANCH}`, last);
  };
  commitBy('bob@users.noreply.github.com', 'web-flow@users.noreply.github.com');
  const [first, second] = given(await client.listCommits(1));
  expect(first!.by).toEqual([]);
  expect(second).toEqual({
    commit: last,
    by: [
      { login: 'bob', isBot: false },
      { login: 'web-flow', isBot: false },
    ],
  });
  const one = `commit refs/heads/${BRANCH}\ncommitter A <a@b.example> 1767225600 +0000\ndata 1\nm\n`;
  const many = `${one}from refs/heads/${BRANCH}^0\n\n${`${one}\n`.repeat(247)}`;
  execFileSync('git', ['fast-import', '--quiet'], { cwd: bare, input: many });
  expect(await client.listCommits(1)).toMatchObject({
    ok: false,
    problem: { kind: 'cut-short', most: 250 },
  });
});

describe('what goes wrong', () => {
  const RESET = String(NOW / 1000 + 90);
  const HTML = '<html>log in</html>';
  test.each<[string, Injected, GitHubProblem]>([
    [
      '401',
      { status: 401, body: { message: `Bad ${TOKEN}` } },
      { kind: 'unauthorized', said: 'Bad [token]' },
    ],
    [
      '403',
      { status: 403, body: { message: 'Resource not accessible' } },
      { kind: 'forbidden', said: 'Resource not accessible' },
    ],
    [
      '403 with no request left',
      {
        status: 403,
        body: { message: 'API rate limit exceeded' },
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': RESET },
      },
      { kind: 'limited', until: NOW + 90_000, said: 'API rate limit exceeded' },
    ],
    [
      '403 with a secondary limit',
      {
        status: 403,
        body: { message: 'You have exceeded a secondary rate limit' },
        headers: { 'retry-after': '60' },
      },
      { kind: 'limited', until: NOW + 60_000, said: 'You have exceeded a secondary rate limit' },
    ],
    [
      '429 that does not say when it ends',
      { status: 429, body: { message: 'slow down' }, headers: { 'retry-after': 'soon' } },
      { kind: 'limited', until: null, said: 'slow down' },
    ],
    ['404', { status: 404, body: { message: 'Not Found' } }, { kind: 'not-found', said: 'Not Found' }],
    [
      '422',
      {
        status: 422,
        body: {
          message: 'Validation Failed',
          errors: [
            { resource: 'PullRequest', field: 'base', code: 'invalid' },
            { code: 'custom', message: 'no\ncommits' },
            'x',
          ],
        },
      },
      { kind: 'refused', said: 'Validation Failed; PullRequest base invalid; no commits; x' },
    ],
    [
      '500',
      { status: 500, body: 'oops' },
      { kind: 'failed', status: 500, said: 'it says nothing that can be read' },
    ],
    [
      'a redirection',
      { status: 307, body: '', headers: { location: 'https://evil.example/x' } },
      { kind: 'moved', to: 'evil.example' },
    ],
    ['a page', { status: 200, body: HTML }, { kind: 'unreadable', detail: 'it is no JSON but text/html' }],
    [
      'other JSON',
      { status: 200, body: { number: 1 } },
      { kind: 'unreadable', detail: 'it has no text `state`' },
    ],
    ['silence', 'silence', { kind: 'unreachable', detail: 'there is no answer after 0.2 seconds' }],
    [
      'too much',
      { status: 200, body: ' '.repeat(17 * 1024 * 1024) },
      { kind: 'unreadable', detail: 'it is larger than 16777216 bytes' },
    ],
  ])('%s is told apart', async (_, injected, wanted) => {
    const { github, clientOf } = await standIn();
    github.inject = () => injected;
    const limit = injected === 'silence' ? 200 : 5000;
    const answer = await clientOf(TOKEN, limit).getPull(1);
    const problem = answer.ok ? null : answer.problem;
    expect(problem).toEqual(wanted);
  });

  test('nobody there', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const client = new GitHubClient(
      { api: `http://127.0.0.1:${port}`, token: 'x', now: () => NOW },
      { owner: 'acme', name: 'blueprints' },
    );
    expect(await client.getPull(1)).toEqual({
      ok: false,
      problem: { kind: 'unreachable', detail: 'ECONNREFUSED' },
    });
  });

  test('a token that nobody has', async () => {
    const { clientOf } = await standIn();
    expect(await clientOf('other').getPull(1)).toEqual({
      ok: false,
      problem: { kind: 'unauthorized', said: 'Bad credentials' },
    });
  });
});

describe('the stand-in', () => {
  test.each([
    ['an unknown path', '/repos/acme/blueprints/pullz', {}, 'there is no such operation'],
    [
      'an unknown parameter',
      '/repos/acme/blueprints/pulls?stat=open',
      {},
      'it has the unknown parameter stat',
    ],
    ['a wrong parameter', '/repos/acme/blueprints/pulls?state=opened', {}, 'query state: '],
    [
      'no version',
      '/repos/acme/blueprints/pulls',
      { 'x-github-api-version': '2020-01-01' },
      'its header x-github-api-version',
    ],
    ['another name', '/repos/acme/blueprints/pulls', { 'user-agent': 'x' }, 'it does not say who asks'],
    ['no token', '/repos/acme/blueprints/pulls', { authorization: '' }, 'it has no token'],
  ])('notes %s', async (_, path, headers, wanted) => {
    const { github } = await standIn();
    await fetch(github.url + path, {
      headers: {
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        'user-agent': 'nemoclaw/0',
        authorization: `Bearer ${TOKEN}`,
        ...headers,
      },
    });
    expect(github.faults).toHaveLength(1);
    expect(github.faults[0]).toContain(wanted);
    github.faults.length = 0;
  });
});
