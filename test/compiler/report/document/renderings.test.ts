import { describe, expect, test } from 'vitest';
import type { AuditDocument } from '../../../../compiler/report/document/document.ts';
import { htmlDocument } from '../../../../compiler/report/document/html.ts';
import { plainDocument } from '../../../../compiler/report/document/json.ts';
import { prose } from '../../../../compiler/report/document/markdown/text.ts';
import { markdownDocument } from '../../../../compiler/report/document/markdown.ts';
import { layOut, WALL } from '../../../../compiler/report/document/picture/layout.ts';
import { pictureOf } from '../../../../compiler/report/document/picture/picture.ts';
import { inWords } from '../../../../compiler/report/document/picture/svg.ts';
import { documentOf, shippedText } from '../../../support/documents.ts';
import { blueprint } from '../../../support/policy.ts';

const openclaw = documentOf(shippedText('openclaw.yaml'));

const RENDERINGS: [string, (document: AuditDocument) => string][] = [
  ['markdown', markdownDocument],
  ['html', htmlDocument],
  ['json', (document) => JSON.stringify(plainDocument(document))],
];

describe.each(RENDERINGS)('as %s', (_, render) => {
  const text = render(openclaw);

  test('it holds every permission, place, target, guardrail, caveat and digest', () => {
    const strip = (one: string) => one.replaceAll('&#39;', "'");
    const { chapters, targets, guardrails, inputs, policy, notWithstood, statements } = openclaw;
    const rows = chapters.flatMap(({ permissions }) => permissions.flatMap((group) => group.permissions));
    expect(rows.length).toBeGreaterThan(90);
    const wanted = [
      ...rows.flatMap(({ what }) => what.filter(({ kind }) => kind === 'value').map((part) => part.text)),
      ...targets.map(({ name }) => name),
      ...guardrails.verdicts.map(({ name }) => name),
      ...notWithstood.map(({ title }) => title),
      ...statements.map(({ title }) => title),
      ...inputs.flatMap(({ name, digest }) => [name, digest]),
      policy!,
      'team@example.com',
      '2026-01-01T00:00:00Z',
    ];
    for (const part of wanted) expect(strip(text), part).toContain(part);
  });

  test('it is the same each time, and without a date it has none', () => {
    expect(render(documentOf(shippedText('openclaw.yaml')))).toBe(text);
    const undated = render(documentOf(shippedText('openclaw.yaml'), { dated: false }));
    expect(undated).not.toContain('2026-01-01');
  });
});

describe('hostile texts', () => {
  // What a blueprint lets through, and what only a caller could give.
  const WRITTEN = '</code><script>alert(1)</script>`|**[x](javascript:1)** @everyone';
  const EVIL = `${WRITTEN} \u202e`;
  const quoted = JSON.stringify(WRITTEN);
  const sections =
    `filesystem_policy:\n  include_workdir: true\n  read_only: [${JSON.stringify(`/srv/${WRITTEN.replace(/[/*[\]]/g, '')}`)}]\n` +
    `process:\n  environment:\n    - { name: A, value: ${quoted} }\n` +
    'network_policies:\n  web:\n    endpoints:\n      - { host: example.com, port: 443, protocol: tcp }\n' +
    `    grant: { owner: ${quoted}, reason: ${quoted}, ticket: ${quoted} }\n`;
  const document = documentOf(blueprint(sections), {
    description: EVIL,
    owners: [EVIL],
    file: EVIL,
    controls: {
      source: EVIL,
      name: EVIL,
      description: EVIL,
      controls: [{ id: EVIL, framework: EVIL, title: EVIL, doesNotShow: EVIL, evidence: ['files-limited'] }],
    },
  });

  test('end nothing and begin nothing in the page', () => {
    const html = htmlDocument(document);
    expect(html).not.toMatch(/<script|\u202e|javascript:1\)\*\*<\/a/);
    expect(html.match(/<\/code>/g)!.length).toBe(html.match(/<code>/g)!.length);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('stay within their code or are escaped in Markdown', () => {
    const markdown = markdownDocument(document);
    expect(markdown).not.toContain('\u202e');
    // Outside of code there is no tag, no link and no mention left.
    const outside = markdown
      .replace(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '')
      .replace(/\\[\\`*_{}[\]<>()!~&|]|(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
    expect(outside).not.toMatch(/[<`]|\[x\]|@|\*\*\[/);
  });

  test('keep their meaning in the JSON form', () => {
    const text = JSON.stringify(plainDocument(document));
    expect((JSON.parse(text) as { owners: string[] }).owners).toEqual([EVIL]);
  });
});

test.each([
  ['- no list', '\\- no list'],
  ['1. no list', '1\\. no list'],
  ['# no heading', '`#` no heading'],
  ['see https://x.example now', 'see `https://x.example` now'],
  ['a_b *c*', 'a\\_b \\*c\\*'],
  ['x | y', 'x | y'],
])('prose %j is written %j', (text, written) => {
  expect(prose(text)).toBe(written);
});

describe('the picture', () => {
  const pictures = ['coding-agent', 'openclaw', 'research-agent'].map((name) => {
    const { reach } = documentOf(shippedText(`${name}.yaml`));
    return [name, pictureOf(name, reach)] as const;
  });

  test.each(pictures)('of %s has its ways apart, within the wall and each through its door', (_, picture) => {
    const { cards, wall } = layOut(picture);
    for (const side of ['left', 'right'] as const) {
      const ways = cards.filter((card) => card.side === side && card.way !== null);
      const starts = ways.map(({ way }) => way!.start);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
      for (const [at, one] of ways.entries()) {
        expect(one.way!.lane).toBeGreaterThan(WALL.left);
        expect(one.way!.lane).toBeLessThan(WALL.right);
        expect(one.door.y).toBeGreaterThan(wall.top);
        expect(one.door.y).toBeLessThan(wall.bottom);
        for (const other of ways.slice(at + 1)) {
          const [low, high] = [one.way!.start, one.door.y].sort((a, b) => a - b) as [number, number];
          const [from, to] = [other.way!.start, other.door.y].sort((a, b) => a - b) as [number, number];
          const overlap = Math.min(high, to) - Math.max(low, from);
          if (overlap > 0)
            expect(one.way!.lane, `${one.card.title}, ${other.card.title}`).not.toBe(other.way!.lane);
        }
      }
    }
    for (const [at, { y, height, side }] of cards.entries()) {
      const next = cards[at + 1];
      if (next?.side === side) expect(next.y).toBeGreaterThanOrEqual(y + height);
    }
  });

  test('says in words what it shows, and shuts what is not granted', () => {
    const words = inWords(pictures[0]![1]).join('\n');
    expect(words).toContain('Behind the wall without a door, no network');
    expect(words).toContain('Through a door both ways, changes: /work/project');
    expect(words).toContain('Behind the wall without a door, hidden from it: /work/project/.env');
  });

  test('leaves out what does not fit and says how much', () => {
    const paths = Array.from({ length: 20 }, (_, at) => `/srv/a${at}`);
    const { reach } = documentOf(
      blueprint(`filesystem_policy:\n  include_workdir: true\n  read_only: [${paths}]\n`),
    );
    const reads = pictureOf('x', reach).left.find(({ title }) => title === 'reads')!;
    expect(reads.rows.length + reads.more).toBe(20);
    expect(reads.more).toBe(13);
  });
});
