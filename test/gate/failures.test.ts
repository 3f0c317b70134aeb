import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Injected } from '../support/github/stand-in.ts';
import { gitIn } from '../support/proposals/place.ts';
import { blueprint, gatePlace, MORE, OWNER, READ, said } from './place.ts';

const PATH = 'agents/a.yaml';
const BASE = { [PATH]: blueprint([READ]) };
const WIDER = { [PATH]: blueprint([READ, MORE]) };
const NOW = Math.floor(Date.now() / 1000);

const ANSWERS: readonly (readonly [what: string, injected: Injected, code: string])[] = [
  ['401', { status: 401, body: { message: 'Bad credentials' } }, 'NC2552'],
  ['403', { status: 403, body: { message: 'Resource not accessible by integration' } }, 'NC2553'],
  [
    '403 with a limit',
    {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${NOW + 60}` },
      body: { message: 'API rate limit exceeded' },
    },
    'NC2554',
  ],
  ['404', { status: 404, body: { message: 'Not Found' } }, 'NC2555'],
  ['422', { status: 422, body: { message: 'Validation Failed' } }, 'NC2556'],
  ['500', { status: 500, body: { message: 'oops' } }, 'NC2557'],
  ['a page of a proxy', { status: 200, body: '<html>::error::x</html>' }, 'NC2560'],
  ['silence', 'silence', 'NC2559'],
];

/** Seconds; a busy machine answers late, and only silence has to be waited for. */
const timeoutFor = (injected: Injected) => (injected === 'silence' ? '3' : '60');

describe('the API answers', () => {
  test.each(ANSWERS)('%s to the question for the pull request: nothing passes', async (_, injected, code) => {
    const place = await gatePlace(WIDER, BASE);
    place.standIn.inject = () => injected;
    const ran = await place.run({ inputs: { 'api-timeout': timeoutFor(injected) } });
    expect(ran.exitCode).toBe(1);
    expect(said(ran, code)).toHaveLength(1);
    expect(said(ran, code)[0]).toMatch(/^::error .*help: /);
    expect(ran.outputs).toMatchObject({
      verdict: 'failed',
      widens: 'true',
      risk: 'unknown',
      passes: 'false',
    });
    expect(ran.summary).toContain('nemoclaw gate: does not pass (failed');
  });

  test.each(ANSWERS)(
    '%s to the question for reviews: what widens does not pass',
    async (_, injected, code) => {
      const place = await gatePlace(BASE, WIDER);
      place.standIn.state.review(1, OWNER, 'APPROVED');
      place.standIn.inject = ({ id }) => (id === 'pulls/list-reviews' ? injected : null);
      const ran = await place.run({ inputs: { 'api-timeout': timeoutFor(injected) } });
      expect(ran.exitCode).toBe(1);
      expect(said(ran, code)).toHaveLength(1);
    },
  );
});

describe('inputs and events', () => {
  test.each([
    ['fail-on', 'sometimes', 'widening, guardrail, inconclusive, never'],
    ['token', '', 'it is no token'],
    ['api-url', 'http://api.example.com', 'may be given a token'],
    ['comment-author', '<b>', 'it is no account'],
    ['api-timeout', 'soon', 'no number of seconds'],
  ])('the input %s as %j is refused', async (input, value, problem) => {
    const place = await gatePlace(WIDER, BASE);
    const ran = await place.run({ inputs: { [input]: value } });
    expect(ran.exitCode).toBe(1);
    expect(said(ran, 'NC2639').join()).toContain(problem);
    expect(place.standIn.log).toEqual([]);
  });

  test.each([
    ['pull_request_target', { pull_request: { number: 1, head: { sha: 'a'.repeat(40) } } }],
    ['issues', {}],
    ['pull_request', { pull_request: { number: 1, head: { sha: '--upload-pack=x' } } }],
    ['pull_request', []],
    ['push', { before: 'a'.repeat(40), after: '0'.repeat(40) }],
  ])('an event %s that cannot be judged is refused', async (name, payload) => {
    const place = await gatePlace(WIDER, BASE);
    const ran = await place.run({ event: { name, payload } });
    expect(ran.exitCode).toBe(1);
    expect(said(ran, 'NC2638')).toHaveLength(1);
  });

  test('what is merged already is reported, and stops nothing', async () => {
    const place = await gatePlace(BASE, WIDER);
    const [before, after] = ['main', 'change'].map((branch) => place.standIn.state.commitOf(branch)!);
    const push = { name: 'push', payload: { before, after } };
    const ran = await place.run({ event: push });
    expect(ran.outputs).toMatchObject({ verdict: 'widens', widens: 'true', risk: 'high', passes: 'true' });
    expect(ran.exitCode).toBe(0);
    const first = await place.run({ event: { name: 'push', payload: { before: '0'.repeat(40), after } } });
    expect(first.outputs.verdict).toBe('widens');
    expect(place.standIn.state.comments).toEqual([]);
  });

  test('of two pull requests with one head and two bases neither is judged, whichever runs', async () => {
    const place = await gatePlace(BASE, WIDER);
    place.push(WIDER, 'release');
    const { pulls } = place.standIn.state;
    pulls.push({ ...pulls[0]!, number: 2, base: 'release' });
    const head = place.standIn.state.commitOf('change')!;
    for (const [number, other] of [
      [1, '#2, into `release`'],
      [2, '#1, into `main`'],
    ] as const) {
      const event = { name: 'pull_request', payload: { pull_request: { number, head: { sha: head } } } };
      const ran = await place.run({ event });
      expect(ran).toMatchObject({ exitCode: 1, outputs: { verdict: 'failed', passes: 'false' } });
      expect(said(ran, 'NC2664').join()).toContain(`pull request ${other}, has the very same head commit`);
    }
    pulls[0]!.state = 'closed';
    const event = { name: 'pull_request', payload: { pull_request: { number: 2, head: { sha: head } } } };
    expect(await place.run({ event })).toMatchObject({ exitCode: 0, outputs: { verdict: 'equal' } });
    pulls[0]!.state = 'open';
    pulls[1]!.state = 'closed';
    expect((await place.run()).exitCode).toBe(3);
  });

  test.each([['a\n\nx [Skip CI] y\n'], ['a\n\n\nskip-checks:true\n']])(
    'a head whose message %j keeps GitHub from starting runs is not judged',
    async (message) => {
      const place = await gatePlace(WIDER, BASE);
      const head = gitIn(place.bare, 'commit-tree', 'change^{tree}', '-p', 'change', '-m', message).trim();
      gitIn(place.bare, 'update-ref', 'refs/heads/change', head);
      const payload = { pull_request: { number: 1, head: { sha: head } } };
      const ran = await place.run({ event: { name: 'pull_request_review', payload } });
      expect(ran).toMatchObject({ exitCode: 1, outputs: { verdict: 'failed', passes: 'false' } });
      expect(said(ran, 'NC2672')).toHaveLength(1);
    },
  );

  test('a run by hand makes nothing green that no owner approved, since its check stands at the same commit', async () => {
    const place = await gatePlace(BASE, WIDER);
    const event = { name: 'workflow_dispatch', payload: { repository: { default_branch: 'main' } } };
    const ran = await place.run({ event });
    expect(ran).toMatchObject({ exitCode: 3, outputs: { verdict: 'widens', passes: 'false' } });
    expect(said(ran, 'NC2630').join()).toContain('ask for a review by `@ann`');
    expect((await place.run({ event, branch: 'main' })).exitCode).toBe(0);
    expect(place.standIn.state.comments).toEqual([]);
  });

  test('a merge queue wants the approval of the pull request in its name', async () => {
    const place = await gatePlace(BASE, WIDER);
    const [base_sha, head_sha] = ['main', 'change'].map((branch) => place.standIn.state.commitOf(branch)!);
    const event = (head_ref: string) => ({
      name: 'merge_group',
      payload: { merge_group: { base_sha, head_sha, head_ref } },
    });
    const queued = event(`refs/heads/gh-readonly-queue/main/pr-1-${base_sha}`);
    expect((await place.run({ event: queued })).exitCode).toBe(3);
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect((await place.run({ event: queued })).exitCode).toBe(0);
    expect((await place.run({ event: event('refs/heads/other') })).exitCode).toBe(3);
  });
});

describe('the clone', () => {
  test('that is shallow is made whole', async () => {
    const place = await gatePlace(BASE, WIDER);
    place.push({ 'README.md': 'x\n' });
    const ran = await place.run({ clone: ['--depth', '1', '--branch', 'change'] });
    expect(ran.outputs.verdict).toBe('widens');
    expect(ran.exitCode).toBe(3);
  });

  test('that cannot be made whole says how', async () => {
    const place = await gatePlace(WIDER, BASE);
    const ran = await place.run({
      clone: ['--depth', '1', '--branch', 'change'],
      prepare: (folder) => gitIn(folder, 'remote', 'set-url', 'origin', 'file:///nonexistent'),
    });
    expect(ran.exitCode).toBe(1);
    expect(said(ran, 'NC2648').join()).toContain('fetch-depth: 0');
  });

  test('that is none is an error', async () => {
    const place = await gatePlace(WIDER, BASE);
    const ran = await place.run({ environment: { GITHUB_WORKSPACE: '/' } });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain('git could not find the repository');
  });

  test('that is damaged lets nothing pass', async () => {
    const place = await gatePlace(WIDER, BASE);
    const ran = await place.run({
      prepare: (folder) => {
        gitIn(folder, 'remote', 'set-url', 'origin', 'file:///nonexistent');
        const packs = join(folder, '.git/objects/pack');
        for (const name of readdirSync(packs).filter((one) => one.endsWith('.pack'))) {
          chmodSync(join(packs, name), 0o644);
          writeFileSync(join(packs, name), 'damaged');
        }
      },
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.outputs).toMatchObject({ verdict: 'failed', passes: 'false' });
  });
});

test('outputs that cannot be written stop the check', async () => {
  const place = await gatePlace(WIDER, BASE);
  const ran = await place.run({ environment: { GITHUB_OUTPUT: '/nonexistent/out' } });
  expect(ran.exitCode).toBe(1);
  expect(said(ran, 'NC2647').join()).toContain('the outputs of the step cannot be written');
});
