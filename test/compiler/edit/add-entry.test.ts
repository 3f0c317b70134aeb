import { describe, expect, test } from 'vitest';
import { addEntry } from '../../../compiler/edit/add/add-entry.ts';
import { formatBlueprint } from '../../../compiler/edit/format.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';

const HEAD = 'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata: { name: a }\n';
const VALUE = {
  endpoints: [
    { host: 'a.example', port: 443, protocol: 'http', rules: [{ allow: { method: 'GET', path: '/x/*' } }] },
  ],
  binaries: ['/usr/bin/curl'],
};
const BLOCK = [
  'req-1:',
  '  endpoints:',
  '    - host: a.example',
  '      port: 443',
  '      protocol: http',
  '      rules:',
  '        - allow: { method: GET, path: "/x/*" }',
  '  binaries: [/usr/bin/curl]',
];

function added(text: string): string | null {
  return addEntry(new SourceFile('a.yaml', text), 'network_policies', 'req-1', VALUE);
}

/** The block at a depth, as lines. */
function at(depth: number, lineBreak = '\n'): string {
  return BLOCK.map((line) => `${' '.repeat(depth)}${line}${lineBreak}`).join('');
}

describe('a section that is there', () => {
  const SECTION = 'network_policies:\n  one:\n    endpoints: [{ host: b.example, port: 1 }] # why\n';

  test.each([
    ['at the end', `${HEAD}${SECTION}`, '', ''],
    ['before another one', `${HEAD}${SECTION}`, '', '\n# of tests\ntests: []\n'],
    [
      'below its own last comments',
      `${HEAD}${SECTION}    # of one\n  # of all\n`,
      '',
      '# of tests\ntests: []\n',
    ],
    [
      'below a block text',
      `${HEAD}network_policies:\n  one:\n    name: |\n      x\n\n      # y\n`,
      '',
      'tests: []\n',
    ],
  ])('grows %s', (_, before, between, after) => {
    expect(added(before + after)).toBe(`${before}${between}${at(2)}${after}`);
  });

  test('grows where the last line does not end', () => {
    const text = `${HEAD}${SECTION}`.trimEnd();
    expect(added(text)).toBe(`${text}\n${at(2)}`);
  });

  test('keeps its own line breaks', () => {
    const text = `${HEAD}${SECTION}`.replaceAll('\n', '\r\n');
    expect(added(text)).toBe(text + at(2, '\r\n'));
  });

  test('gives its indentation, its dashes, its braces and its quotes to what is added', () => {
    const text = `${HEAD}network_policies:\n    one:\n        endpoints:\n        - { host: 'b.example', port: 1 }\n`;
    expect(added(text)).toBe(
      `${text}    req-1:\n        endpoints:\n        - host: a.example\n          port: 443\n          protocol: http\n` +
        "          rules:\n          - allow: { method: GET, path: '/x/*' }\n        binaries: [/usr/bin/curl]\n",
    );
  });

  test('in brackets, grows within them', () => {
    const entry =
      'req-1: { endpoints: [{ host: a.example, port: 443, protocol: http, rules: [{ allow: { method: GET, path: "/x/*" } }] }], binaries: [/usr/bin/curl] }';
    expect(added(`${HEAD}network_policies: {}\n`)).toBe(`${HEAD}network_policies: { ${entry} }\n`);
    expect(added(`${HEAD}network_policies: { b: {} } # x\n`)).toBe(
      `${HEAD}network_policies: { b: {}, ${entry} } # x\n`,
    );
    expect(added(`${HEAD}network_policies: {\n  b: {},\n}\n`)).toBe(
      `${HEAD}network_policies: {\n  b: {},\n  ${entry}\n}\n`,
    );
  });

  test('of a document in JSON, it stays JSON, and no line changes', () => {
    const text = JSON.stringify({ kind: 'Blueprint', network_policies: { b: {} } }, null, 2);
    const grown = added(text)!;
    expect(JSON.parse(grown).network_policies).toEqual({ b: {}, 'req-1': VALUE });
    const lines = grown.split('\n');
    expect(lines.filter((line) => !line.includes('req-1')).join('\n')).toBe(text);
  });
});

describe('a section that is not there', () => {
  test('comes where the schema has it, above the comment of the next one, with blank lines as the others', () => {
    const before = `${HEAD}\nresources:\n  processes: 1\n\n`;
    const after = '# of tests\ntests: []\n';
    expect(added(before + after)).toBe(`${before}network_policies:\n${at(2)}\n${after}`);
    const tight = before.replaceAll('\n\n', '\n');
    expect(added(tight + after)).toBe(`${tight}network_policies:\n${at(2)}${after}`);
  });

  test('comes at the end where sections are in no order, and below the last comments of the last one', () => {
    const text = 'tests: []\nkind: Blueprint\nresources:\n  processes: 1\n  # more\n';
    expect(added(text)).toBe(`${text}network_policies:\n${at(2)}`);
  });

  test('leaves a formatted document formatted', () => {
    const { text } = formatBlueprint(
      new SourceFile('', `${HEAD}\nresources: { processes: 1 }\n\ntests: []\n`),
    );
    const grown = added(text)!;
    expect(formatBlueprint(new SourceFile('', grown)).text).toBe(grown);
  });
});

test.each([
  ['nothing', ''],
  ['a list', '- a\n'],
  ['what cannot be read', 'a: [\n'],
  ['two keys of one name', 'a: 1\na: 2\n'],
  ['a section that is no mapping', 'network_policies: []\n'],
  ['an entry of that name', 'network_policies:\n  req-1: {}\n'],
])('%s is not added to', (_, text) => {
  expect(added(text)).toBeNull();
});

test('texts that mean more to YAML are quoted, and nothing acts on a terminal', () => {
  const value = { a: 'yes', b: '# c', c: '\u202e\u001b', d: '1', e: 'x: y', f: '' };
  const grown = addEntry(new SourceFile('', HEAD), 'network_policies', 'on', value)!;
  expect(grown).toContain(
    'network_policies:\n  "on":\n    a: "yes"\n    b: "# c"\n    c: "\\u202e\\u001b"\n    d: "1"\n    e: "x: y"\n    f: ""\n',
  );
});
