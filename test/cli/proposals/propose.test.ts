import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { USUAL_PROPOSAL } from '../../../cli/arguments/egress-propose.ts';
import { propose } from '../../../cli/proposals/propose.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { only } from '../../../compiler/ir/extent.ts';
import { readRequestFolder } from '../../../runtime/approvals/requests/folder.ts';
import { policyOf } from '../../support/policy.ts';
import { addedLines, asked, POST } from '../../support/proposals/asked.ts';
import { BLUEPRINT, commitTo, gitIn, NOW, placeWith, runIn } from '../../support/proposals/place.ts';
import { accessTo } from '../../support/refusals.ts';
import { worldOf } from '../world.ts';

const PATH = 'agents/a-1.yaml';

describe('who is to approve it', () => {
  test('stands in the grant and in the text to review', async () => {
    const place = await placeWith([POST]);
    const [id] = place.ids;
    const { exitCode } = await place.run('propose', id!, '--approver', '@ann');
    expect(exitCode).toBe(0);
    const after = place.onRemote(`nemoclaw/egress/${id}`, PATH);
    expect(addedLines(BLUEPRINT, after)).toContain('      approved_by: "@ann"');
    const body = readFileSync(join(place.root, 'proposals', `nemoclaw-egress-${id}.md`), 'utf8');
    expect(body).toContain('- to be approved by: `@ann`\n');
    expect(body).toContain('The grant says that `@ann` approves it');
  });

  test.each([['ann'], ['@ann, @bob'], ['@acme/security'], ['@']])('%s is no account', async (word) => {
    const place = await placeWith([POST]);
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!, `--approver=${word}`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Give an account such as @ann.');
  });
});

