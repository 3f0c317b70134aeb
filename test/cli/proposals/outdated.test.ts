import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { githubStandIn } from '../../support/github/stand-in.ts';
import { asked } from '../../support/proposals/asked.ts';
import {
  BLUEPRINT,
  callRemote,
  commitTo,
  gitIn,
  type Place,
  placeWith,
  temporary,
  writeFiles,
} from '../../support/proposals/place.ts';
import { nemoclaw } from '../nemoclaw.ts';

const PATH = 'agents/a-1.yaml';
const LOCK = 'agents/a-1.lock.json';
const branchOf = (id: string) => `nemoclaw/egress/${id}`;

/** Two requests, and a blueprint with its lock file on the base branch. */
async function twoAsked(environment: Record<string, string> = {}): Promise<Place> {
  const requests = [asked('POST', '/v1/items'), asked('PUT', '/v1/items/1')];
  const place = await placeWith(requests, undefined, { environment });
  await nemoclaw(['compile', PATH, '--out', join(place.root, 'b')], { cwd: place.clone });
  commitTo(place.bare, { [LOCK]: readFileSync(join(place.clone, LOCK), 'utf8') });
  return place;
}

/** Merges a branch as a reviewer does. */
function merge({ bare }: Place, branch: string): void {
  const work = join(temporary(), 'work');
  gitIn('/', 'clone', '-q', bare, work);
  gitIn(work, 'merge', '-q', '--no-ff', '-m', `merge ${branch}`, `origin/${branch}`);
  gitIn(work, 'push', '-q', 'origin', 'main');
}

async function proposed(place: Place, id: string, ...more: readonly string[]) {
  const { exitCode, stdout, stderr } = await place.run('propose', id, '-o', 'json', ...more);
  expect(exitCode).toBe(0);
  const { proposal, diagnostics } = JSON.parse(stdout);
  return { proposal, diagnostics, stderr };
}

/** The blueprint and the lock file of the base branch fit each other. */
async function isCurrent({ bare }: Place): Promise<void> {
  const work = join(temporary(), 'work');
  gitIn('/', 'clone', '-q', bare, work);
  const { exitCode, stderr } = await nemoclaw(['compile', PATH, '--check'], { cwd: work });
  expect({ exitCode, stderr: stderr.replace(/^folders as .*\n/, '') }).toEqual({ exitCode: 0, stderr: '' });
}

