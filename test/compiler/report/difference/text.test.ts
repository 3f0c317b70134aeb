import { describe, expect, test } from 'vitest';
import { COLOURED } from '../../../../compiler/diagnostics/render/palette.ts';
import { CLASS_WORDS } from '../../../../compiler/report/difference/class-words.ts';
import { overallVerdict, worstVerdict } from '../../../../compiler/report/difference/comparison.ts';
import { differenceHtml } from '../../../../compiler/report/difference/html.ts';
import { differenceMarkdown } from '../../../../compiler/report/difference/markdown.ts';
import { differenceText } from '../../../../compiler/report/difference/text.ts';
import { finding } from '../../diagnostics/finding.ts';
import { ALL, grantAt, made, madeChange, side, sideOf } from './comparisons.ts';

const approval = {
  owner: 'team-a',
  reason: null,
  ticket: 'OPS-1',
  approvedBy: null,
  expiresAt: Date.UTC(2027, 0, 1),
  maxUses: null,
  request: null,
};
const NOT_LINES = { ...ALL, showsLines: false };
const gone = madeChange({
  direction: 'narrows',
  classes: ['removed'],
  example: 'GET `https://old/` via `/x`',
  cause: { ...madeChange().cause, kind: 'grant-removed', policy: 'old' },
});

test('a whole report', () => {
  const approved = { ...madeChange().cause, grant: grantAt({ approval }) };
  const text = differenceText([made([madeChange({ cause: approved }), gone])], ALL);
  expect(
    text,
  ).toBe(`agent.yaml: this change WIDENS what the agent can do: 1 new set of accesses, worst first; it also NARROWS it: 1 set of accesses is gone

WIDENS

agent.yaml:2:3: granted by \`egress:web#0\`
        2 | t: "w"
          |   ^
  owner team-a, ticket OPS-1, until 2027-01-01T00:00:00Z
  high      it reaches a host that it could not reach [new-host]
            anything, inspected or not, on a.example.com:443 by /usr/bin/curl at any address, private ones too
            e.g. the agent can now GET \`https://a.example.com/\` via \`/usr/bin/curl\`

NARROWS

main:agent.yaml:2:3: no longer granted by \`egress:web#0\`
        2 | two: 2
          |   ^
  less      anything, inspected or not, on a.example.com:443 by /usr/bin/curl at any address, private ones too
            e.g. the agent can no longer GET \`https://old/\` via \`/x\`

--- main:agent.yaml
+++ agent.yaml
@@ -1,3 +1,3 @@
 one: 1
-two: 2
+t: "w"${' '}
 three: 3
`);
});

describe('the verdict line', () => {
  const lineOf = (...given: Parameters<typeof made>) =>
    differenceText([made(...given)], NOT_LINES).split('\n')[0];

  test.each([
    ['nothing changed', [], { next: sideOf('one: 1\ntwo: 2\nthree: 3\n') }],
    ['equal meaning, rewritten: the agent can do exactly what it could do before', [], {}],
    [
      'this change only NARROWS what the agent can do: 2 sets of accesses are gone, and nothing is new',
      [gone, gone],
      {},
    ],
    ['this change WIDENS what the agent can do: 1 new set of accesses, worst first', [madeChange()], {}],
    [
      'this change WIDENS what the agent can do: 1 new set of accesses, and more than could be listed, worst first',
      [madeChange()],
      { isComplete: false },
    ],
    [
      'this change WIDENS what the agent can do: 1 new set of accesses, and more than could be listed, worst first; the patterns of host could not be compared',
      [madeChange()],
      { isComplete: false, unknown: 'the patterns of `host`' },
    ],
    [
      'it is NOT KNOWN whether this change widens what the agent can do: the patterns of path could not be compared; treat it as if it did',
      [],
      { verdict: 'inconclusive' as const, unknown: 'the patterns of `path`' },
    ],
  ])('%s', (expected, changes, unusual) => {
    expect(lineOf(changes, unusual)).toBe(`agent.yaml: ${expected}`);
  });

  test.each([
    [' (new)', { old: sideOf(null) }],
    [' (deleted)', { next: sideOf(null) }],
    [' (renamed from was\\n.yaml)', { renamedFrom: 'was\n.yaml' }],
  ])('says what became of the file:%s', (expected, unusual) => {
    expect(lineOf([], unusual)).toContain(`agent.yaml${expected}: `);
  });
});

