import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isOutdated } from '../../../cli/proposals/outdated.ts';
import { asked, POST } from '../../support/proposals/asked.ts';
import {
  BLUEPRINT,
  commitTo,
  gitIn,
  type Place,
  placeWith,
  runIn,
  temporary,
  writeFiles,
} from '../../support/proposals/place.ts';
import { worldOf } from '../world.ts';

const PATH = 'agents/a-1.yaml';
const branchOf = (id: string) => `nemoclaw/egress/${id}`;

/** What meets an entry that is put in at the end of the network. */
const meeting = (text: string) => text.replace('# no more', '# no more today');

async function proposed(place: Place, id: string, ...more: readonly string[]) {
  const { exitCode, stdout, stderr } = await place.run('propose', id, '-o', 'json', ...more);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const { proposal, diagnostics } = JSON.parse(stdout);
  return { proposal, diagnostics };
}

test.each([
  ['lines that end as on Windows', BLUEPRINT.replaceAll('\n', '\r\n')],
  ['no newline at its end', BLUEPRINT.replace(/\n\n# The end\.\n$/, '')],
  [
    'its network on one line',
    BLUEPRINT.replace(
      /network_policies:[\s\S]*\n {2}# no more/,
      'network_policies: { api: { endpoints: [{ host: api.example.com, port: 443, protocol: rest, access: read-only }], binaries: [/usr/bin/curl] } } # no more',
    ),
  ],
])('a proposal for a blueprint with %s is made anew', async (_, text) => {
  const place = await placeWith([POST], { [PATH]: text });
  const [id] = place.ids as [string];
  await proposed(place, id);
  const before = place.onRemote(branchOf(id), PATH);
  commitTo(place.bare, { [PATH]: meeting(text) });
  expect(await proposed(place, id)).toMatchObject({
    proposal: { state: 'updated' },
    diagnostics: [{ code: 'NC2677' }],
  });
  expect(place.onRemote(branchOf(id), PATH)).toBe(meeting(before));
});

test('the order in which requests are named again is none of a hand', async () => {
  const place = await placeWith([POST, asked('PUT', '/v1/items/1')]);
  const propose = async (ids: readonly string[]) => proposed(place, ids[0]!, ...ids.slice(1));
  const { branch } = (await propose(place.ids)).proposal;
  const before = place.onRemote(branch, PATH);
  const message = gitIn(place.bare, 'log', '-1', '--format=%(trailers:key=Nemoclaw-Request)', branch);
  commitTo(place.bare, { [PATH]: meeting(BLUEPRINT) });
  expect(await propose([...place.ids].reverse())).toMatchObject({
    proposal: { state: 'updated', branch },
    diagnostics: [{ code: 'NC2677' }],
  });
  expect(place.onRemote(branch, PATH)).toBe(meeting(before));
  expect(gitIn(place.bare, 'log', '-1', '--format=%(trailers:key=Nemoclaw-Request)', branch)).toBe(message);
});

test('a shallow clone is told to fetch the history, and not to delete the branch', async () => {
  const place = await placeWith([POST]);
  const [id] = place.ids as [string];
  await proposed(place, id);
  commitTo(place.bare, { [PATH]: meeting(BLUEPRINT) });
  const clone = join(temporary(), 'clone');
  gitIn('/', 'clone', '-q', '--depth', '1', `file://${place.bare}`, clone);
  const refs = place.refs();
  const { exitCode, stderr } = await runIn(clone, place.root, ['propose', id]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    `this clone lacks the history that tells what \`${branchOf(id)}\` on \`origin\` changes [NC2678]`,
  );
  expect(stderr).not.toContain('--delete');
  expect(place.refs()).toBe(refs);
  gitIn(clone, 'fetch', '-q', '--unshallow');
  const again = await runIn(clone, place.root, ['propose', id]);
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('brought up to date') });
});

/** The branch that the words of somebody else would have, pushed by them, which the base branch has outrun since. */
async function forged(...words: readonly string[]): Promise<{ place: Place; id: string }> {
  const place = await placeWith([POST]);
  const [id] = place.ids as [string];
  await proposed(place, id, ...words);
  const work = join(temporary(), 'work');
  gitIn('/', 'clone', '-q', '-b', branchOf(id), place.bare, work);
  gitIn(work, 'commit', '-q', '--amend', '--no-edit', '--author', 'Mallory\u001b[2J <mallory@example.com>');
  gitIn(work, 'push', '-q', '-f', 'origin', branchOf(id));
  commitTo(place.bare, { [PATH]: meeting(BLUEPRINT) });
  return { place, id };
}

/** Of somebody who may push and not approve. */
const WORDS = [
  '--owner',
  'boss@example.com',
  '--reason',
  'it must',
  '--ticket',
  'SEC-9',
  '--approver',
  '@eve',
];

