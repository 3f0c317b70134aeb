import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitIn } from '../support/proposals/place.ts';
import { blueprint, gatePlace, MORE, OWNER, READ, said } from './place.ts';

const PATH = 'agents/a.yaml';
const BASE = { [PATH]: blueprint([READ]) };

describe('what a stranger may send', () => {
  test.each([
    ['absolute', '/etc/hostname'],
    ['upwards', '../../outside.yaml'],
  ])('a blueprint that is an %s link is an error', async (_, link) => {
    const place = await gatePlace(BASE, { [PATH]: { link } });
    const ran = await place.run();
    expect(ran.exitCode).toBe(1);
    expect(ran.outputs.verdict).toBe('invalid');
    expect(ran.stdout).toContain('it lies outside of the repository');
  });

  test('a blueprint behind a link of the repository is judged under both names', async () => {
    const place = await gatePlace(BASE, {
      [PATH]: { link: '../real/a.txt' },
      'real/a.txt': blueprint([READ, MORE]),
    });
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2630').join()).toContain(
      '`agents/a.yaml` needs the approval of an owner: it lets the agent do more',
    );
  });

  test('a file outside of the repository is neither extended nor looked at', async () => {
    const extending = blueprint([READ]).replace(
      'filesystem_policy',
      'extends: [{ file: ../../secret.yaml }]\nfilesystem_policy',
    );
    const place = await gatePlace(BASE, { [PATH]: extending });
    const ran = await place.run({
      prepare: (folder) => writeFileSync(join(folder, '../secret.yaml'), 'TOP SECRET'),
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).not.toContain('TOP SECRET');
    const outside = await place.run({ inputs: { paths: '../secret.yaml' } });
    expect(said(outside, 'NC1855').join()).toContain('`../secret.yaml` is on neither of the two sides');
    expect(outside.exitCode).toBe(1);
  });

  test('names and texts forge neither commands, nor Markdown, nor outputs', async () => {
    const evil = 'agents/::error::x\n::set-output name=verdict::equal\r%0A`]<img src=x>|@ann.yaml';
    const text = blueprint([
      READ,
      'host: "b.example.com", port: 443, access: full, grant: { owner: "</details>@ann <b>`x`</b>", reason: "::stop-commands::x" }',
    ]);
    const place = await gatePlace(BASE, { [evil]: text });
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    const commands = ran.stdout.split('\n').filter((line) => line !== '');
    for (const line of commands) expect(line).toMatch(/^::(error|warning|notice) /);
    expect(ran.outputs.verdict).toBe('widens');
    expect(Object.keys(ran.outputs).sort()).toEqual(['json', 'passes', 'risk', 'sarif', 'verdict', 'widens']);
    for (const markdown of [ran.summary, place.standIn.state.comments[0]!.body]) {
      const shown = markdown.replace(/(`+)[\s\S]*?[^`]\1(?!`)/g, '');
      expect(shown).not.toMatch(/<img|@ann|<b>|::/);
    }
  });

  test('nothing of the head is run: no hook, filter, monitor or attribute', async () => {
    const place = await gatePlace(BASE, {
      [PATH]: blueprint([READ, MORE]),
      '.gitattributes': '*.yaml filter=evil diff=evil merge=union\n',
      'package.json': '{ "scripts": { "prepare": "touch ran" } }\n',
    });
    const marks: string[] = [];
    await place.run({
      prepare: (folder) => {
        const mark = join(folder, 'ran');
        marks.push(mark);
        const program = join(folder, '.git/hooks/run');
        writeFileSync(program, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
        for (const key of [
          'filter.evil.smudge',
          'filter.evil.clean',
          'diff.evil.textconv',
          'core.fsmonitor',
        ]) {
          gitIn(folder, 'config', key, program);
        }
        gitIn(folder, 'config', 'core.hooksPath', join(folder, '.git/hooks'));
      },
    });
    expect(marks.map((mark) => existsSync(mark))).toEqual([false]);
  });

  test('a union of lines by attributes of the head is no merge', async () => {
    const place = await gatePlace(BASE, {
      [PATH]: blueprint([MORE]),
      '.gitattributes': '*.yaml merge=union\n',
    });
    place.push({ [PATH]: blueprint(['host: c.example.com, port: 443, access: read-only']) }, 'main');
    const ran = await place.run();
    expect(said(ran, 'NC2637')).toHaveLength(1);
    expect(ran.exitCode).toBe(1);
  });
});

describe('what is judged is the merge', () => {
  test('what the base took away meanwhile is not new by an old branch', async () => {
    const two = { [PATH]: blueprint([READ]), 'agents/b.yaml': blueprint([READ, MORE]) };
    const place = await gatePlace(two, { 'README.md': 'text\n' });
    place.push({ 'agents/b.yaml': blueprint([READ]) }, 'main');
    const ran = await place.run();
    expect(ran.outputs).toMatchObject({ verdict: 'equal', passes: 'true' });
    expect(ran.exitCode).toBe(0);
  });

  test('owners are those of the base as it is now, also while GitHub names the commit that it was opened on', async () => {
    const place = await gatePlace(BASE, { [PATH]: blueprint([READ, MORE]) });
    place.push({ [PATH]: blueprint([READ], ['@bob']) }, 'main');
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2630').join()).toContain('ask for a review by `@bob`');
    place.standIn.state.review(1, { login: 'bob' }, 'APPROVED');
    expect((await place.run()).exitCode).toBe(0);
  });

  test('a base branch that is gone is an error', async () => {
    const place = await gatePlace(BASE, { [PATH]: blueprint([READ]), 'README.md': 'x\n' });
    place.standIn.inject = ({ id }) =>
      id === 'git/get-ref' ? { status: 404, body: { message: 'gone' } } : null;
    const ran = await place.run();
    expect(ran).toMatchObject({ exitCode: 1, outputs: { verdict: 'failed', passes: 'false' } });
    expect(said(ran, 'NC2555')).toHaveLength(1);
  });

  test('two changes that are harmless alone are judged together', async () => {
    const block = (path: string, deny: boolean) => `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata:
  name: agent
  owners: ["@ann"]
filesystem_policy:
  read_only: [{ path: "\${workdir}", execute: false }]
network_policies:
  web:
    endpoints:
      - host: a.example.com
        port: 443
        rules:
          - allow: { method: GET, path: "${path}" }
          # a
          # b
          # c
          # d
        deny_rules:
          - { method: "*", path: "${deny ? '/x/**' : '/none'}" }
    binaries: [{ path: /usr/bin/curl }]
`;
    // The base opens /x/ while it is denied; the change takes away the denial, which meant nothing where it was made.
    const place = await gatePlace({ [PATH]: block('/y/**', true) }, { [PATH]: block('/y/**', false) });
    expect((await place.run()).outputs).toMatchObject({ verdict: 'equal', passes: 'true' });
    place.push({ [PATH]: block('/**', true) }, 'main');
    const ran = await place.run();
    expect(ran.outputs).toMatchObject({ passes: 'false', widens: 'true' });
    place.standIn.state.review(1, OWNER, 'APPROVED');
    expect((await place.run()).exitCode).toBe(0);
  });
});
