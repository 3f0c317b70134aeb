import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLOURED } from '../../../compiler/diagnostics/render/palette.ts';
import { renderText, summaryOf } from '../../../compiler/diagnostics/render/text.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';
import { finding, marked } from './finding.ts';

/** The source line and the line with the caret, without the gutter. */
function excerptLines(text: string, columns = 110): [string, string] {
  const lines = renderText([finding(marked(text))], { columns }).split('\n');
  return [lines[1]!.replace(/^ *\d+ \| ?/, ''), lines[2]!.replace(/^ *\| /, '')];
}

describe('a block', () => {
  test('shows place, line, caret, related places and help', () => {
    const span = marked('a: 1\nb: 2\n[[a]]: 3\n');
    const first = { ...span, start: 0, end: 1 };
    const text = renderText([
      finding(span, { related: [{ span: first, label: 'first written here' }], help: 'keep one of them' }),
    ]);
    expect(text).toBe(
      [
        'agent.yaml:3:1: error: the key `a` appears twice in the same mapping [NC1020]',
        '   3 | a: 3',
        '     | ^',
        '  agent.yaml:1:1: first written here',
        '   1 | a: 1',
        '     | -',
        '  help: keep one of them',
        '',
      ].join('\n'),
    );
  });

  test('names only the file when nothing of it was read', () => {
    const span = { source: new SourceFile('gone.yaml', ''), start: 0, end: 0 };
    expect(renderText([finding(span, { message: 'the file cannot be read' })])).toBe(
      'gone.yaml: error: the file cannot be read [NC1020]\n',
    );
  });

  test('names the tool when there is no text at all', () => {
    expect(renderText([finding(null, { severity: 'warning', message: 'no kernel support' })])).toBe(
      'nemoclaw: warning: no kernel support [NC1020]\n',
    );
  });

  test('with colour says the same words', () => {
    const findings = [finding(marked('a: [[b]]'), { help: 'remove it' })];
    const coloured = renderText(findings, { palette: COLOURED });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(renderText(findings));
  });
});

describe('the caret', () => {
  test.each([
    ['plain text', 'host: [[api]].example', 'host: api.example', '      ^^^'],
    ['a tab before it', '\thost: [[x]]', '    host: x', '          ^'],
    ['a tab in it', 'a[[\t]]b', 'a   b', ' ^^^'],
    ['wide characters before it', '名前: [[x]]', '名前: x', '      ^'],
    ['wide characters in it', 'a: [[名前]]', 'a: 名前', '   ^^^^'],
    ['an emoji of several code points', '👩‍💻: [[x]]', '👩‍💻: x', '    ^'],
    ['a flag', '🇩🇪 [[x]]', '🇩🇪 x', '   ^'],
    ['a combining mark', 'e\u0301: [[x]]', 'e\u0301: x', '   ^'],
    ['a span past the end of the line', 'a: [[b\nc]]: d', 'a: b', '   ^'],
    ['an empty span', 'a:[[]] b', 'a: b', '  ^'],
    ['an empty span at the end', 'a: b[[]]', 'a: b', '    ^'],
    ['Windows line ends', 'a: 1\r\nb: [[2]]\r\n', 'b: 2', '   ^'],
  ])('stands under %s', (_name, text, line, caret) => {
    expect(excerptLines(text)).toEqual([line, caret]);
  });

  test('stays under its text in a very long line, which is cut on both sides', () => {
    const [line, caret] = excerptLines(`${'a'.repeat(50_000)}[[XYZ]]${'b'.repeat(50_000)}`, 80);
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line.startsWith('…')).toBe(true);
    expect(line.endsWith('…')).toBe(true);
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('XYZ');
  });

  test('of a long span ends where the line is cut', () => {
    const [line, caret] = excerptLines(`a: [[${'x'.repeat(10_000)}]]`, 80);
    expect(line.length).toBeLessThanOrEqual(80);
    expect(caret.length).toBeLessThanOrEqual(line.length);
  });
});

describe('untrusted text', () => {
  const acting = /(?![\n])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]/u;

  test.each([
    ['\u001b[2J', '\\u{1b}[2J'],
    ['\u202e', '\\u{202e}'],
    ['\u2028', '\\u{2028}'],
    ['\u0000', '\\u{0}'],
    ['\u009b31m', '\\u{9b}31m'],
    ['\ud800', '\\u{d800}'],
  ])('%j is shown and does not act', (hostile, shown) => {
    const text = renderText([
      finding(marked(`a: [[${hostile}]]`, `dir${hostile}/x.yaml`), {
        message: `bad \`${hostile}\``,
        help: hostile,
      }),
    ]);
    expect(text).not.toMatch(acting);
    expect(text.split(shown)).toHaveLength(5);
  });

  test('a line break in a message cannot forge another finding', () => {
    const text = renderText([finding(null, { message: 'bad `x\nother.yaml:1:1: note: all is well`' })]);
    expect(text).toBe('nemoclaw: error: bad `x\\nother.yaml:1:1: note: all is well` [NC1020]\n');
  });

  test('a pile of combining marks does not paint over other lines', () => {
    const [line] = excerptLines(`a${'\u0336\u0489\u0301'.repeat(30)}[[x]]`);
    expect(line).not.toMatch(/\p{M}/u);
  });

  test('nothing acts, whatever the text, the place and the name are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.nat(90),
        fc.nat(20),
        (text, name, start, length) => {
          const source = new SourceFile(name, text);
          const span = {
            source,
            start: Math.min(start, text.length),
            end: Math.min(start + length, text.length),
          };
          const out = renderText([finding(span, { message: text, help: name })], { columns: 40 });
          expect(out).not.toMatch(acting);
          expect(out.split('\n').length).toBeLessThanOrEqual(5);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a message of a megabyte is cut', () => {
    const text = renderText([finding(null, { message: `bad \`${'x'.repeat(1_000_000)}\`` })]);
    expect(text.length).toBeLessThan(1000);
  });
});

test.each([
  [[], 'nothing to report'],
  [['error'], '1 error'],
  [['error', 'error', 'warning'], '2 errors and 1 warning'],
  [['error', 'warning', 'note', 'note'], '1 error, 1 warning and 2 notes'],
] as const)('%j are counted as %j', (severities, expected) => {
  expect(summaryOf(severities.map((severity) => finding(null, { severity })))).toBe(expected);
});
