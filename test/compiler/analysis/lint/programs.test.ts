import { describe, expect, test } from 'vitest';
import { realPath } from '../../../../compiler/analysis/lint/file-tree.ts';
import { findingsIn, lintOf, meaningOf, mend, owned, treeOf } from '../../../support/linted.ts';

const FILES = 'filesystem_policy:\n  include_workdir: true\n  scratch: [/tmp]\n';
const by = (binaries: string, endpoint = 'host: a.example.com, port: 443, access: read-only') =>
  owned(
    `${FILES}network_policies:\n  api:\n    binaries: ${binaries}\n    endpoints:\n      - { ${endpoint} }\n`,
  );

describe('interpreters', () => {
  test('are noted once a network policy, with the others beside', () => {
    const text = by('[/usr/bin/gh, /usr/bin/node, "/usr/bin/python3.*", /bin/bash]');
    expect(lintOf(text)).toEqual(['lint/interpreter @ /usr/bin/node']);
    const { severity, related, message } = findingsIn(text).find(
      ({ diagnostic }) => diagnostic.name === 'lint/interpreter',
    )!.diagnostic;
    expect({ severity, related: related.length }).toEqual({ severity: 'note', related: 2 });
    expect(message).toContain('`/usr/bin/node`, `/usr/bin/python3.*`, `/bin/bash` run whatever');
  });

  test.each([
    '/usr/bin/perl',
    '/usr/local/bin/ruby3.2',
    '/opt/deno',
    '/usr/bin/php8.2',
    '/usr/bin/sh',
    '"/usr/bin/lua*"',
  ])('%s is one', (binary) => {
    expect(lintOf(by(`[${binary}]`))).toEqual([`lint/interpreter @ ${binary}`]);
  });

  test.each([
    '/usr/bin/gh',
    '/usr/bin/nodemon',
    '/usr/bin/shellcheck',
    '/usr/bin/perlcritic',
    '/usr/bin/git',
  ])('%s is none', (binary) => {
    expect(lintOf(by(`[${binary}]`))).toEqual([]);
  });

  test('in a tunnel that nobody looks into are a warning at the host', () => {
    const tunnel = 'host: a.example.com, port: 443, protocol: tcp';
    expect(lintOf(by('[/usr/bin/node]', tunnel))).toEqual([
      'lint/interpreter @ /usr/bin/node',
      'lint/interpreter-tunnel @ a.example.com',
    ]);
    expect(lintOf(by('[/usr/bin/gh]', tunnel))).toEqual([]);
  });
});

describe('programs that the agent can replace', () => {
  test.each([
    ['in the working folder', '["${workdir}/bin/tool"]', '"${workdir}/bin/tool"'],
    ['in a private folder', '[/tmp/tool]', '/tmp/tool'],
    ['by a pattern that reaches there', '["/tmp/*/tool"]', '"/tmp/*/tool"'],
    ['by a pattern from above', '["/work/**/tool"]', '"/work/**/tool"'],
  ])('%s', (_name, binaries, underlined) => {
    expect(lintOf(by(binaries))).toEqual([`lint/replaceable-program @ ${underlined}`]);
  });

  test.each([
    ['read-only ones', '[/usr/bin/gh]'],
    ['ones of a known content', `[{ path: /tmp/tool, sha256: ${'b'.repeat(64)} }]`],
    ['patterns beside it', '["/work/other/*"]'],
  ])('not %s', (_name, binaries) => {
    expect(lintOf(by(binaries))).toEqual([]);
  });

  test('not where a nearer entry takes the right away', () => {
    const text = owned(
      'filesystem_policy:\n  include_workdir: true\n  read_only: ["${workdir}/bin"]\nnetwork_policies:\n  api:\n    binaries: ["${workdir}/bin/*", "${workdir}/bin/x"]\n    endpoints: [{ host: a.example.com, port: 443, access: read-only }]\n',
    );
    expect(lintOf(text)).toEqual([
      'lint/read-only-below-writable @ "${workdir}/bin"',
      'lint/granted-already @ "${workdir}/bin/x"',
    ]);
  });
});