test('several policies are counted before the first one', () => {
  const three = [made([madeChange(), gone]), made([gone]), made([])];
  const [first] = differenceText(three, NOT_LINES).split('\n');
  expect(first).toBe(
    '3 policies changed: 1 WIDENED in one place and narrowed in another, 1 only narrowed, 1 of equal meaning',
  );
  expect(differenceText([], NOT_LINES)).toBe('no policy changed\n');
});

test('what could not be compared is said in the first line', () => {
  const options = { ...NOT_LINES, problems: [finding(null)] };
  const end = 'not every policy could be compared; treat the change as if it widened';
  expect(differenceText([], options)).toBe(`${end}\n`);
  expect(differenceText([made([gone])], options).split('\n')[0]).toBe(
    `1 policy changed: 1 only narrowed; ${end}`,
  );
});

test('--most cuts each direction and says so', () => {
  const changes = [1, 2, 3].map((at) => madeChange({ sides: [side('host', `h${at}.example.com`)] }));
  const text = differenceText([made([...changes, gone])], { ...NOT_LINES, most: 2 });
  expect(text).toContain('h2.example.com');
  expect(text).not.toContain('h3.example.com');
  expect(text).toContain('\nand 1 more set, not worse than these\n');
  expect(text).toContain('3 new sets');
  expect(text).toContain('NARROWS');
});

test('a long value is listed whole, in each format for people', () => {
  const long = `/${'a'.repeat(2_000)}/\u001b`;
  const comparison = made([
    madeChange({ sides: [side('path', long)], facet: 'filesystem', example: `read \`${long}\`` }),
  ]);
  for (const format of [differenceText, differenceMarkdown, differenceHtml]) {
    expect(format([comparison], NOT_LINES).split(`${'a'.repeat(2_000)}/\\u{1b}`)).toHaveLength(3);
  }
});

test('colour dresses the words and changes none of them', () => {
  const comparisons = [made([madeChange(), gone])];
  const coloured = differenceText(comparisons, ALL, { palette: COLOURED, columns: 110 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(differenceText(comparisons, ALL));
  expect(coloured).toContain('\u001b[');
});

test('a file that several policies extend has its lines shown once', () => {
  const shared = (text: string, name: string) => sideOf(text, name).text!;
  const withBase = (path: string) => {
    const comparison = made([], { path });
    const add = (one: typeof comparison.old, text: string, name: string) => ({
      ...one,
      files: new Map([...one.files, ['base.yaml', shared(text, name)]]),
    });
    return {
      ...comparison,
      old: add(comparison.old, 'a: 1\n', 'main:base.yaml'),
      next: add(comparison.next, 'a: 2\n', 'base.yaml'),
    };
  };
  const text = differenceText([withBase('x.yaml'), withBase('y.yaml')], ALL);
  expect(text.match(/^\+\+\+ .*$/gm)).toEqual(['+++ x.yaml', '+++ base.yaml', '+++ y.yaml']);
});

test('a side that is not there is /dev/null, and too many lines are not listed', () => {
  expect(differenceText([made([], { old: sideOf(null) })], ALL)).toContain(
    '--- /dev/null\n+++ agent.yaml\n@@ -0,0 +1,3 @@',
  );
  const long = (word: string) => sideOf(Array.from({ length: 1_500 }, (_, at) => `${word}${at}\n`).join(''));
  const text = differenceText([made([], { old: long('a'), next: long('b') })], ALL);
  expect(text).toContain('more than 1000 lines differ, so they are not listed');
});

test('every class has words of its own', () => {
  const all = Object.values(CLASS_WORDS);
  expect(new Set(all).size).toBe(all.length);
  for (const words of all) expect(words).toMatch(/^[a-z][^.]*[^.]$/);
});

test('the worst verdict of several', () => {
  expect(worstVerdict([])).toBe('equal');
  expect(worstVerdict(['narrows', 'equal'])).toBe('narrows');
  expect(worstVerdict(['inconclusive', 'narrows'])).toBe('inconclusive');
  expect(worstVerdict(['widens', 'inconclusive'])).toBe('widens');
  expect(worstVerdict(['widens', 'both', 'equal'])).toBe('both');
  expect(overallVerdict([], [finding(null)])).toBe('inconclusive');
});
