import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { githubStandIn, type StandIn } from '../../support/github/stand-in.ts';
import { hostNeeds } from '../../support/host.ts';
import { asked } from '../../support/proposals/asked.ts';
import { daemonFor, type GitDaemon, gitDaemon } from '../../support/proposals/git-daemon.ts';
import { callRemote, gitIn, type Place, placeWith, stateOfClone } from '../../support/proposals/place.ts';
import { killedCommand } from '../killed-command.ts';
import { nemoclaw } from '../nemoclaw.ts';

/** NEMOCLAW_FUZZ=500 is the long run. */
const KILLS = Math.min(Number(process.env.NEMOCLAW_FUZZ ?? 0) || 20, 2000);
/** How often one proposal is killed before it is let through. */
const A_PROPOSAL = 3;

const TOKEN = 'ghp_0123456789secret';
const REMOTE = 'https://git.corp.example/acme/blueprints.git';
const PERSON = {
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
  GITHUB_TOKEN: TOKEN,
};

interface OnGitHub {
  readonly place: Place;
  readonly github: StandIn;
  readonly daemon: GitDaemon;
  readonly base: string;
  argv(id: string): string[];
}

/**
 * As many requests as proposals are wanted, each of a path of its own. The remote has a server of its own, which no kill of the
 * command ends: it is another machine.
 */
async function onGitHub(count: number): Promise<OnGitHub> {
  const place = await placeWith(Array.from({ length: count }, (_, at) => asked('POST', `/v1/items/${at}`)));
  const daemon = await daemonFor(place.bare);
  callRemote(place.clone, REMOTE, daemon.address);
  const github = await githubStandIn({
    bare: place.bare,
    prefix: '/api/v3',
    tokens: { [TOKEN]: { login: 'ann' } },
  });
  const argv = (id: string) => [
    ...['egress', 'propose', id, '--state', place.root, '--github-url', github.url, '--for', '7d'],
  ];
  return { place, github, daemon, base: gitIn(place.bare, 'rev-parse', 'main').trim(), argv };
}

/** Kills a proposal, and waits for what the server of the remote does with what it has got. */
async function killed({ place, daemon, argv }: OnGitHub, id: string, when: Promise<unknown>) {
  const isKilled = await killedCommand(argv(id), place.clone, PERSON, when);
  await daemon.idle();
  return isKilled;
}

/** Whatever a kill has left: both repositories whole, nothing changed but perhaps the branch, and each record readable. */
async function isUsable({ place, github, base }: OnGitHub, id: string, clone: string): Promise<void> {
  for (const folder of [place.bare, place.clone]) gitIn(folder, 'fsck', '--no-dangling', '--no-progress');
  expect(stateOfClone(place.clone)).toBe(clone);
  const branches = branchesOf(place);
  expect(branches.get('main')).toBe(base);
  const own = branches.get(`nemoclaw/egress/${id}`);
  if (own !== undefined) expect(gitIn(place.bare, 'rev-parse', `${own}^`).trim()).toBe(base);
  expect(github.state.pulls.filter(({ head }) => head.endsWith(id)).length).toBeLessThanOrEqual(1);
  const listed = await nemoclaw(['egress', 'list', '--all', '--state', place.root, '-o', 'json']);
  expect({ exitCode: listed.exitCode, stderr: listed.stderr }).toEqual({ exitCode: 0, stderr: '' });
}

/** Proposed again, there is one branch with one commit, one pull request, and a note; and once more changes nothing. */
async function converges(made: OnGitHub, id: string): Promise<void> {
  const { place, github, base, argv } = made;
  const propose = () => nemoclaw([...argv(id), '-o', 'json'], { cwd: place.clone, env: PERSON });
  const first = await propose();
  expect(first).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('"proposal"') });
  const branches = branchesOf(place);
  const again = await propose();
  expect(JSON.parse(again.stdout).proposal).toMatchObject({ state: 'open-already' });
  expect(branchesOf(place)).toEqual(branches);
  const own = [...branches.keys()].filter((name) => name.includes(id));
  expect(own).toEqual([`nemoclaw/egress/${id}`]);
  expect(gitIn(place.bare, 'rev-list', '--count', `${base}..${own[0]}`).trim()).toBe('1');
  const pulls = github.state.pulls.filter(({ head }) => head === own[0]);
  expect(pulls).toMatchObject([{ base: 'main', state: 'open' }]);
  expect(pulls[0]!.body).toContain(id);
  const shown = await nemoclaw(['egress', 'show', id, '--state', place.root]);
  expect(shown.stdout).toContain(`${id} (proposed)`);
  const left = readdirSync(join(place.root, 'requests'), { recursive: true }).map(String);
  expect(left.filter((name) => !name.endsWith('.json') && name.includes('req-'))).toEqual([]);
}

function branchesOf({ bare }: Place): Map<string, string> {
  const format = '--format=%(refname:short) %(objectname)';
  const lines = gitIn(bare, 'for-each-ref', format, 'refs/heads').trim().split('\n');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

test(`propose killed ${KILLS} times: nothing is broken, and proposing again makes one branch and one pull request`, {
  timeout: 60_000 + KILLS * 15_000,
}, async (context) => {
  hostNeeds(context, gitDaemon);
  const made = await onGitHub(Math.ceil(KILLS / A_PROPOSAL) + 1);
  const [warm, ...ids] = made.place.ids;
  const clone = stateOfClone(made.place.clone);
  const began = Date.now();
  await killed(made, warm!, new Promise(() => {}));
  const whole = Date.now() - began;
  await converges(made, warm!);
  let count = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const id = ids[Math.floor(kill / A_PROPOSAL)]!;
    if (await killed(made, id, wait(whole * (0.05 + ((kill * 0.618) % 1))))) count++;
    await isUsable(made, id, clone);
    if (kill % A_PROPOSAL === A_PROPOSAL - 1 || kill === KILLS - 1) await converges(made, id);
  }
  expect(count).toBeGreaterThan(KILLS / 4);
});

test.for([
  ['before anything is pushed', 'pulls/list', 'unanswered', false, 0],
  ['before its pull request is made', 'pulls/create', 'unanswered', true, 0],
  ['after its pull request was made, before it knows', 'pulls/create', 'made', true, 1],
] as const)(
  'propose killed %s',
  { timeout: 60_000 },
  async ([, operation, how, isPushed, pulls], context) => {
    hostNeeds(context, gitDaemon);
    const made = await onGitHub(1);
    const { place, github } = made;
    const [id] = place.ids;
    const clone = stateOfClone(place.clone);
    let reached = () => {};
    const asks = new Promise<void>((resolve) => {
      reached = resolve;
    });
    github.inject = (request) => {
      if (request.id !== operation) return null;
      reached();
      return how === 'made' ? null : 'silence';
    };
    expect(await killed(made, id!, asks)).toBe(true);
    github.inject = () => null;
    expect(branchesOf(place).has(`nemoclaw/egress/${id}`)).toBe(isPushed);
    expect(github.state.pulls).toHaveLength(pulls);
    const shown = await nemoclaw(['egress', 'show', id!, '--state', place.root]);
    expect(shown.stdout).toContain(`${id} (pending)`);
    await isUsable(made, id!, clone);
    await converges(made, id!);
  },
);
