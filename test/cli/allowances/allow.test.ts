import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LONGEST_ALLOWANCE, readAllowance } from '../../../runtime/approvals/allowances/allowance.ts';
import { readAllowed } from '../../../runtime/approvals/allowances/folder.ts';
import { stateFolder } from '../../../runtime/sandbox/state-folder.ts';
import { tableOf } from '../../support/gateway.ts';
import { POST } from '../../support/proposals/asked.ts';
import { BLUEPRINT, commitTo, gitIn, NOW, placeWith, runIn } from '../../support/proposals/place.ts';

const NETWORK = `
  api:
    endpoints: [{ host: api.example.com, port: 443, protocol: rest, access: read-only }]
`;

/** What of an allowance these tests change. */
interface Written {
  readonly at: number;
  readonly until: number;
  readonly table: object;
}

async function place(network = NETWORK) {
  const made = await placeWith([POST]);
  const state = stateFolder(made.root);
  mkdirSync(join(made.root, 'egress'));
  writeFileSync(state.egressTable, tableOf(network));
  return { ...made, state, id: made.ids[0]! };
}

test('without a gateway it is written down for the next start, exactly and with its end', async () => {
  const { run, state, id } = await place();
  const { exitCode, stdout, stderr } = await run('allow', id, '--for', '15m', '--reason', 'outage');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    `${id} is let through until 2026-01-02T00:15:00.000Z, in force when the sandbox is started\n`,
  );
  expect(stderr).toContain('[NC2562]');
  const { allowances } = readAllowed(state.egressAllowed, NOW);
  expect(allowances).toMatchObject([{ request: id, at: NOW, until: NOW + 900_000, reason: 'outage' }]);
  expect(allowances[0]?.table.egress.entries).toMatchObject([
    {
      grant: { id: `egress:allowed-${id}#0`, approval: { request: id, expiresAt: NOW + 900_000 } },
      visibility: 'http',
    },
  ]);
  expect(readAllowed(state.egressAllowed, NOW + 899_999).allowances).toHaveLength(1);
  expect(readAllowed(state.egressAllowed, NOW + 900_000).allowances).toEqual([]);
  expect(readAllowed(state.egressAllowed, NOW - 1).allowances).toEqual([]);
  expect((await run('show', id)).stdout).toContain(`${id} (allowed)`);
});

test.each([
  ['25h', 'It may last a day at most.'],
  ['0m', 'Give a number and a unit'],
  ['15', 'Give a number and a unit'],
  ['-1m', 'Give a number and a unit'],
])('--for %s is none', async (span, said) => {
  const { run, state, id } = await place();
  const { exitCode, stderr } = await run('allow', id, `--for=${span}`);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(said);
  expect(existsSync(state.egressAllowed)).toBe(false);
});

test('what an entry denies is not let through', async () => {
  const { run, state, id } = await place(
    NETWORK.replace('access: read-only', 'access: full, deny_rules: [{ method: POST, path: "/**" }]'),
  );
  const { exitCode, stderr } = await run('allow', id, '--for', '1m');
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`\`${id}\` cannot be let through: \`egress:api#0\``);
  expect(existsSync(state.egressAllowed)).toBe(false);
});

test('without a table there is nothing to add to', async () => {
  const { run, state, id } = await place();
  rmSync(state.egressTable);
  expect((await run('allow', id, '--for', '1m')).stderr).toContain('[NC2565]');
  writeFileSync(state.egressTable, '{}');
  expect((await run('allow', id, '--for', '1m')).stderr).toMatch(/is none: .* \[NC2565\]/);
});

test('in a folder that others may write to nothing is asked for, answered or let through', async () => {
  const { run, state, id, root } = await place();
  chmodSync(root, 0o777);
  for (const argv of [['allow', id, '--for', '1m'], ['deny', id, '--reason', 'r'], ['list'], ['show', id]]) {
    const { exitCode, stderr } = await run(...(argv as [string]));
    expect([argv[0], exitCode]).toEqual([argv[0], 1]);
    expect(stderr).toContain('[NC2680]');
  }
  chmodSync(root, 0o700);
  expect(existsSync(state.egressAllowed)).toBe(false);
  expect((await run('show', id)).stdout).toContain(`${id} (pending)`);
});

test('what cannot be written down is not let through', async () => {
  const { run, state, id } = await place();
  writeFileSync(state.egressAllowed, 'x');
  const { exitCode, stderr } = await run('allow', id, '--for', '1m');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('nothing is let through [NC2567]');
  expect((await run('show', id)).stdout).toContain('(pending)');
});

test('what the gateway does not take is taken back', async () => {
  const { run, state, id } = await place();
  const server = createServer((socket) => {
    socket.once('data', () => socket.end('{"ok":false,"problem":"its patterns are too intricate"}\n'));
  });
  await new Promise<void>((resolve) => server.listen(state.egressControl, resolve));
  onTestFinished(() => void server.close());
  const { exitCode, stderr } = await run('allow', id, '--for', '1m');
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    `did not take \`${id}\`: its patterns are too intricate; nothing is let through [NC2566]`,
  );
  expect(readdirSync(state.egressAllowed)).toEqual([]);
  expect((await run('show', id)).stdout).toContain('(pending)');
});