describe('a branch that anybody may have pushed', () => {
  test.each([
    ['is wider', ['--widen', 'path', 'host'], '--widen host path'],
    ['ends later', ['--expires', '9999-12-31'], '--expires 9999-12-31'],
    ['does both', ['--widen', 'binary', '--for', '31d'], '--widen binary --expires 2026-02-02'],
  ])('is made anew only as it is asked for, where it %s', async (_, words, again) => {
    const { place, id } = await forged(...words);
    const refs = place.refs();
    const { exitCode, stdout } = await place.run('propose', id, '-o', 'json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).diagnostics).toMatchObject([
      { code: 'NC2676', severity: 'error', message: expect.stringContaining(branchOf(id)) },
    ]);
    expect(JSON.parse(stdout).diagnostics[0].help).toContain(`\`${again}\``);
    expect(place.refs()).toBe(refs);
    const before = place.onRemote(branchOf(id), PATH);
    const { proposal } = await proposed(place, id, ...again.split(' '));
    expect(proposal.state).toBe('updated');
    expect(place.onRemote(branchOf(id), PATH)).toBe(meeting(before));
  });

  test('gives its other words, and it is said whose they are', async () => {
    const { place, id } = await forged(...WORDS);
    const tip = gitIn(place.bare, 'rev-parse', branchOf(id)).trim();
    const { diagnostics } = await proposed(place, id);
    expect(diagnostics).toMatchObject([{ code: 'NC2677', severity: 'note' }]);
    const { message } = diagnostics[0];
    expect(message).toContain(tip.slice(0, 12));
    for (const one of ['mallory@example.com', 'boss@example.com', 'it must', 'SEC-9', '@eve', '2026-02-01'])
      expect(message).toContain(`\`${one}\``);
  });

  test('has no say in what is said on the command line', async () => {
    const { place, id } = await forged(...WORDS, '--widen', 'path', 'host', '--for', '90d');
    const own = [
      '--owner',
      'ann@example.com',
      '--reason',
      'it writes',
      '--ticket',
      'SEC-1',
      '--approver',
      '@ann',
    ];
    const { proposal } = await proposed(place, id, ...own, '--widen', 'path', '--for', '7d');
    expect(proposal.grant).toMatchObject({
      ...{ owner: 'ann@example.com', reason: 'it writes', ticket: 'SEC-1', approver: '@ann' },
      expires: '2026-01-09',
    });
    const text = place.onRemote(branchOf(id), PATH);
    expect(text).not.toMatch(/boss|it must|SEC-9|@eve|2026-04/);
    expect(text).toContain('expires: "2026-01-09"');
    expect(text).not.toMatch(/host: "?\*/);
  });
});

test('a change of very many lines is taken for one that nobody can merge, at once', () => {
  const lines = (count: number, word: string) => `# ${word}\n`.repeat(count);
  const texts = new Map([
    ['c^:a.yaml', lines(300, 'before')],
    ['c:a.yaml', lines(400_000, 'pushed')],
    ['now:a.yaml', `${lines(300, 'before')}# last\n`],
  ]);
  const git = ([, , name = '']: readonly string[]) => {
    const text = texts.get(name);
    if (text === undefined) return { ok: false, reason: 'refused', detail: 'none' } as const;
    return { ok: true, bytes: Buffer.from(text) } as const;
  };
  const base = { remote: 'origin', urls: [], branch: 'main', commit: 'now', prefix: '' };
  const start = performance.now();
  expect(isOutdated('c', 'a.yaml', base, { ...worldOf({}).io, git })).toBe(true);
  expect(performance.now() - start).toBeLessThan(15_000);
}, 120_000);

test.each([
  ['of another end', 'grant: { owner: ann@example.com, reason: none, request: ID }'],
  ['of nobody', null],
])(
  'a branch with one more entry %s is not taken for a proposal, as its text would not tell of it',
  async (_, grant) => {
    const place = await placeWith([POST]);
    const [id] = place.ids as [string];
    await proposed(place, id);
    const work = join(temporary(), 'work');
    gitIn('/', 'clone', '-q', '-b', branchOf(id), place.bare, work);
    const lines = [
      '  more:',
      '    endpoints: [{ host: evil.example, port: 443, protocol: tcp }]',
      '    binaries: [/usr/bin/curl]',
    ];
    if (grant !== null) lines.push(`    ${grant.replace('ID', id)}`);
    const text = place.onRemote(branchOf(id), PATH).replace('  # no more', `${lines.join('\n')}\n$&`);
    writeFiles(work, { [PATH]: text });
    gitIn(work, 'commit', '-q', '-a', '--amend', '--no-edit');
    gitIn(work, 'push', '-q', '-f', 'origin', branchOf(id));
    const { exitCode, stdout } = await place.run('propose', id, '-o', 'json');
    expect({ exitCode, diagnostics: JSON.parse(stdout).diagnostics }).toMatchObject({
      exitCode: 1,
      diagnostics: [{ name: 'proposal/foreign-branch' }],
    });
  },
);
