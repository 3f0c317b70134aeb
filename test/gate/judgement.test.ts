import { expect, test } from 'vitest';
import { NONE_OPEN } from '../../cli/other-folders.ts';
import { comparePair, type PairSide } from '../../cli/policy-pair.ts';
import { answerNeeds, lastWords } from '../../gate/approvals.ts';
import type { Evidence } from '../../gate/evidence.ts';
import { judge } from '../../gate/judgement.ts';
import type { Review } from '../../runtime/approvals/github/answers.ts';
import { readerOver } from '../support/reader.ts';
import { blueprint } from './place.ts';

const HEAD = 'a'.repeat(40);
const BINDINGS = { workdir: '/sandbox', home: '/home/sandbox', users: {}, groups: {}, variables: {} };
const PULL = {
  author: { login: 'mallory', isBot: false },
  head: { branch: 'change', commit: HEAD, repository: 'acme/x' },
  commits: [],
};

function side(letter: string): PairSide {
  const path = `/*${letter}${'?'.repeat(24)}`;
  const text = blueprint([
    `host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: "${path}" } }]`,
  ]);
  return { label: letter, name: 'a.yaml', before: '', bytes: Buffer.from(text), reader: readerOver({}) };
}

function review(state: Review['state'], login = 'ann', commit = HEAD): Review {
  return { id: 1, author: { login, isBot: false }, state, commit };
}

const NO_TEAMS = { teamMembership: () => Promise.reject(new Error('no team is asked for')) };

test('an inconclusive comparison is red until an owner approves, but for `never`', async () => {
  const compared = comparePair(
    { path: 'a.yaml', renamedFrom: null, old: side('a'), next: side('ab') },
    BINDINGS,
    NONE_OPEN,
  );
  if (!compared.ok) throw new Error('the two are valid');
  expect(compared.comparison.difference.verdict).toBe('inconclusive');
  const need = {
    path: 'a.yaml',
    why: 'w',
    failsFrom: 'inconclusive' as const,
    owners: [{ kind: 'account', login: 'ann' } as const],
    claimed: null,
  };
  const evidence: Evidence = {
    comparisons: [compared.comparison],
    ...{ skipped: [], problems: [], proved: [], locks: [], own: [], notes: [], needs: [need] },
    tests: { passed: 0, failed: 0, findings: [] },
  };
  const open = await answerNeeds([need], [], PULL, NO_TEAMS);
  const given = await answerNeeds([need], [review('APPROVED')], PULL, NO_TEAMS);
  for (const failOn of ['widening', 'guardrail', 'inconclusive'] as const) {
    expect(judge(evidence, open, failOn)).toMatchObject({
      verdict: 'inconclusive',
      widens: true,
      passes: false,
    });
    expect(judge(evidence, given, failOn)).toMatchObject({ risk: 'unknown', passes: true });
  }
  expect(judge(evidence, open, 'never').passes).toBe(true);
});

test('the last word of each person counts, whatever the case of the name', () => {
  const words = lastWords([
    review('CHANGES_REQUESTED', 'ann'),
    review('APPROVED', 'bob'),
    review('APPROVED', 'Ann'),
    review('DISMISSED', 'BOB'),
    review('COMMENTED', 'ann'),
    review('PENDING', 'ann'),
  ]);
  expect(words.map(({ author, state }) => `${author.login} ${state}`)).toEqual([
    'Ann APPROVED',
    'BOB DISMISSED',
  ]);
});

test('an approval of no commit that GitHub knows, and one of a deleted account, are void', async () => {
  const need = {
    path: 'a',
    why: 'w',
    failsFrom: 'widening' as const,
    owners: [{ kind: 'account', login: 'ghost' } as const],
    claimed: null,
  };
  const lost = { ...review('APPROVED', 'ann'), commit: null };
  const owners = [...need.owners, { kind: 'account', login: 'ann' } as const];
  const answered = await answerNeeds(
    [{ ...need, owners }],
    [lost, review('APPROVED', 'ghost')],
    PULL,
    NO_TEAMS,
  );
  expect(answered[0]!.approvedBy).toEqual([]);
  expect(answered[0]!.findings.map(({ code }) => code)).toEqual(['NC2643', 'NC2643', 'NC2630']);
});