test('what has ended is taken away with the next one, and what is damaged stays to be seen', async () => {
  const { run, state, root, clone, id } = await place();
  await run('allow', id, '--for', '15m', '--no-propose');
  const text = readFileSync(join(state.egressAllowed, `${id}.json`), 'utf8');
  const other = (digit: string) => `req-${digit.repeat(12)}`;
  writeFileSync(join(state.egressAllowed, `${other('0')}.json`), text.replaceAll(id, other('0')));
  writeFileSync(join(state.egressAllowed, `${other('1')}.json`), 'x');
  const at = (now: number) =>
    runIn(clone, root, ['allow', id, '--for', '15m', '--no-propose'], {}, (io) => ({
      ...io,
      now: () => now,
    }));
  await at(NOW + 899_999);
  expect(readdirSync(state.egressAllowed)).toHaveLength(3);
  await at(NOW + 900_000);
  expect(readdirSync(state.egressAllowed).sort()).toEqual([`${other('1')}.json`, `${id}.json`].sort());
});

test('what was let through before stays so when the gateway does not take more', async () => {
  const { run, state, id } = await place();
  await run('allow', id, '--for', '15m', '--reason', 'outage');
  const before = readAllowed(state.egressAllowed, NOW).allowances;
  refusing(state.egressControl);
  expect((await run('allow', id, '--for', '1h', '--reason', 'longer')).stderr).toContain('[NC2566]');
  expect(readAllowed(state.egressAllowed, NOW).allowances).toEqual(before);
});

test('what is denied is let through no longer, and is not called denied while it is', async () => {
  const { run, state, id } = await place();
  await run('allow', id, '--for', '15m', '--reason', 'outage');
  const server = refusing(state.egressControl);
  const refused = await run('deny', id, '--reason', 'a mistake');
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
  expect(refused.stderr).toContain(
    `\`${id}\` may still be let through, and was not denied: the gateway says: its patterns are too intricate [NC2665]`,
  );
  expect((await run('show', id)).stdout).toContain(`${id} (allowed)`);
  await new Promise((resolve) => server.close(resolve));
  const denied = await run('deny', id, '--reason', 'a mistake');
  expect(denied).toMatchObject({ exitCode: 0, stderr: '' });
  expect(denied.stdout).toMatch(/^req-\S+ is denied; it was allowed by \S+, and is let through no longer\n$/);
  expect(readAllowed(state.egressAllowed, NOW).allowances).toEqual([]);
  expect((await run('list')).stderr).toBe('');
});

/** A gateway that takes nothing. */
function refusing(path: string) {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end('{"ok":false,"problem":"its patterns are too intricate"}\n'));
  });
  server.listen(path);
  onTestFinished(() => void server.close());
  return server;
}

test('is proposed in retrospect, and says so', async () => {
  const { run, root, bare, id } = await place();
  const { exitCode, stdout } = await run('allow', id, '--for', '1h', '--reason', 'outage');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`proposed: nemoclaw/egress/${id} on origin, for main`);
  expect(
    gitIn(
      bare,
      'log',
      '-1',
      '--format=%(trailers:key=Nemoclaw-Retrospective,valueonly)',
      `nemoclaw/egress/${id}`,
    ).trim(),
  ).toBe('yes');
  expect(readFileSync(join(root, 'proposals', `nemoclaw-egress-${id}.md`), 'utf8')).toContain(
    '**Retrospective**',
  );
  // It stays noted as let through, until that is over.
  expect((await run('show', id)).stdout).toContain(`${id} (allowed)`);
});

test.each<[string, (written: Written) => unknown, string]>([
  ['a later end', (w) => ({ ...w, until: w.until + 1 }), 'its entries do not end with it'],
  ['a week', (w) => ({ ...w, until: w.at + LONGEST_ALLOWANCE + 1 }), 'it lasts longer than a day'],
  ['another request', (w) => ({ ...w, request: 'req-000000000000' }), 'its entries do not end with it'],
  ['no entries', (w) => ({ ...w, table: { ...w.table, entries: [] } }), 'its entries do not end with it'],
  ['another version', (w) => ({ ...w, version: 2 }), 'its version is 2, and 1 is known'],
  ['one more key', (w) => ({ ...w, more: 1 }), 'more'],
  ['half of it', (w) => JSON.stringify(w).slice(0, 99), 'it is not JSON'],
])('%s is no allowance', async (_, change, problem) => {
  const { run, state, id } = await place();
  await run('allow', id, '--for', '15m');
  const text = readFileSync(join(state.egressAllowed, `${id}.json`), 'utf8');
  const changed = change(JSON.parse(text));
  const read = readAllowance(typeof changed === 'string' ? changed : JSON.stringify(changed));
  expect(read).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  expect(readAllowance(text).ok).toBe(true);
});

test('a proposal in retrospect says so for good, however often it is made anew', async () => {
  const { run, clone, root, bare, id } = await place();
  const branch = `nemoclaw/egress/${id}`;
  const later = (...argv: readonly string[]) =>
    runIn(clone, root, argv, {}, (io) => ({ ...io, now: () => NOW + 3_600_000 }));
  expect(await run('allow', id, '--for', '1m', '--reason', 'outage')).toMatchObject({ exitCode: 0 });
  const said = /^Nemoclaw-Retrospective: yes$/m;
  const message = () => gitIn(bare, 'log', '-1', '--format=%B', branch);
  expect(message()).toMatch(said);
  for (const word of ['today', 'as of today']) {
    expect(await later('propose', id)).toMatchObject({ exitCode: 0 });
    commitTo(bare, { 'agents/a-1.yaml': BLUEPRINT.replace('# no more', `$& ${word}`) });
    const { exitCode, stdout } = await later('propose', id, '-o', 'json');
    expect(exitCode).toBe(0);
    const { proposal } = JSON.parse(stdout);
    expect(proposal.state).toBe('updated');
    expect(message()).toMatch(said);
    expect(readFileSync(proposal.files.text, 'utf8')).toContain('**Retrospective**');
  }
});
