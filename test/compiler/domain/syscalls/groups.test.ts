import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SYSCALL_GROUPS } from '../../../../compiler/domain/syscalls/groups.ts';
import { SYSCALLS } from '../../../../compiler/domain/syscalls/table.ts';
import { type HostFeature, hostNeeds } from '../../../support/host.ts';

const systemd252: HostFeature = {
  name: 'systemd 252, whose groups ours were taken from',
  hint: 'apt-get install systemd (on Debian 12)',
  present: () => analyze('--version').startsWith('systemd 252 '),
};

describe('the groups of system calls', () => {
  it('hold every call of the table exactly once', () => {
    const members = [...SYSCALL_GROUPS.values()].flat();
    expect(members.toSorted()).toEqual([...SYSCALLS.keys()].sort());
    for (const calls of SYSCALL_GROUPS.values()) expect(calls).toEqual(calls.toSorted());
  });

  it('agree with systemd where it has the group', (context) => {
    hostNeeds(context, systemd252);
    const moved = new Set([
      'pipe',
      'pipe2',
      'process_madvise',
      'process_vm_readv',
      'process_vm_writev',
      'setfsuid',
    ]);
    const theirs = systemdGroups();
    for (const [group, calls] of SYSCALL_GROUPS) {
      const known = theirs.get(group);
      if (known === undefined) continue;
      const gone = known.filter((call) => SYSCALLS.has(call) && !calls.includes(call) && !moved.has(call));
      // What systemd lists here, we list here or in the other group in which systemd lists it too.
      for (const call of gone) {
        const [elsewhere] = [...SYSCALL_GROUPS].find(([, calls]) => calls.includes(call))!;
        const isListed = theirs.get(elsewhere)?.includes(call) ?? elsewhere === '@io-uring';
        expect([call, group, elsewhere, isListed]).toEqual([call, group, elsewhere, true]);
      }
    }
  });
});

function analyze(...argv: readonly string[]): string {
  const env = { ...process.env, SYSTEMD_COLORS: '0' };
  return spawnSync('systemd-analyze', [...argv, '--no-pager'], { encoding: 'utf8', env }).stdout ?? '';
}

function systemdGroups(): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of analyze('syscall-filter').split('\n')) {
    const word = line.trim();
    if (line.startsWith('@')) {
      current = [];
      groups.set(word, current);
    } else if (word !== '' && !word.startsWith('#')) current.push(word);
  }
  return groups;
}
