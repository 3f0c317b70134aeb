import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCurrent } from '../../../runtime/sandbox/generations/read.ts';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import type { Ran } from '../nemoclaw.ts';
import { codesIn, reaching } from './host-project.ts';
import { openssh, type SignedRemote, signedRemote } from './signing-repository.ts';

const said = ({ exitCode, stdout }: Ran) => [exitCode, JSON.parse(stdout).outcome, ...codesIn(stdout)];
const recordOf = ({ state }: SignedRemote) => {
  const current = readCurrent(join(state, 'generations'));
  return current?.ok === true ? current.record : null;
};

describe('the order of commits', { timeout: 120_000 }, () => {
  test('is that of the generation in force, where a kill came before the note of it', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, openssh);
    const remote = signedRemote();
    const first = await remote.push(reaching('a.example'));
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    const note = join(remote.state, 'sync/followed.json');
    const before = readFileSync(note);
    const second = await remote.push(reaching('b.example'));
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    writeFileSync(note, before);
    // Signed, and it goes on from the commit in the note, but not from the one in force.
    remote.git('reset', '-q', '--hard', first);
    await remote.push(reaching('c.example'));
    const refused = await remote.sync();
    expect(said(refused)).toEqual([3, 'refused', 'NC2604']);
    expect(JSON.parse(refused.stdout).accepted).toBe(second);
    expect(recordOf(remote)?.commit).toBe(second);
    remote.git('push', '-q', '--force', 'origin', `${second}:main`);
    expect(said(await remote.sync())).toEqual([0, 'current']);
  });

  test('goes on in a shorter history that was accepted, which is said as long as it is shorter', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes, openssh);
    const remote = signedRemote();
    for (const host of ['a', 'c', 'b']) await remote.push(reaching(`${host}.example`));
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    remote.git('checkout', '-q', '--orphan', 'fresh');
    await remote.push(reaching('b.example'));
    expect(said(await remote.sync())).toEqual([3, 'refused', 'NC2604']);
    // What it says is in force already; that it was accepted is kept all the same.
    expect(said(await remote.sync('--allow-rewritten', 'a new start'))).toEqual([0, 'applied']);
    const kept = (...kinds: readonly string[]) => kinds.map((kind) => ({ kind, reason: 'a new start' }));
    expect(recordOf(remote)).toMatchObject({ number: 2, exceptions: kept('rewritten') });
    expect(said(await remote.sync())).toEqual([0, 'current']);
    await remote.push(reaching('c.example'));
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    expect(recordOf(remote)).toMatchObject({ number: 3, exceptions: kept('older') });
    await remote.push(reaching('d.example'));
    expect(said(await remote.sync())).toEqual([0, 'applied']);
    expect(recordOf(remote)).toMatchObject({ number: 4, exceptions: [] });
  });
});
