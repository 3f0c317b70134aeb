import { describe, expect, test } from 'vitest';
import {
  isSandboxName,
  NoSandboxName,
  sandboxesFolder,
  stateFolderOf,
} from '../../../runtime/sandbox/state-folder.ts';

test('the state of a sandbox has one layout', () => {
  expect(stateFolderOf('/s', 'support-agent')).toEqual({
    root: '/s/support-agent',
    audit: '/s/support-agent/audit',
    auditKey: '/s/support-agent/audit-key',
    requests: '/s/support-agent/requests',
    egressAllowed: '/s/support-agent/egress/allowed',
    proposals: '/s/support-agent/proposals',
    egressTable: '/s/support-agent/egress/table.json',
    egressControl: '/s/support-agent/egress/control.sock',
    generations: '/s/support-agent/generations',
    running: '/s/support-agent/running',
    witness: '/s/support-agent/running/witness.sock',
    probes: '/s/support-agent/probes.json',
    sync: '/s/support-agent/sync',
    egressUses: '/s/support-agent/egress/uses.json',
  });
});

test.each([
  [{ XDG_STATE_HOME: '/x', HOME: '/home/a' }, '/x/nemoclaw/sandboxes'],
  [{ HOME: '/home/a' }, '/home/a/.local/state/nemoclaw/sandboxes'],
  [{ XDG_STATE_HOME: 'relative', HOME: '/home/a' }, '/home/a/.local/state/nemoclaw/sandboxes'],
  [{ XDG_STATE_HOME: '', HOME: 'relative' }, null],
  [{}, null],
])('%j gives %s', (environment, folder) => {
  expect(sandboxesFolder(environment)).toBe(folder);
});

describe('a name that leads elsewhere', () => {
  test.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    '/etc',
    '-rf',
    'A',
    'a.b',
    'a\0b',
    'a\n',
    `a${'b'.repeat(63)}`,
    'a-',
  ])('%j is refused', (name) => {
    expect(isSandboxName(name)).toBe(false);
    expect(() => stateFolderOf('/s', name)).toThrow(NoSandboxName);
  });
});
