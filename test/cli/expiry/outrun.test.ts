import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BLUEPRINT, type ExpiryPlace, expiryPlace, WITHOUT_ENDED } from '../../support/expiry/place.ts';
import { githubStandIn } from '../../support/github/stand-in.ts';
import { callRemote, commitTo, gitIn, temporary, writeFiles } from '../../support/proposals/place.ts';
import { nemoclaw } from '../nemoclaw.ts';

const PATH = 'agents/a-1.yaml';
const LOCK = 'agents/a-1.lock.json';
const MORE = '# more\n';
/** What somebody else's change of the very next line leaves. */
const LATER = BLUEPRINT.replace('  # Soon over.\n', '  # Soon over, says ann.\n');
/** The same some lines further on. */
const ELSEWHERE = BLUEPRINT.replace('  # no more\n', '  # no more as of today\n');

/** The lock file of a blueprint. */
async function lockOf(text: string): Promise<string> {
  const folder = temporary();
  writeFiles(folder, { [PATH]: text });
  const { exitCode } = await nemoclaw(['compile', PATH, '--out', join(folder, 'b')], { cwd: folder });
  expect(exitCode).toBe(0);
  return readFileSync(join(folder, LOCK), 'utf8');
}

async function states(place: ExpiryPlace, ...more: readonly string[]) {
  const { exitCode, stdout, stderr } = await place.expire('-o', 'json', ...more);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const { proposals } = JSON.parse(stdout).expiry;
  return proposals.map(({ state }: { state: string }) => state);
}

describe('a removal that the base branch has outrun', () => {
  test('is made anew for what is there now, on the same branch, with its lock file', async () => {
    const place = expiryPlace({ [PATH]: BLUEPRINT, [LOCK]: await lockOf(BLUEPRINT) });
    expect(await states(place)).toEqual(['opened']);
    const [branch] = place.branches() as [string];
    const old = gitIn(place.bare, 'rev-parse', branch).trim();
    const longer = ELSEWHERE.replace('reason: a trial', 'reason: a long trial');
    commitTo(place.bare, { [PATH]: longer, [LOCK]: await lockOf(longer) });
    expect(await states(place)).toEqual(['updated']);
    expect(place.branches()).toEqual([branch]);
    expect(gitIn(place.bare, 'rev-list', '--parents', '-1', branch).split(' ')[1]?.trim()).toBe(
      gitIn(place.bare, 'rev-parse', 'main').trim(),
    );
    expect(gitIn(place.bare, 'rev-parse', branch).trim()).not.toBe(old);
    const after = place.onRemote(branch, PATH);
    expect(after).toBe(
      WITHOUT_ENDED.replace('  # no more\n', '  # no more as of today\n').replace('a trial', 'a long trial'),
    );
    expect(JSON.parse(place.onRemote(branch, LOCK))).toEqual(JSON.parse(await lockOf(after)));
    expect(await states(place)).toEqual(['open-already']);
    commitTo(place.bare, { 'README.md': MORE });
    expect(await states(place)).toEqual(['open-already']);
  });

  test('says so to a person', async () => {
    const place = expiryPlace();
    await place.expire();
    commitTo(place.bare, { [PATH]: LATER });
    const { stdout } = await place.expire();
    expect(stdout).toContain(`brought up to date: ${place.branches()[0]} on origin\n`);
  });

  test('stays as it is, with its reviews, where git merges it', async () => {
    const place = expiryPlace();
    await place.expire();
    commitTo(place.bare, { [PATH]: ELSEWHERE });
    const refs = place.refs();
    expect(await states(place)).toEqual(['open-already']);
    expect(place.refs()).toBe(refs);
    const work = join(temporary(), 'work');
    gitIn('/', 'clone', '-q', place.bare, work);
    gitIn(work, 'merge', '-q', '-m', 'merge', `origin/${place.branches()[0]}`);
    expect(readFileSync(join(work, PATH), 'utf8')).not.toContain('release');
  });

  test('goes on with the rest, where an entry of it has got another end', async () => {
    const soon = BLUEPRINT.replace('"2026-01-05T00:00:00Z"', '"2025-12-30"');
    const place = expiryPlace({ [PATH]: soon });
    expect(await states(place)).toEqual(['opened']);
    const [branch] = place.branches() as [string];
    expect(place.onRemote(branch, PATH)).not.toMatch(/release|soon/);
    commitTo(place.bare, { [PATH]: BLUEPRINT });
    expect(await states(place)).toEqual(['updated']);
    expect(place.onRemote(branch, PATH)).toBe(WITHOUT_ENDED);
    expect(await states(place)).toEqual(['open-already']);
  });

  test('stays as somebody has edited it', async () => {
    const place = expiryPlace();
    await place.expire();
    const [branch] = place.branches() as [string];
    const work = join(temporary(), 'work');
    gitIn('/', 'clone', '-q', '-b', branch, place.bare, work);
    writeFiles(work, { [PATH]: `${WITHOUT_ENDED}${MORE}` });
    gitIn(work, 'commit', '-q', '-a', '--amend', '--no-edit');
    gitIn(work, 'push', '-q', '-f', 'origin', branch);
    commitTo(place.bare, { [PATH]: LATER });
    const refs = place.refs();
    expect(await states(place)).toEqual(['open-already']);
    expect(place.refs()).toBe(refs);
  });

  test('on GitHub keeps its pull request, whose text is changed before the branch is', async () => {
    const token = 'ghp_0123456789secret';
    const place = expiryPlace({ [PATH]: BLUEPRINT }, { GITHUB_TOKEN: token });
    const address = 'https://git.corp.example/acme/blueprints.git';
    callRemote(place.clone, address, `file://${place.bare}`);
    const tokens = { [token]: { login: 'ann' } };
    const github = await githubStandIn({ bare: place.bare, prefix: '/api/v3', tokens });
    const at = ['--github-url', github.url];
    expect(await states(place, ...at)).toEqual(['opened']);
    commitTo(place.bare, { [PATH]: `# first\n${LATER}` });
    const refs = place.refs();
    github.inject = ({ id }) => (id === 'pulls/update' ? { status: 500, body: { message: 'oops' } } : null);
    const failed = await place.expire(...at);
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('500: oops [NC2557]') });
    expect(place.refs()).toBe(refs);
    github.inject = () => null;
    github.log.length = 0;
    expect(await states(place, ...at)).toEqual(['updated']);
    expect(github.log).toEqual(['pulls/list 200', 'pulls/update 200', 'pulls/list 200']);
    expect(github.state.pulls).toMatchObject([{ number: 1, state: 'open' }]);
    expect(github.state.pulls[0]!.body).toContain('| `agents/a-1.yaml:20` | `network_policies.release` |');
  });
});
