import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceGithub } from '../../../../compiler/report/difference/github.ts';
import { differenceHtml } from '../../../../compiler/report/difference/html.ts';
import { differenceMarkdown } from '../../../../compiler/report/difference/markdown.ts';
import {
  codeBlock,
  codeSpan,
  inCell,
  markdownPhrase,
} from '../../../../compiler/report/difference/markdown-text.ts';
import { differenceText } from '../../../../compiler/report/difference/text.ts';
import { finding, marked } from '../../diagnostics/finding.ts';
import { ALL, grantAt, made, madeChange, side, sideOf } from './comparisons.ts';

/** Names and texts that try to get out of where they are shown. */
const HOSTILE = [
  'a\n## forged\n- [x] approved.yaml',
  '`x` **bold** [gift](http://evil.example) @everyone #1',
  '``` \n```\n<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>"\'&amp;</code></details>',
  '\u001b[2J\u001b]0;title\u0007\u202egpj.exe',
  '| a | b |\\| www.evil.example https://evil.example',
  '--><h1>forged</h1>',
  '::error file=x::forged%0A::warning::y',
  '##[error]forged ##[add-mask]x',
  ' ` ',
  '',
];

/** A report in which everything that a policy or a repository can say is hostile. */
function report(evil: string) {
  const change = madeChange({
    sides: [
      side('host', evil),
      side('port', evil),
      side(`query ${evil}`, evil),
      { name: 'path', terms: [{ all: [evil], except: [evil] }] },
    ],
    example: `GET \`${evil}\` via \`${evil}\``,
    cause: {
      kind: 'granted',
      policy: 'new',
      grant: grantAt({
        id: `egress:${evil}`,
        line: 1,
        column: 1,
        approval: {
          owner: evil,
          reason: evil,
          ticket: evil,
          approvedBy: evil,
          expiresAt: null,
          maxUses: null,
          request: evil,
        },
      }),
    },
  });
  const gone = { ...change, direction: 'narrows', classes: ['removed'] } as const;
  const unusual = {
    path: evil,
    renamedFrom: evil,
    old: sideOf('x: 1\n', `main:${evil}`),
    next: sideOf(`${evil}\n`, evil),
    unknown: `the patterns of \`query ${evil}\``,
    isComplete: false,
  };
  return [made([change, gone], unusual), made([], { ...unusual, verdict: 'inconclusive' })];
}

const options = (evil: string) => ({
  ...ALL,
  problems: [finding(marked('[[x]]', evil), { message: `the key \`${evil}\`` })],
});

/** What is left of Markdown when code is taken away, by the rules of CommonMark 0.31, sections 4.5 and 6.1. */
function outsideOfCode(markdown: string): string {
  const blocks = markdown.replace(/^(`{3,})[^`\n]*\n(?:.*\n)*?\1$/gm, '');
  return blocks.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '');
}

describe.each(HOSTILE.map((evil) => [evil]))('%j', (evil) => {
  test('is only ever code in Markdown', () => {
    const markdown = differenceMarkdown(report(evil), options(evil));
    const outside = outsideOfCode(markdown);
    expect(outside).not.toMatch(/evil|forged|everyone|alert|approved\.|bold|gpj|title/);
    expect(outside).not.toMatch(/`|\]\(|@|#\d/);
    const tags = outside.match(/<[^>]*>/g) ?? [];
    expect(new Set(tags)).toEqual(
      new Set(['<!-- nemoclaw diff -->', '<details>', '<summary>', '</summary>', '</details>']),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('is only ever text in HTML', () => {
    const html = differenceHtml(report(evil), options(evil));
    const elements = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name));
    for (const name of ['script', 'img']) expect(elements.has(name)).toBe(false);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html.match(/<\/code>/g)).toHaveLength(html.match(/<code>/g)!.length);
    expect(html).not.toMatch(/ on[a-z]+="|href="(?!#policy-\d+")/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(html).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('forges no line in text and no command for GitHub', () => {
    const text = differenceText(report(evil), options(evil));
    expect(text).not.toMatch(/^(?:## forged|- \[x\]|```$)/m);
    // The log of a workflow acts on these.
    expect(text).not.toMatch(/^\s*::|##\[/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const commands = differenceGithub(report(evil), options(evil)).trimEnd().split('\n');
    expect(commands).toHaveLength(4);
    for (const command of commands) expect(command).toMatch(/^::(?:error|warning|notice) [^:]*::/);
  });
});

describe('code in Markdown', () => {
  /** What CommonMark shows for a text that is one code span. */
  const shown = (markdown: string) => {
    const [, fence, inner] = /^(`+)(.*?[^`]|)\1$/s.exec(markdown)!;
    expect(inner!.match(/`+/g)?.some((run) => run.length === fence!.length) ?? false).toBe(false);
    const isPadded = /^ .* $/.test(inner!) && inner!.trim() !== '';
    return isPadded ? inner!.slice(1, -1) : inner;
  };

  test('shows any text as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('`', ' ', 'a', '|', '\\', '*'), maxLength: 8 }),
        (text) => {
          if (text === '') return;
          expect(shown(codeSpan(text))).toBe(text);
        },
      ),
      { numRuns: 500 },
    );
    expect(codeSpan('')).toBe('`""`');
  });

  test('keeps its bars in a cell', () => {
    expect(inCell(codeSpan('a|b'))).toBe('`a\\|b`');
  });

  test('blocks have a longer fence than anything in them', () => {
    expect(codeBlock('diff', ['+````', 'x'])).toEqual(['`````diff', '+````', 'x', '`````']);
    expect(codeBlock('', [])).toEqual(['```', '```']);
  });

  test('our own words are code as well where they are not harmless', () => {
    const words = (text: string) => markdownPhrase([{ kind: 'words', text }]);
    expect(words('GET (SHA-256 ab12...), ')).toBe('GET (SHA-256 ab12...), ');
    for (const text of ['see www.x.y', '@me', '<b>', 'a_b', '#12', 'HTTP://x'])
      expect(words(text)).toBe(`\`${text}\``);
  });
});