describe('one request', () => {
  test('becomes a commit that adds the narrowest entry and changes no other line', async () => {
    const place = await placeWith([POST, POST]);
    const [id] = place.ids;
    const { exitCode, stdout, stderr } = await place.run(
      'propose',
      id!,
      '--reason',
      'it writes items',
      '--ticket',
      'SEC-1',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`proposed: nemoclaw/egress/${id} on origin, for main\npatch: `);
    const branch = `nemoclaw/egress/${id}`;
    const after = place.onRemote(branch, PATH);
    const digest = /digest": "(sha256:[0-9a-f]{64})"/.exec(
      readFileSync(join(place.root, 'requests', `${id}.json`), 'utf8'),
    )![1];
    expect(addedLines(BLUEPRINT, after)).toEqual([
      `  ${id}:`,
      '    endpoints:',
      '      - host: api.example.com',
      '        port: 443',
      '        protocol: http',
      '        rules:',
      '          - allow: { method: POST, path: /v1/items }',
      '    binaries: [/usr/bin/curl]',
      '    grant:',
      expect.stringMatching(/^ {6}owner: .+$/),
      '      reason: it writes items',
      '      ticket: SEC-1',
      '      expires: "2026-02-01"',
      `      request: ${id}`,
      `      audit: ${digest}`,
    ]);
    expect(decide(policyOf(after), { ...POST, at: NOW }).verdict).toBe('allow');
    expect(decide(policyOf(after), { ...asked('POST', '/v1/items/1'), at: NOW }).verdict).toBe('deny');
    expect(gitIn(place.bare, 'log', '-1', '--format=%s%n%(trailers)', branch).trim().split('\n')).toEqual([
      'Let a-1 reach api.example.com:443',
      `Nemoclaw-Request: ${id}`,
      `Nemoclaw-Audit: ${digest}`,
      'Nemoclaw-Sandbox: a-1',
      expect.stringMatching(/^Nemoclaw-Policy: sha256:[0-9a-f]{64} -> sha256:[0-9a-f]{64}$/),
    ]);
    const shown = await place.run('show', id!);
    expect(shown.stdout).toContain(`${id} (proposed)`);
    expect(shown.stdout).toContain(`where      origin ${branch}`);
  });

  test('leaves a patch that applies and a text with evidence, difference and guardrails', async () => {
    const place = await placeWith([POST, POST]);
    await place.run('propose', place.ids[0]!);
    const folder = join(place.root, 'proposals');
    const [text, patch] = readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
    gitIn(place.clone, 'apply', '--check', patch!);
    const said = readFileSync(text!, 'utf8');
    expect(said).toContain('| 2 | 2026-01-01T00:00:00.000Z | 2026-01-01T00:00:01.000Z | `/usr/bin/curl` |');
    expect(said).toContain('**high**: it can change things where it could only read (`new-write-method`)');
    expect(said).toContain('| `no-cloud-metadata` | kept | kept |');
    expect(said).toContain('nemoclaw egress deny');
  });

  test('proposed again is the one that is open, and nothing changes', async () => {
    const place = await placeWith([POST]);
    await place.run('propose', place.ids[0]!, '--widen', 'path');
    const refs = place.refs();
    const said = readFileSync(join(place.root, 'proposals', `nemoclaw-egress-${place.ids[0]}.md`), 'utf8');
    const again = await place.run('propose', place.ids[0]!, '--reason', 'other');
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toMatch(/^is open already: nemoclaw\/egress\/req-/);
    expect(place.refs()).toBe(refs);
    const saidAgain = readFileSync(
      join(place.root, 'proposals', `nemoclaw-egress-${place.ids[0]}.md`),
      'utf8',
    );
    expect(saidAgain).toContain('## What the wider entry opens');
    expect(saidAgain.split('## What was refused')[1]).toBe(said.split('## What was refused')[1]);
  });

  test('that the base allows meanwhile needs no proposal', async () => {
    const place = await placeWith([POST]);
    commitTo(place.bare, { [PATH]: BLUEPRINT.replace('access: read-only', 'access: read-write') });
    const refs = place.refs();
    const { exitCode, stdout, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`nothing to propose: ${PATH} on main allows it already\n`);
    expect(stderr).toContain(
      `\`${place.ids[0]}\` is allowed already by \`egress:api#0\` of \`${PATH}\` on \`main\` [NC2542]`,
    );
    expect(place.refs()).toBe(refs);
  });

  test('whose grant has ended gets another entry on another branch', async () => {
    const place = await placeWith([POST]);
    await place.run('propose', place.ids[0]!, '--expires', '2026-02-01');
    const granted = place.onRemote(`nemoclaw/egress/${place.ids[0]}`, PATH);
    commitTo(place.bare, { [PATH]: granted.replace('2026-02-01', '2026-01-01') });
    const again = await place.run('propose', place.ids[0]!);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toContain(`proposed: nemoclaw/egress/${place.ids[0]}-again-1 on origin`);
    const after = place.onRemote(`nemoclaw/egress/${place.ids[0]}-again-1`, PATH);
    expect(after.match(/^ {2}req-.*$/gm)).toEqual([`  ${place.ids[0]}:`, `  ${place.ids[0]}-2:`]);
    expect((await place.run('propose', place.ids[0]!)).stdout).toMatch(
      new RegExp(`^is open already: nemoclaw/egress/${place.ids[0]}-again-1 `),
    );
  });

  test('that was merged and taken out again gets another branch, though the old one is still there', async () => {
    const place = await placeWith([POST]);
    await place.run('propose', place.ids[0]!);
    const branch = `nemoclaw/egress/${place.ids[0]}`;
    gitIn(place.bare, 'update-ref', 'refs/heads/main', branch);
    commitTo(place.bare, { [PATH]: BLUEPRINT });
    const again = await place.run('propose', place.ids[0]!);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toContain(`proposed: ${branch}-again-1 on origin`);
    expect(place.onRemote(`${branch}-again-1`, PATH)).toBe(place.onRemote(branch, PATH));
    expect((await place.run('propose', place.ids[0]!)).stdout).toMatch(
      new RegExp(`^is open already: ${branch}-again-1 `),
    );
  });

  test('whose grant would have ended already is not proposed', async () => {
    const place = await placeWith([POST]);
    const refs = place.refs();
    for (const end of ['2026-01-01', '2026-01-02T00:00:00Z']) {
      const { exitCode, stderr } = await place.run('propose', place.ids[0]!, '--expires', end);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`a grant until \`${end}\` has ended already [NC2673]`);
    }
    expect(place.refs()).toBe(refs);
    expect((await place.run('propose', place.ids[0]!, '--expires', '2026-01-02')).exitCode).toBe(0);
  });

  test('whose grant ended before anybody merged it is proposed anew', async () => {
    const place = await placeWith([POST]);
    await place.run('propose', place.ids[0]!, '--expires', '2026-01-02T12:00:00Z');
    const at = (now: number) =>
      runIn(place.clone, place.root, ['propose', place.ids[0]!], {}, (io) => ({ ...io, now: () => now }));
    const branch = `nemoclaw/egress/${place.ids[0]}`;
    const end = Date.UTC(2026, 0, 2, 12);
    expect((await at(end - 1)).stdout).toMatch(new RegExp(`^is open already: ${branch} `));
    expect((await at(end)).stdout).toContain(`proposed: ${branch}-again-1 on origin`);
  });

  test('whose trailer somebody wrote on a change of something else is left alone', async () => {
    const place = await placeWith([POST]);
    commitTo(place.bare, { [PATH]: BLUEPRINT.replace('access: read-only', 'access: full') }, 'other');
    const message = `hi\n\nNemoclaw-Request: ${place.ids[0]}`;
    const forged = gitIn(place.bare, 'commit-tree', '-m', message, '-p', 'main', 'other^{tree}').trim();
    gitIn(place.bare, 'update-ref', `refs/heads/nemoclaw/egress/${place.ids[0]}`, forged);
    const refs = place.refs();
    const { exitCode, stdout, stderr } = await place.run('propose', place.ids[0]!);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('[NC2539]');
    expect(place.refs()).toBe(refs);
  });

  test('that was denied tells who said no and why, before that is no longer known', async () => {
    const place = await placeWith([POST]);
    await place.run('deny', place.ids[0]!, '--reason', 'no \u001b[2J');
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /`req-\S+` was denied by `\S+` on 2026-01-02T00:00:00.000Z: `no \\u\{1b\}\[2J` \[NC2430\]/,
    );
    expect((await place.run('propose', place.ids[0]!)).stderr).toBe('');
  });

  test('that is only tried shows the change though it is open, and writes nothing', async () => {
    const place = await placeWith([POST]);
    await place.run('propose', place.ids[0]!);
    const refs = place.refs();
    const tried = await place.run('propose', place.ids[0]!, '--dry-run', '--widen', 'path');
    expect(tried.stdout).toContain('path: "/v1/**"');
    expect(place.refs()).toBe(refs);
  });

  test('that an entry denies is not proposed', async () => {
    const place = await placeWith([POST]);
    const denying = BLUEPRINT.replace(
      'access: read-only }',
      'access: read-only, deny_rules: [{ method: POST, path: "/v1/**" }] }',
    );
    commitTo(place.bare, { [PATH]: denying });
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`\`egress:api#0\` (${PATH}:13) denies it [NC2536]`);
  });

  test('shows what a wider entry opens, and pushes nothing when it is only tried', async () => {
    const place = await placeWith([POST]);
    const refs = place.refs();
    const { exitCode, stdout } = await place.run(
      'propose',
      place.ids[0]!,
      '--widen',
      'path',
      'method',
      '--dry-run',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('beyond what was asked for, the wider entry opens:');
    expect(stdout).toContain('/v1/** except /v1/items');
    expect(stdout).toContain('+          - allow: { method: "*", path: "/v1/**" }');
    expect(stdout).toContain('nothing was pushed');
    expect(place.refs()).toBe(refs);
    expect(existsSync(join(place.root, 'proposals'))).toBe(false);
  });

  test('whose path was masked has no exact entry', async () => {
    const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    const place = await placeWith([asked('POST', `/v1/${token}/x`)]);
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('asks for: the path holds a secret that is not written down [NC2535]');
    const wider = await place.run('propose', place.ids[0]!, '--widen', 'path', '--dry-run');
    expect(wider.stdout).toContain('path: "/v1/*/**"');
  });

  test('that the log does not bear out is not proposed', async () => {
    const place = await placeWith([POST]);
    const file = join(place.root, 'audit', 'audit-0000000000000000.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('4711', '4712'));
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('line 0 has another digest than it names [NC2544]');
    expect(place.refs().split('\n')).toHaveLength(2);
  });

  test('warns of a guardrail that it breaks, and says so to reviewers', async () => {
    const place = await placeWith([accessTo('x.example', null, { binary: '/usr/bin/python3' })]);
    const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('the proposal breaks the guardrail `no-streams-of-interpreters`');
    const text = readFileSync(join(place.root, 'proposals', `nemoclaw-egress-${place.ids[0]}.md`), 'utf8');
    expect(text).toMatch(/\| `no-streams-of-interpreters` \| kept \| \*\*broken\*\*: /);
  });
});

