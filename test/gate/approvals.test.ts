import { describe, expect, test } from 'vitest';
import { AUTHOR, BOT, blueprint, FULL, gatePlace, MORE, OWNER, READ, said } from './place.ts';

const BASE = { 'agents/a.yaml': blueprint([READ]) };
const WIDER = { 'agents/a.yaml': blueprint([READ, MORE]) };
const OTHER = { login: 'bob' };

describe('what needs an approval', () => {
  test('narrowing passes alone', async () => {
    const place = await gatePlace(
      { 'agents/a.yaml': blueprint([READ, MORE]) },
      { 'agents/a.yaml': blueprint([READ]) },
    );
    const ran = await place.run();
    expect(ran.stderr).toBe('');
    expect(ran.outputs).toMatchObject({ verdict: 'narrows', widens: 'false', risk: 'none', passes: 'true' });
    expect(ran.exitCode).toBe(0);
    expect(place.standIn.log).not.toContain('pulls/list-reviews 200');
  });

  test('widening waits for an owner, and passes with the approval of one', async () => {
    const place = await gatePlace(BASE, WIDER);
    const first = await place.run();
    expect(first.exitCode).toBe(3);
    expect(first.outputs).toMatchObject({ verdict: 'widens', widens: 'true', passes: 'false' });
    expect(said(first, 'NC2630').join()).toContain('ask for a review by `@ann`');
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const head = first.outputs.json!;
    expect(JSON.parse(head)).toMatchObject({
      approvals: [{ path: 'agents/a.yaml', owners: ['@ann'], approvedBy: [] }],
    });
    const second = await place.run({
      event: {
        name: 'pull_request_review',
        payload: { pull_request: { number: 1, head: { sha: JSON.parse(head).commit } } },
      },
    });
    expect(second.exitCode).toBe(0);
    expect(said(second, 'NC2650').join()).toContain('is approved by `ann`');
    expect(second.outputs).toMatchObject({ verdict: 'widens', passes: 'true' });
  });

  test.each([
    ['the author', blueprint([READ], ['@mallory']), AUTHOR, 'nobody approves a change of their own'],
    [
      'a bot',
      blueprint([READ], ['@helper']),
      { login: 'helper', type: 'Bot' as const },
      'a bot approves nothing',
    ],
    ['somebody who is no owner', blueprint([READ]), OTHER, 'nobody whom the base branch names'],
  ])('the approval by %s does not count', async (_, base, reviewer, why) => {
    const owners = /owners: (\[.*\])/.exec(base)![1]!;
    const wider = blueprint([READ, MORE]).replace(/owners: \[.*\]/, `owners: ${owners}`);
    const place = await gatePlace({ 'agents/a.yaml': base }, { 'agents/a.yaml': wider });
    place.standIn.state.review(1, reviewer, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2643').join()).toContain(why);
  });

  test('an owner who wrote a commit of it, the last one or an earlier one, approves nothing', async () => {
    const place = await gatePlace(BASE, WIDER);
    const own = place.push({}, 'change', 'Ann');
    place.push({});
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2643').join()).toContain(`${own.slice(0, 12)} is a commit of theirs`);
  });

  test('a push after the approval voids it, and a run about the older commit is none', async () => {
    const place = await gatePlace(BASE, WIDER);
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const old = place.standIn.state.commitOf('change')!;
    expect((await place.run()).exitCode).toBe(0);
    place.push({ 'agents/a.yaml': blueprint([FULL, MORE]) });
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2643').join()).toContain('a later push voids it');
    const event = { name: 'pull_request', payload: { pull_request: { number: 1, head: { sha: old } } } };
    const stale = await place.run({ event });
    expect(stale.exitCode).toBe(1);
    expect(said(stale, 'NC2636')).toHaveLength(1);
    expect(stale.outputs).toMatchObject({
      verdict: 'failed',
      widens: 'true',
      risk: 'unknown',
      passes: 'false',
    });
  });

  test.each([['CHANGES_REQUESTED'], ['DISMISSED']])('a later %s by the same person counts', async (state) => {
    const place = await gatePlace(BASE, WIDER);
    place.standIn.state.review(1, OWNER, 'APPROVED');
    place.standIn.state.review(1, { login: 'Ann' }, state);
    expect((await place.run()).exitCode).toBe(3);
  });

  test('a later comment takes no approval back, and a later approval takes a refusal back', async () => {
    const place = await gatePlace(BASE, WIDER);
    place.standIn.state.review(1, OWNER, 'CHANGES_REQUESTED');
    place.standIn.state.review(1, OWNER, 'APPROVED');
    place.standIn.state.review(1, OWNER, 'COMMENTED');
    expect((await place.run()).exitCode).toBe(0);
  });
});

describe('owners are those of the base', () => {
  test('who makes an accomplice an owner is judged by the owners before, though nothing widens', async () => {
    const place = await gatePlace(BASE, { 'agents/a.yaml': blueprint([READ, MORE], ['@ann', '@bob']) });
    place.standIn.state.review(1, OTHER, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2630')).toHaveLength(2);
    const alone = await gatePlace(BASE, { 'agents/a.yaml': blueprint([READ], ['@ann', '@bob']) });
    const equal = await alone.run();
    expect(equal.outputs.verdict).toBe('equal');
    expect(said(equal, 'NC2630').join()).toContain('it changes its owners');
    expect(equal.exitCode).toBe(3);
  });

  test('CODEOWNERS of the base says who approves a new blueprint, not that of the change', async () => {
    const base = { 'README.md': 'x\n', CODEOWNERS: '* @ann\n' };
    const place = await gatePlace(base, { ...WIDER, CODEOWNERS: '* @bob\n' });
    place.standIn.state.review(1, OTHER, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2635').join()).toContain('which says who owns what');
    expect(said(ran, 'NC2630').join()).toContain('it says who may approve');
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect((await place.run()).exitCode).toBe(0);
  });

  test('without any owner on the base nobody can approve, and it says so', async () => {
    const place = await gatePlace({ 'README.md': 'x\n' }, { 'agents/a.yaml': blueprint([READ], ['@bob']) });
    place.standIn.state.review(1, OTHER, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2631').join()).toContain('nobody can approve `agents/a.yaml`');
  });

  test("else the guardrails' own owners approve", async () => {
    const guardrails = `apiVersion: nemoclaw.dev/v1
kind: Guardrails
metadata: { name: ours, owners: ["@ann", "security@example.com"] }
guardrails:
  - name: no-c
    never: { egress: { hosts: [c.example.com] } }
`;
    const place = await gatePlace({ 'guardrails.yaml': guardrails }, WIDER);
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const ran = await place.run({ inputs: { guardrails: 'guardrails.yaml' } });
    expect(said(ran, 'NC2641').join()).toContain('`security@example.com` in the guardrails');
    expect(ran.exitCode).toBe(0);
  });

  test('a word that is no account approves nothing, whoever has that login', async () => {
    const base = { 'agents/a.yaml': blueprint([READ], ['platform']) };
    const place = await gatePlace(base, { 'agents/a.yaml': blueprint([READ, MORE], ['platform']) });
    place.standIn.state.review(1, { login: 'platform' }, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2641').join()).toContain('`platform`');
  });

  test('a blueprint that moves to where others own it needs an approval of the owners before', async () => {
    const text = blueprint([READ], []);
    const base = { 'agents/a.yaml': text, CODEOWNERS: '/agents/ @ann\n/play/ @bob\n' };
    const place = await gatePlace(base, { 'agents/a.yaml': null, 'play/a.yaml': text });
    place.standIn.state.review(1, OTHER, 'APPROVED');
    const ran = await place.run();
    expect(said(ran, 'NC2630').join()).toContain('it moves to where others own it');
    expect(ran.exitCode).toBe(3);
  });
});

test('a blueprint that comes to where CODEOWNERS names others needs one of them, too', async () => {
  const base = {
    'play/x.yaml': blueprint([READ], ['@bob']),
    'README.md': 'x\n',
    CODEOWNERS: '/prod/ @ann\n/play/ @bob\n',
  };
  const wider = blueprint([READ, MORE], ['@bob']);
  const place = await gatePlace(base, { 'play/x.yaml': null, 'prod/x.yaml': wider });
  place.standIn.state.review(1, OTHER, 'APPROVED');
  const ran = await place.run();
  expect(said(ran, 'NC2630').join()).toMatch(/it comes to where others own it.*ask for a review by `@ann`;/);
  expect(ran.exitCode).toBe(3);
  place.standIn.state.review(1, OWNER, 'APPROVED');
  expect((await place.run()).exitCode).toBe(0);
});

describe('teams', () => {
  const base = { 'agents/a.yaml': blueprint([READ], []), CODEOWNERS: '* @acme/security\n' };
  const change = { 'agents/a.yaml': blueprint([READ, MORE], []) };

  test('a member that GitHub confirms may approve', async () => {
    const place = await gatePlace(base, change);
    place.standIn.state.teams.set('acme/security', new Map([['ann', 'active']]));
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect((await place.run()).exitCode).toBe(0);
  });

  test.each([
    ['is invited', 'pending' as const, null, 'the membership is pending'],
    ['is unknown', null, null, 'names no such member to this token'],
    [
      'may not be asked for',
      null,
      { status: 403, body: { message: 'Resource not accessible by integration' } },
      'this token may not ask',
    ],
    [
      'cannot be asked for',
      null,
      { status: 500, body: { message: 'oops' } },
      'GitHub did not answer (failed)',
    ],
  ])('one who %s does not', async (_, membership, injected, why) => {
    const place = await gatePlace(base, change);
    if (membership !== null) place.standIn.state.teams.set('acme/security', new Map([['ann', membership]]));
    place.standIn.inject = ({ id }) => (id.startsWith('teams/') ? injected : null);
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2642').join()).toContain(why);
  });
});

test('the bot of the token is no owner either', async () => {
  const place = await gatePlace(BASE, WIDER);
  place.standIn.state.review(1, BOT, 'APPROVED');
  expect((await place.run()).exitCode).toBe(3);
});