describe('programs of a file tree', () => {
  const tree = treeOf({
    '/usr/bin/python3': { to: 'python3.11' },
    '/usr/bin/python3.11': 'file',
    '/bin': { to: 'usr/bin' },
    '/usr/bin/gh': 'file',
    '/usr/bin/loop': { to: '/usr/bin/loop' },
    '/usr/bin/odd': { to: '/opt/a b' },
    '/opt/a b': 'file',
    '/usr/bin/out': { to: '../../../../../../usr/bin/gh' },
  });

  test('behind a link get the path that the kernel reports, at its own text, comments kept', () => {
    const text = owned(
      `${FILES}network_policies:\n  api:\n    binaries:\n      - /bin/gh # the tool\n      - { path: "/usr/bin/python3" }\n    endpoints:\n      - { host: a.example.com, port: 443, access: read-only }\n`,
    );
    expect(lintOf(text, { tree })).toEqual([
      'lint/program-is-link @ /bin/gh',
      'lint/interpreter @ "/usr/bin/python3"',
      'lint/program-is-link @ "/usr/bin/python3"',
    ]);
    const after = mend(text, { tree }).text;
    expect(after).toBe(
      text.replace('/bin/gh #', '/usr/bin/gh #').replace('"/usr/bin/python3"', '"/usr/bin/python3.11"'),
    );
    expect(meaningOf(after)).not.toBe(meaningOf(text));
    const fixes = findingsIn(text, { tree }).flatMap(({ fix }) => fix ?? []);
    expect(fixes.every(({ intended }) => intended !== null)).toBe(true);
  });

  test('by a pattern that could be an interpreter are named as one', () => {
    expect(lintOf(by('["/usr/bin/g*"]'))).toContain('lint/interpreter @ "/usr/bin/g*"');
  });

  test('by a pattern are looked up as far as the pattern is certain', () => {
    const text = by('["/bin/gi*"]');
    expect(lintOf(text, { tree })).toEqual(['lint/program-is-link @ "/bin/gi*"']);
    expect(mend(text, { tree }).text).toBe(by('["/usr/bin/gi*"]'));
  });

  test('that are missing are noted, circles are said to be unclear', () => {
    const text = by('[/usr/bin/hub, /usr/bin/loop, /usr/bin/gh]');
    expect(lintOf(text, { tree })).toEqual([
      'lint/program-missing @ /usr/bin/hub',
      'lint/link-unclear @ /usr/bin/loop',
    ]);
    expect(mend(text, { tree }).text).toBe(text);
  });

  test('are not rewritten where the real path needs thought, or the text has a variable', () => {
    expect(lintOf(by('[/usr/bin/odd]'), { tree })).toEqual(['lint/program-is-link @ /usr/bin/odd']);
    expect(mend(by('[/usr/bin/odd]'), { tree }).text).toBe(by('[/usr/bin/odd]'));
    const text = owned(
      `variables: { folder: /bin }\n${FILES}network_policies:\n  api:\n    binaries: ["\${folder}/gh"]\n    endpoints: [{ host: a.example.com, port: 443, access: read-only }]\n`,
    );
    expect(lintOf(text, { tree })).toEqual(['lint/program-is-link @ "${folder}/gh"']);
    expect(mend(text, { tree }).text).toBe(text);
  });

  test('are not looked up when no tree is named', () => {
    expect(lintOf(by('[/usr/bin/hub]'))).toEqual([]);
  });
});

describe('links within a file tree', () => {
  test('never lead out of it, and only below what was seen to be a folder is looked', () => {
    const tree = treeOf({
      '/a/up': { to: '../../../../etc/shadow' },
      '/a/abs': { to: '/b/../b/x' },
      '/b/x': 'file',
      '/etc/shadow': { to: '/a/abs' },
    });
    expect(realPath(tree, '/a/up')).toEqual({ kind: 'found', path: '/b/x' });
    expect(tree.asked).toEqual(['/a', '/a/up', '/etc', '/etc/shadow', '/a', '/a/abs', '/b', '/b', '/b/x']);
    expect(tree.asked.filter((path) => path.includes('..'))).toEqual([]);
  });

  test('are followed so many times, and a file is no folder', () => {
    const chain: Record<string, 'file' | { to: string }> = { '/end': 'file' };
    for (let at = 0; at < 60; at++) chain[`/l${at}`] = { to: at === 59 ? '/end' : `/l${at + 1}` };
    expect(realPath(treeOf(chain), '/l25')).toEqual({ kind: 'found', path: '/end' });
    expect(realPath(treeOf(chain), '/l0')).toMatchObject({ kind: 'unclear' });
    const bomb = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`/d/b${at}`, { to: `b${at + 1}/../b${at + 1}` }]),
    );
    expect(realPath(treeOf({ ...bomb, '/d/b10/x': 'file' }), '/d/b0')).toMatchObject({ kind: 'unclear' });
    expect(realPath(treeOf({ '/f': 'file' }), '/f/x')).toEqual({ kind: 'missing' });
  });
});