test('a path that no pattern can say is not proposed', async () => {
  const place = await placeWith([asked('POST', '/v1/a[b]')]);
  const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/with the new entry it would not be valid \(.*\) \[NC2537\]/);
  expect(place.refs().trim().split('\n')).toHaveLength(1);
});

test('what cannot be kept is said, and proposing again completes it', async () => {
  const place = await placeWith([POST]);
  const folder = join(place.root, 'proposals');
  writeFileSync(folder, 'x');
  const { exitCode, stderr } = await place.run('propose', place.ids[0]!);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the proposal is pushed, but `');
  expect(stderr).toContain('[NC2541]');
  rmSync(folder);
  const refs = place.refs();
  expect((await place.run('propose', place.ids[0]!)).exitCode).toBe(0);
  expect(readdirSync(folder)).toHaveLength(2);
  expect(place.refs()).toBe(refs);
});

test('requests of two sandboxes are no one proposal', async () => {
  const [one, other] = [await placeWith([POST]), await placeWith([asked('PUT', '/x')])];
  const found = [one, other].map(({ root, ids }, at) => {
    const folder = join(root, 'requests');
    const [request] = readRequestFolder(folder).requests;
    expect(request?.id).toBe(ids[0]);
    return { request: { ...request!, sandbox: `a-${at}` }, answer: null, folder };
  });
  const chosen = { ...USUAL_PROPOSAL, ids: [], sandbox: null, state: null, format: 'text' } as const;
  const step = await propose(found, chosen, worldOf({}).io);
  expect(step).toMatchObject({
    ok: false,
    problems: [{ code: 'NC2534', message: 'these requests are of several sandboxes: `a-0`, `a-1`' }],
  });
});

describe('several requests', () => {
  test('of one program to one host join one entry; others get their own', async () => {
    const other = accessTo('b.example', null, { binary: '/usr/bin/wget' });
    const place = await placeWith([POST, asked('DELETE', '/v1/items/1'), other]);
    const { exitCode } = await place.run('propose', ...place.ids, '--for', '7d');
    expect(exitCode).toBe(0);
    const branch = gitIn(place.bare, 'branch', '--list', 'nemoclaw/*', '--format=%(refname:short)').trim();
    expect(branch).toMatch(/^nemoclaw\/egress\/req-[0-9a-f]{12}-and-2-[0-9a-f]{12}$/);
    const after = place.onRemote(branch, PATH);
    const text = addedLines(BLUEPRINT, after).join('\n');
    expect(text.match(/^ {2}req-/gm)).toHaveLength(2);
    expect(text).toContain(
      '- allow: { method: POST, path: /v1/items }\n          - allow: { method: DELETE, path: /v1/items/1 }',
    );
    expect(text).toContain('protocol: tcp');
    expect(text).toContain(`request: ${place.ids[0]}, ${place.ids[1]}`);
    expect(text).toContain('expires: "2026-01-09"');
    const again = await place.run('propose', ...[...place.ids].reverse());
    expect(again.stdout).toMatch(/^is open already/);
  });

  test('ask for the operations that the log tells of', async () => {
    const mcp = BLUEPRINT.replace(
      'protocol: rest, access: read-only }',
      'protocol: mcp, rules: [{ allow: { path: /mcp, tool: look } }] }',
    );
    const call = (tool: string): EgressAccess =>
      asked('POST', '/mcp', {
        http: {
          method: 'POST',
          path: '/mcp',
          query: [],
          operations: only([{ kind: 'call', method: 'tools/call', tool }]),
        },
      });
    const place = await placeWith([call('write'), call('delete')], { [PATH]: mcp });
    // Each tool is a request of its own.
    expect(place.ids).toHaveLength(2);
    const { exitCode } = await place.run('propose', ...place.ids);
    expect(exitCode).toBe(0);
    const branch = gitIn(place.bare, 'branch', '--list', 'nemoclaw/*', '--format=%(refname:short)').trim();
    const text = addedLines(mcp, place.onRemote(branch, PATH)).join('\n');
    expect(text).toContain('protocol: mcp');
    expect(text).toContain('- allow: { method: POST, path: /mcp, tool: write }');
    expect(text).toContain('- allow: { method: POST, path: /mcp, tool: delete }');
  });

  test('a private address is named', async () => {
    const place = await placeWith([accessTo('intern.example', null, { address: '10.1.2.3' })]);
    await place.run('propose', place.ids[0]!);
    const text = place.onRemote(`nemoclaw/egress/${place.ids[0]}`, PATH);
    expect(text).toContain('allowed_ips: ["10.1.2.3"]');
  });
});
