import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AUTHOR, blueprint, type Content, gatePlace, lockOf, OWNER, READ, said } from './place.ts';

const PATH = 'agents/a.yaml';
const LOCK = 'agents/a.lock.json';
const BOB = { login: 'bob' };
const forSandbox = (name: string, owner: string) =>
  blueprint([READ], [owner]).replace('name: agent', `name: ${name}`);
const opened = ({
  outputs,
  exitCode,
}: {
  outputs: Readonly<Record<string, string>>;
  exitCode: number | null;
}) => ({
  exitCode,
  verdict: outputs.verdict,
  open: JSON.parse(outputs.json!)
    .approvals.filter((one: { approvedBy: string[] }) => one.approvedBy.length === 0)
    .map((one: { path: string; why: string; owners: string[] }) => [one.path, one.why, ...one.owners]),
});

describe('whose sandbox a blueprint is for', () => {
  test('is changed by an owner of each of them alone, though nothing widens', async () => {
    const base = { [PATH]: forSandbox('one', '@ann'), 'agents/b.yaml': forSandbox('two', '@bob') };
    const place = await gatePlace(base, {
      [PATH]: forSandbox('two', '@ann'),
      'agents/b.yaml': forSandbox('one', '@bob'),
    });
    expect(opened(await place.run())).toEqual({
      exitCode: 3,
      verdict: 'equal',
      open: [
        [PATH, 'it is for another sandbox now', '@ann'],
        ['agents/b.yaml', 'it is for another sandbox now', '@bob'],
        [PATH, 'it is for the sandbox of `agents/b.yaml`', '@bob'],
        ['agents/b.yaml', 'it is for the sandbox of `agents/a.yaml`', '@ann'],
      ],
    });
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect(opened(await place.run()).open).toHaveLength(2);
    place.standIn.state.review(1, BOB, 'APPROVED');
    expect((await place.run()).exitCode).toBe(0);
  });

  test('is not taken over by a new blueprint of somebody else, also when the old one goes', async () => {
    const base = { [PATH]: forSandbox('one', '@ann'), CODEOWNERS: '/play/ @bob\n' };
    for (const more of [{}, { [PATH]: null }] as Record<string, Content>[]) {
      const mine = `# ${'padding '.repeat(200)}\n${forSandbox('one', '@bob')}`;
      const place = await gatePlace(base, { 'play/x.yaml': mine, ...more });
      place.standIn.state.review(1, BOB, 'APPROVED');
      const { exitCode, open } = opened(await place.run());
      expect({ exitCode, open }).toEqual({
        exitCode: 3,
        open: [['play/x.yaml', 'it is for the sandbox of `agents/a.yaml`', '@ann']],
      });
    }
  });

  test('may move with its name by a rename', async () => {
    const text = forSandbox('one', '@ann');
    const place = await gatePlace({ [PATH]: text }, { [PATH]: null, 'agents/z.yaml': text });
    expect(opened(await place.run())).toEqual({ exitCode: 0, verdict: 'equal', open: [] });
  });
});

describe('a lock file', () => {
  const base = () => ({ [PATH]: blueprint([READ]), [LOCK]: lockOf({ [PATH]: blueprint([READ]) }, PATH) });

  test.each<[string, (lock: string) => Record<string, Content>]>([
    ['taken away', () => ({ [LOCK]: null })],
    ['moved', (lock) => ({ [LOCK]: null, 'agents/z.lock.json': lock })],
  ])('that is %s without its blueprint does not pass', async (_, change) => {
    const files = base();
    const place = await gatePlace(files, change(files[LOCK]));
    const ran = await place.run();
    expect(ran.exitCode).toBe(1);
    expect(said(ran, 'NC2633').join()).toContain(`file=${LOCK},`);
  });

  test('goes with its blueprint', async () => {
    const place = await gatePlace({ ...base(), 'README.md': 'x\n' }, { [PATH]: null, [LOCK]: null });
    expect(await place.run()).toMatchObject({ exitCode: 0, outputs: { verdict: 'narrows' } });
  });
});

test('guardrails behind a link are changed by an owner alone, whichever file on the way changes', async () => {
  const rule = (host: string) => `apiVersion: nemoclaw.dev/v1
kind: Guardrails
metadata: { name: ours, owners: ["@ann"] }
guardrails:
  - name: no-c
    never: { egress: { hosts: [${host}] } }
`;
  const place = await gatePlace({ [PATH]: blueprint([READ]), 'rules/real.txt': rule('c.example.com') }, null);
  place.push({ 'guardrails.yaml': { link: 'rules/real.txt' } }, 'main');
  place.push({ 'rules/real.txt': rule('d.example.com') });
  place.standIn.state.pulls.push({
    ...{ number: 1, state: 'open', isMerged: false, title: 'a change', body: null, head: 'change' },
    ...{ base: 'main', author: AUTHOR, reviews: [] },
  });
  const ran = await place.run({ inputs: { guardrails: './guardrails.yaml' } });
  expect(opened(ran)).toEqual({
    exitCode: 3,
    verdict: 'equal',
    open: [['rules/real.txt', 'it holds the guardrails', '@ann']],
  });
});

test('the workflow to copy judges anew when the base branch of a pull request is changed', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/examples/workflows/gate.yml'), 'utf8');
  expect(text).toMatch(/^ {2}pull_request:\n(?: +#.*\n)* {4}types: \[.*\bedited\b.*\]$/m);
});

test('the workflow to copy gives a run that only reports another name than the required check has', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/examples/workflows/gate.yml'), 'utf8');
  expect(text).toContain("    name: ${{ github.event_name == 'push' && 'report' || 'gate' }}\n");
});

describe('a blueprint that is invalid on the base branch', () => {
  const broken = blueprint([READ]).replace('filesystem_policy', 'filesystem_polcy');

  test('is mended with the approval of an owner by CODEOWNERS, since all of it counts as new', async () => {
    const place = await gatePlace({ [PATH]: broken, CODEOWNERS: '* @bob\n' }, { [PATH]: blueprint([READ]) });
    const ran = await place.run();
    expect(opened(ran)).toMatchObject({ exitCode: 3, verdict: 'widens' });
    expect(opened(ran).open[0]).toEqual([PATH, 'it lets the agent do more', '@bob']);
    expect(said(ran, 'NC2681').join()).toContain(
      'cannot be read on the base branch, so all that it grants counts as new',
    );
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect((await place.run()).exitCode).toBe(3);
    place.standIn.state.review(1, BOB, 'APPROVED');
    expect((await place.run()).exitCode).toBe(0);
  });

  test('may not stay so', async () => {
    const place = await gatePlace(
      { [PATH]: broken, CODEOWNERS: '* @ann\n' },
      { [PATH]: `${broken}# more\n` },
    );
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect(await place.run()).toMatchObject({ exitCode: 1, outputs: { verdict: 'invalid' } });
  });
});
