import { describe, expect, test } from 'vitest';
import {
  AUTHOR,
  blueprint,
  type Content,
  FULL,
  type GatePlace,
  gatePlace,
  lockOf,
  MORE,
  OWNER,
  READ,
  said,
} from './place.ts';

const named = (name: string, text: string) => text.replace('name: agent', `name: ${name}`);
const NARROW = blueprint([READ]);
const WIDE = named('other', blueprint([FULL, MORE], ['@bob']));

/** A place whose base has links, which `gatePlace` cannot make. */
async function placeWith(base: Record<string, Content>, change: Record<string, Content>): Promise<GatePlace> {
  const place = await gatePlace({ 'README.md': 'x\n' }, null);
  place.push(base, 'main');
  place.push(change);
  place.standIn.state.pulls.push({
    ...{ number: 1, state: 'open', isMerged: false, title: 'a change', body: null, head: 'change' },
    ...{ base: 'main', author: AUTHOR, reviews: [] },
  });
  return place;
}

describe('a path that leads elsewhere by a link to a folder', () => {
  test.each<[string, Record<string, Content>, Record<string, Content>, string]>([
    [
      'in place of its folder',
      { 'agents/a.yaml': NARROW, 'other/a.yaml': WIDE },
      { agents: { link: 'other' } },
      'agents/a.yaml',
    ],
    [
      'in place of its folder, while the file itself seems to move',
      { 'agents/a.yaml': NARROW, 'other/a.yaml': WIDE },
      { agents: { link: 'other/' }, 'moved/z.yaml': NARROW },
      'agents/a.yaml',
    ],
    [
      'that was a link to another folder',
      { 'v1/deep/a.yaml': NARROW, 'v2/deep/a.yaml': WIDE, current: { link: './v1' } },
      { current: { link: 'v2' } },
      'current/deep/a.yaml',
    ],
    [
      'that leads on through a second link',
      {
        'v1/a.yaml': NARROW,
        'v2/a.yaml': WIDE,
        'x/in': { link: '../v1' },
        'y/in': { link: '../v2' },
        to: { link: 'x' },
      },
      { to: { link: 'y' } },
      'to/in/a.yaml',
    ],
  ])('%s is judged by what it leads to', async (_, base, change, path) => {
    const place = await placeWith(base, change);
    place.standIn.state.review(1, { login: 'bob' }, 'APPROVED');
    const ran = await place.run();
    expect(said(ran, 'NC2630').join()).toContain(
      `\`${path}\` needs the approval of an owner: it lets the agent do more`,
    );
    expect(ran.exitCode).toBe(3);
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect((await place.run()).exitCode).toBe(0);
  });

  test('and to the same file as before passes alone, with its lock file', async () => {
    const lock = lockOf({ 'agents/a.yaml': NARROW }, 'agents/a.yaml');
    const files = { 'a.yaml': NARROW, 'a.lock.json': lock };
    const below = (folder: string) =>
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
    const place = await placeWith(below('agents'), { agents: { link: 'store' }, ...below('store') });
    const ran = await place.run();
    expect(ran.outputs).toMatchObject({ verdict: 'equal', passes: 'true' });
    expect(ran.exitCode).toBe(0);
  });

  test('that goes takes its policies away', async () => {
    const place = await placeWith({ 'v1/a.yaml': NARROW, current: { link: 'v1' } }, { current: null });
    expect((await place.run()).exitCode).toBe(0);
  });
});