describe('two proposals for one blueprint, of which one was merged', () => {
  test('the other is in conflict, and proposing again makes it anew with the same words', async () => {
    const place = await twoAsked();
    const [one, other] = place.ids as [string, string];
    await proposed(place, one);
    const words = ['--reason', 'it corrects items', '--ticket', 'SEC-2', '--approver', '@kim'];
    const first = await proposed(
      place,
      other,
      ...words,
      '--expires',
      '2026-03-01T12:00:00Z',
      '--widen',
      'path',
    );
    const entry = blockOf(place.onRemote(branchOf(other), PATH), other);
    expect(entry).toContain('it corrects items');
    merge(place, branchOf(one));
    expect(() => merge(place, branchOf(other))).toThrow(
      expect.objectContaining({ stdout: expect.stringContaining('CONFLICT') }),
    );
    const same = ['--expires', '2026-03-01T12:00:00Z', '--widen', 'path'];
    const again = await proposed(place, other, ...same);
    expect(again.proposal).toMatchObject({ state: 'updated', branch: branchOf(other), verdict: 'widens' });
    expect(again.proposal.commit).not.toBe(first.proposal.commit);
    expect(gitIn(place.bare, 'rev-parse', branchOf(other)).trim()).toBe(again.proposal.commit);
    expect(gitIn(place.bare, 'rev-list', '--count', `main..${branchOf(other)}`).trim()).toBe('1');
    expect(blockOf(place.onRemote(branchOf(other), PATH), other)).toBe(entry);
    expect(readFileSync(again.proposal.files.patch, 'utf8')).toContain(again.proposal.commit.slice(0, 40));
    expect((await proposed(place, other)).proposal).toMatchObject({
      state: 'open-already',
      commit: again.proposal.commit,
    });
    merge(place, branchOf(other));
    await isCurrent(place);
    for (const id of place.ids) expect(place.onRemote('main', PATH)).toContain(`request: ${id}`);
  });

  test('the text says so to a person', async () => {
    const place = await twoAsked();
    for (const id of place.ids) await proposed(place, id);
    merge(place, branchOf(place.ids[0]!));
    const { stdout } = await place.run('propose', place.ids[1]!);
    expect(stdout).toContain(`brought up to date: ${branchOf(place.ids[1]!)} on origin, for main\n`);
  });

  test('on GitHub its pull request stays, and its text is that of the new difference', async () => {
    const token = 'ghp_0123456789secret';
    const place = await twoAsked({ GITHUB_TOKEN: token });
    const address = 'https://git.corp.example/acme/blueprints.git';
    callRemote(place.clone, address, `file://${place.bare}`);
    const tokens = { [token]: { login: 'ann' } };
    const github = await githubStandIn({ bare: place.bare, prefix: '/api/v3', tokens });
    const at = ['--github-url', github.url];
    for (const id of place.ids) await proposed(place, id, ...at);
    merge(place, branchOf(place.ids[0]!));
    Object.assign(github.state.pulls[0]!, { state: 'closed', isMerged: true });
    const before = github.state.pulls[1]!.body;
    const tip = gitIn(place.bare, 'rev-parse', branchOf(place.ids[1]!));
    github.inject = ({ id }) => (id === 'pulls/update' ? { status: 500 } : null);
    const failed = await place.run('propose', place.ids[1]!, ...at);
    expect(failed).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('500') });
    expect(gitIn(place.bare, 'rev-parse', branchOf(place.ids[1]!))).toBe(tip);
    github.inject = () => null;
    github.log.length = 0;
    const { proposal } = await proposed(place, place.ids[1]!, ...at);
    expect(proposal).toMatchObject({ state: 'updated', pullRequest: { number: 2 } });
    expect(github.log).toEqual([
      ...['pulls/list 200', 'pulls/list 200', 'pulls/update 200', 'pulls/list 200'],
    ]);
    expect(github.state.pulls).toHaveLength(2);
    const { body } = github.state.pulls[1]!;
    expect(body).not.toBe(before);
    const lineIn = (text: string | null) => /agents\/a-1\.yaml:(\d+)/.exec(text ?? '')?.[1];
    expect(Number(lineIn(body))).toBeGreaterThan(Number(lineIn(before)));
  });
});

test.each([
  ['in another file', { 'README.md': 'text\n' }],
  ['in other lines of the blueprint', { [PATH]: `# first\n${BLUEPRINT}` }],
])('a change %s leaves it as it is, with its reviews', async (_, files) => {
  const place = await twoAsked();
  const [id] = place.ids as [string];
  const { proposal } = await proposed(place, id);
  commitTo(place.bare, files);
  expect((await proposed(place, id)).proposal).toMatchObject({
    state: 'open-already',
    commit: proposal.commit,
  });
});

test('what somebody has edited by hand is left as it is, with a warning', async () => {
  const place = await twoAsked();
  const [id] = place.ids as [string];
  await proposed(place, id, '--reason', 'it writes items');
  const work = join(temporary(), 'work');
  gitIn('/', 'clone', '-q', '-b', branchOf(id), place.bare, work);
  const text = readFileSync(join(work, PATH), 'utf8');
  writeFiles(work, { [PATH]: text.replace('reason: it writes items', '$& # as agreed') });
  expect(readFileSync(join(work, PATH), 'utf8')).toContain('# as agreed');
  gitIn(work, 'commit', '-q', '-a', '--amend', '--no-edit');
  gitIn(work, 'push', '-q', '-f', 'origin', branchOf(id));
  const tip = gitIn(place.bare, 'rev-parse', branchOf(id)).trim();
  expect((await proposed(place, id)).diagnostics).toEqual([]);
  commitTo(place.bare, { [PATH]: BLUEPRINT.replace('# no more', '# no more today') });
  const { proposal, diagnostics, stderr } = await proposed(place, id);
  expect(proposal).toMatchObject({ state: 'open-already', commit: tip });
  expect(diagnostics).toMatchObject([{ code: 'NC2667', severity: 'warning' }]);
  expect(stderr).toBe('');
  expect(gitIn(place.bare, 'rev-parse', branchOf(id)).trim()).toBe(tip);
});

/** The lines of an entry of the blueprint. */
function blockOf(text: string, key: string): string {
  const lines = text.split('\n');
  const from = lines.indexOf(`  ${key}:`);
  expect(from).toBeGreaterThan(0);
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => !line.startsWith('    '));
  return rest.slice(0, end === -1 ? rest.length : end).join('\n');
}
