import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { blueprint, FULL, gatePlace, lockOf, MORE, OWNER, READ, said } from './place.ts';

const PATH = 'agents/a.yaml';
const LOCK = 'agents/a.lock.json';
const GUARDRAILS = `apiVersion: nemoclaw.dev/v1
kind: Guardrails
metadata: { name: ours, owners: ["@ann"] }
guardrails:
  - name: no-b
    reason: b is not ours
    never: { egress: { hosts: [b.example.com] } }
`;
const LOOSE = GUARDRAILS.replace('b.example.com', 'z.example.com').replace('no-b', 'no-z');
const OURS = { inputs: { guardrails: 'guardrails.yaml' } };

describe('lock files', () => {
  const narrow = blueprint([READ]);
  const wide = blueprint([READ, MORE]);

  test('one that is current passes; one that was not compiled anew does not', async () => {
    const base = { [PATH]: wide, [LOCK]: lockOf({ [PATH]: wide }, PATH) };
    const place = await gatePlace(base, { [PATH]: narrow });
    const stale = await place.run();
    expect(stale.exitCode).toBe(1);
    expect(stale.outputs.verdict).toBe('invalid');
    expect(said(stale, 'NC2632').join()).toMatch(
      /file=agents\/a.lock.json.*is not what its blueprint compiles to/,
    );
    place.push({ [LOCK]: lockOf({ [PATH]: narrow }, PATH) });
    const current = await place.run();
    expect(current.exitCode).toBe(0);
    expect(current.summary).toContain('| lock files | 1 current |');
  });

  test.each([
    ['edited by hand', (lock: string) => lock.replace(/[0-9a-f]{8}(?="\n)/, '00000000'), 'NC2632'],
    ['of a target of nobody', (lock: string) => lock.replace('"linux-x86_64"', '"host"'), 'NC2634'],
    ['that is none', () => '{}\n', 'NC2634'],
    ['that is empty', (lock: string) => JSON.stringify({ ...JSON.parse(lock), targets: {} }), 'NC2634'],
    ['taken away', () => null, 'NC2633'],
  ])('one %s stops the change, though nothing else changes', async (_, edit, code) => {
    const lock = lockOf({ [PATH]: narrow }, PATH);
    const touched = code === 'NC2633' ? { [PATH]: `${narrow}# a comment\n` } : {};
    const place = await gatePlace({ [PATH]: narrow, [LOCK]: lock }, { ...touched, [LOCK]: edit(lock) });
    const ran = await place.run();
    expect(said(ran, code)).toHaveLength(1);
    expect(ran.exitCode).toBe(1);
  });
});

describe('guardrails are those of the base', () => {
  const base = { [PATH]: blueprint([READ]), 'guardrails.yaml': GUARDRAILS };

  test('what breaks one does not pass, approved or not, and the change of the file does not help', async () => {
    const place = await gatePlace(base, { [PATH]: blueprint([READ, MORE]), 'guardrails.yaml': LOOSE });
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const ran = await place.run(OURS);
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2010').join()).toMatch(/^::error file=agents\/a.yaml,line=12.*no-b/);
    expect(said(ran, 'NC2635').join()).toContain('which holds the guardrails');
  });

  test('a change of them alone needs an owner', async () => {
    const place = await gatePlace(base, { 'guardrails.yaml': LOOSE });
    const ran = await place.run(OURS);
    expect(ran.outputs.verdict).toBe('equal');
    expect(said(ran, 'NC2630').join()).toContain('it holds the guardrails');
    expect(ran.exitCode).toBe(3);
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect((await place.run(OURS)).exitCode).toBe(0);
  });

  test('and who owns what is changed with an approval where guardrails count, and without where they do not', async () => {
    for (const [change, why] of [
      [{ 'guardrails.yaml': LOOSE }, 'it holds the guardrails'],
      [{ CODEOWNERS: '* @bob\n' }, 'it says who may approve'],
    ] as [Record<string, string>, string][]) {
      const place = await gatePlace(base, change);
      const asked = (failOn: string) => place.run({ inputs: { ...OURS.inputs, 'fail-on': failOn } });
      const ran = await asked('guardrail');
      expect(said(ran, 'NC2630').join()).toMatch(new RegExp(`^::error .*${why}`));
      expect(ran.exitCode).toBe(3);
      expect((await asked('inconclusive')).exitCode).toBe(0);
      place.standIn.state.review(1, OWNER, 'APPROVED');
      expect((await asked('guardrail')).exitCode).toBe(0);
    }
  });

  test('a ceiling is raised by an owner of it and not beside the paths that are looked at, and lowered by anybody', async () => {
    const ceiling = `${GUARDRAILS.replace(/never: .*/, 'maximum: ceilings/c.yaml')}`;
    const held = { ...base, 'guardrails.yaml': ceiling, 'ceilings/c.yaml': blueprint([FULL], ['@bob']) };
    for (const [paths, why] of [
      ['', 'it lets the agent do more'],
      ['agents', 'it holds the guardrails'],
    ] as [string, string][]) {
      const place = await gatePlace(held, { 'ceilings/c.yaml': blueprint([FULL, MORE], ['@bob']) });
      for (const failOn of ['widening', 'guardrail']) {
        const inputs = { ...OURS.inputs, paths, 'fail-on': failOn };
        const ran = await place.run({ inputs });
        expect(said(ran, 'NC2630').join()).toContain(
          `\`ceilings/c.yaml\` needs the approval of an owner: ${why}`,
        );
        expect(ran.exitCode).toBe(3);
      }
      place.standIn.state.review(1, { login: 'bob' }, 'APPROVED');
      expect((await place.run({ inputs: { ...OURS.inputs, paths } })).exitCode).toBe(0);
    }
    const lowered = await gatePlace(held, { 'ceilings/c.yaml': blueprint([READ], ['@bob']) });
    expect((await lowered.run(OURS)).exitCode).toBe(0);
  });

  test('what was broken before may be narrowed, and is named', async () => {
    const broken = { ...base, [PATH]: blueprint([FULL, MORE]) };
    const place = await gatePlace(broken, { [PATH]: blueprint([READ, MORE]) });
    const ran = await place.run(OURS);
    expect(said(ran, 'NC2649')).toHaveLength(1);
    expect(ran.exitCode).toBe(0);
  });

  test('a name that is nowhere is an error, and the first ones count once they are merged', async () => {
    const place = await gatePlace({ [PATH]: blueprint([READ]) }, { 'guardrails.yaml': GUARDRAILS });
    const nowhere = await place.run({ inputs: { guardrails: 'other.yaml' } });
    expect(nowhere.exitCode).toBe(1);
    expect(said(nowhere, 'NC2639').join()).toContain('`other.yaml` cannot be read on the base branch');
    const first = await place.run(OURS);
    expect(said(first, 'NC2645')).toHaveLength(1);
    expect(first.exitCode).toBe(3);
  });
});

describe('policy tests', () => {
  test('of a blueprint and of files about it are run', async () => {
    const file = `apiVersion: nemoclaw.dev/v1
kind: PolicyTest
blueprint: a.yaml
tests:
  - name: not b
    never: { egress: { hosts: [b.example.com] } }
`;
    const base = {
      [PATH]: blueprint([READ, MORE]),
      'agents/a_test.yaml': file,
      'agents/other.yaml': blueprint([READ]),
    };
    const place = await gatePlace(base, { [PATH]: blueprint([FULL, MORE]) });
    const ran = await place.run({ inputs: { 'fail-on': 'guardrail' } });
    expect(ran.summary).toContain('**1 failed**');
    expect(said(ran, 'NC1780').join()).toContain('file=agents/a_test.yaml,line=5');
    expect(ran.exitCode).toBe(1);
  });
});

describe('fail-on', () => {
  const base = { [PATH]: blueprint([READ]), 'guardrails.yaml': GUARDRAILS };
  const breaking = { [PATH]: blueprint([READ, MORE]) };
  const widening = { [PATH]: blueprint([FULL]) };
  const invalid = { [PATH]: 'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\n' };

  test.each([
    ['widening', widening, 3],
    ['guardrail', widening, 0],
    ['guardrail', breaking, 3],
    ['inconclusive', breaking, 0],
    ['inconclusive', invalid, 1],
    ['never', breaking, 0],
    ['never', invalid, 0],
  ])('%s', async (failOn, change, exitCode) => {
    const place = await gatePlace(base, change);
    const ran = await place.run({ inputs: { ...OURS.inputs, 'fail-on': failOn } });
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.outputs.passes).toBe(String(exitCode === 0));
  });
});

test('SARIF and JSON say the same as the outputs', async () => {
  const place = await gatePlace({ [PATH]: blueprint([READ]) }, { [PATH]: blueprint([READ, MORE]) });
  const ran = await place.run();
  const sarif = JSON.parse(readFileSync(ran.outputs.sarif!, 'utf8'));
  expect(sarif.version).toBe('2.1.0');
  const rules = sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId);
  expect(rules).toEqual(expect.arrayContaining(['diff/new-host', 'NC2630']));
  expect(JSON.parse(ran.outputs.json!)).toMatchObject({
    ...{ version: 1, command: 'gate', verdict: 'widens', widens: true, risk: 'high', passes: false },
    policies: [{ path: PATH, verdict: 'widens' }],
  });
});
