import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PASSED_ON } from '../../../../compiler/frontend/srt/credentials.ts';
import { changesOf, errorsOf, imported, importedText } from '../../../support/imports-of-settings.ts';

const rules = (permissions: object) => ({ sandbox: { enabled: true }, permissions });
const told = (settings: object) =>
  changesOf(settings).filter((change) => !change.includes('built-in-protection'));

describe('permission rules of Claude Code', () => {
  it.each([
    [{ allow: ['Edit(//srv/a)'] }, 'read_write:\n    - { path: /srv/a, optional: true }'],
    [{ allow: ['Write(~/a)'] }, 'read_write:\n    - { path: "${home}/a", optional: true }'],
    [{ allow: ['Read(~/.zshrc)'] }, 'read_only:\n    - { path: "${home}/.zshrc", optional: true }'],
    [{ deny: ['Read(./s/**)'] }, 'deny:\n    - { path: "${workdir}/s", optional: false }'],
    [{ deny: ['Edit(/a/b)'] }, 'read_only:\n    - "${workdir}/a/b"'],
    [
      { allow: ['WebFetch(domain:*.example.com)'] },
      '{ host: "**.example.com", ports: ["1-65535"], protocol: tcp }',
    ],
    [
      { allow: ['WebFetch(domain:a.example)'], ask: ['WebFetch(domain:a.example)'] },
      'denied_domains:\n    endpoints:\n      - host: a.example',
    ],
    [{ additionalDirectories: ['/srv/b'] }, 'read_write:\n    - { path: /srv/b, optional: true }'],
  ])('%j', (permissions, text) => {
    expect(importedText(rules(permissions))).toContain(text);
    expect(importedText(rules(permissions))).toContain('include_workdir: true');
  });

  it.each([
    [
      { deny: ['Read(.env)'] },
      ['looser import/not-denied @ "Read(.env)"', 'stricter import/must-exist @ "Read(.env)"'],
    ],
    [
      { ask: ['Edit(a/b)'] },
      ['stricter import/nobody-asked @ "Edit(a/b)"', 'stricter import/must-exist @ "Edit(a/b)"'],
    ],
    [
      { allow: ['Bash(npm *)', 'Read', 'mcp__x'] },
      [
        'lost import/rule-of-a-tool @ "Bash(npm *)"',
        'lost import/rule-of-a-tool @ "Read"',
        'lost import/rule-of-a-tool @ "mcp__x"',
      ],
    ],
    [{ defaultMode: 'plan' }, ['lost import/no-place @ "defaultMode"']],
  ])('says what became of %j', (permissions, changes) => {
    expect(told(rules(permissions))).toEqual(changes);
  });
});

describe('the sandbox section of Claude Code', () => {
  it('is enforced although it is not turned on', () => {
    expect(told({ sandbox: {} })).toEqual(['stricter import/sandbox-off @ {']);
    expect(told({ sandbox: { enabled: true } })).toEqual([]);
  });

  it('reads absolute paths in both spellings', () => {
    const settings = { sandbox: { enabled: true, filesystem: { allowWrite: ['/a/b', '//c/d'] } } };
    expect(importedText(settings)).toContain(
      '    - { path: /a/b, optional: true }\n    - { path: /c/d, optional: true }\n',
    );
    expect(told(settings)).toEqual(['lost import/path-from-root @ "/a/b"']);
  });

  it.each([
    [{ sandbox: { excludedCommands: ['docker'] } }, 'stricter import/stricter-setting @ "excludedCommands"'],
    [
      { sandbox: { allowUnsandboxedCommands: true } },
      'stricter import/stricter-setting @ "allowUnsandboxedCommands"',
    ],
    [{ sandbox: {}, env: { A: 'b' } }, 'lost import/no-place @ "env"'],
  ])('says what became of %j', (settings, change) => {
    expect(told(settings)).toContain(change);
  });

  it('refuses a section that is nearly spelt right, and keys that it does not know', () => {
    expect(errorsOf({ sandbox: {}, permisions: {} })).toEqual(['import/unknown-key @ "permisions"']);
    expect(errorsOf({ sandbox: { enable: true } })).toEqual(['import/unknown-key @ "enable"']);
  });

  it('shows no credential that stands in the file', () => {
    const token = `sk-ant-${'a1B2c3D4'.repeat(4)}`;
    const text = `{"sandbox": {"enabled": true}, "env": {"ANTHROPIC_API_KEY": "${token}"}, "permisions": {}}`;
    const { errors, changes } = imported(text);
    const shown = [...errors, ...changes.map(({ diagnostic }) => diagnostic)];
    expect(shown.length).toBeGreaterThan(3);
    for (const { primary, message } of shown) {
      expect(primary!.source.text).not.toContain(token);
      expect(message).not.toContain(token);
    }
  });
});

it('knows which variables the tier passes on', () => {
  const base = readFileSync(join(import.meta.dirname, '../../../../blueprints/presets/base.yaml'), 'utf8');
  const section = /environment:\n([\s\S]*?)\n\n/.exec(base)![1]!;
  const names = [...section.matchAll(/- (?:\{ name: )?([A-Z_]+\*?)/g)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(PASSED_ON.test(name.replace('*', 'X')), name).toBe(true);
  expect(PASSED_ON.source.split('|')).toHaveLength(names.length);
});
