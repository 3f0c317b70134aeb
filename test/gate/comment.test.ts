import { describe, expect, test } from 'vitest';
import { BOT, blueprint, gatePlace, MORE, OWNER, READ, said } from './place.ts';

const BASE = { 'agents/a.yaml': blueprint([READ]) };
const WIDER = { 'agents/a.yaml': blueprint([READ, MORE]) };

describe('the comment', () => {
  test('is one, brought up to date, and a forged one stays as it is', async () => {
    const place = await gatePlace(BASE, WIDER);
    const { state } = place.standIn;
    const mark = '<!-- nemoclaw gate e3b0c44298fc -->';
    const forged = [
      { id: 1, issue: 1, author: { login: 'mallory' }, body: `${mark}\n## nemoclaw gate: passes` },
      { id: 2, issue: 1, author: { login: 'github-actions[bot]' }, body: `${mark}\nan account called so` },
      { id: 3, issue: 1, author: BOT, body: `quoted\n${mark}\nby another workflow` },
      {
        id: 4,
        issue: 1,
        author: { login: 'other[bot]', type: 'Bot' as const },
        body: `${mark}\nof another app`,
      },
    ];
    state.comments.push(...structuredClone(forged));
    await place.run();
    expect(state.comments.slice(0, 4)).toEqual(forged);
    expect(state.comments).toHaveLength(5);
    expect(state.comments[4]).toMatchObject({ author: BOT, issue: 1 });
    expect(state.comments[4]!.body.split('\n').slice(0, 2).join('\n')).toMatch(
      new RegExp(`^${mark}\n## nemoclaw gate: does not pass \\(widens, risk \\w+\\), at \`[0-9a-f]{12}\`$`),
    );
    state.review(1, OWNER, 'APPROVED');
    await place.run();
    expect(state.comments).toHaveLength(5);
    expect(state.comments[4]!.body).toContain('## nemoclaw gate: passes');
    expect(state.comments.slice(0, 4)).toEqual(forged);
  });

  test('is not written where there is nothing to say', async () => {
    const place = await gatePlace(BASE, { 'README.md': 'text\n' });
    const ran = await place.run();
    expect(ran.outputs).toMatchObject({ verdict: 'equal', passes: 'true' });
    expect(place.standIn.state.comments).toEqual([]);
  });

  test('cannot be written from a fork, and the judgement is the same', async () => {
    for (const isApproved of [false, true]) {
      const place = await gatePlace(BASE, WIDER);
      const body = { message: 'Resource not accessible by integration' };
      place.standIn.inject = ({ method }) => (method === 'GET' ? null : { status: 403, body });
      if (isApproved) place.standIn.state.review(1, OWNER, 'APPROVED');
      const ran = await place.run();
      expect(said(ran, 'NC2640').join()).toContain('Resource not accessible by integration');
      expect(ran.exitCode).toBe(isApproved ? 0 : 3);
      expect(ran.summary).toContain(`nemoclaw gate: ${isApproved ? 'passes' : 'does not pass'}`);
      expect(ran.summary).toContain('b.example.com');
      expect(ran.stdout).toContain('::error file=agents/a.yaml,line=12,');
    }
  });

  test('that cannot be written for another reason stops the check', async () => {
    const place = await gatePlace(WIDER, BASE);
    place.standIn.inject = ({ id }) =>
      id === 'issues/create-comment' ? { status: 500, body: { message: 'oops' } } : null;
    const ran = await place.run();
    expect(said(ran, 'NC2557')).toHaveLength(1);
    expect(ran.outputs).toMatchObject({ verdict: 'narrows', passes: 'false' });
    expect(ran.exitCode).toBe(1);
  });
});
