import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { NO_LINE } from '../../../../compiler/ir/audit-event/event.ts';
import { writeAllowed } from '../../../../runtime/approvals/allowances/folder.ts';
import { TableFiles } from '../../../../runtime/egress/control/table-files.ts';
import type { Gateway } from '../../../../runtime/egress/gateway.ts';
import type { Noted } from '../../../../runtime/egress/surroundings.ts';
import { allowance } from '../../../support/allowance.ts';
import { tableOf } from '../../../support/gateway.ts';

const NOW = Date.UTC(2026, 0, 1);
const POLICY = (host: string) => `  one: { endpoints: [{ host: ${host}, port: 443, protocol: tcp }] }`;

test('tables that come at the same time are put in force in their order, and each allowance is told of once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-tables-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  for (const name of ['first', 'second']) writeFileSync(path(name), tableOf(POLICY(`${name}.example`)));
  writeAllowed(path('allowed'), allowance(NOW));
  const told: Noted[] = [];
  const inForce: string[] = [];
  const gateway = {
    replace: async (json: string) => {
      inForce.push(/first|second/.exec(json)![0]);
      return { ok: true, policy: '', name: '', cut: 0 };
    },
  } as unknown as Gateway;
  // The first line of all takes longest to be durable.
  const append = (what: Noted) => {
    const wait = told.push(what) === 1 ? 50 : 1;
    const durable = new Promise<void>((resolve) => setTimeout(resolve, wait));
    return { sequence: told.length, digest: NO_LINE, durable };
  };
  const journal = { append, note: () => true };
  const tables = new TableFiles(gateway, {
    allowed: path('allowed'),
    journal,
    now: () => NOW,
    monotonic: () => 0,
  });
  onTestFinished(() => tables.close());
  await Promise.all([tables.load(path('first')), tables.load(path('second'))]);
  expect(inForce).toEqual(['first', 'second']);
  expect(told.map(({ kind }) => kind)).toEqual(['allowed']);
});

test('a clock that is set back makes nothing last that is let through for a while', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-tables-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  writeFileSync(path('table'), tableOf(POLICY('first.example')));
  writeAllowed(path('allowed'), allowance(NOW));
  const isOpen: boolean[] = [];
  const gateway = {
    replace: async (json: string) => {
      isOpen.push(json.includes('let.example'));
      return { ok: true, policy: '', name: '', cut: 0 };
    },
  } as unknown as Gateway;
  const journal = {
    append: () => ({ sequence: 1, digest: NO_LINE, durable: Promise.resolve() }),
    note: () => true,
  };
  const clock = { now: NOW, monotonic: 5_000 };
  const tables = new TableFiles(gateway, {
    ...{ allowed: path('allowed'), journal },
    ...{ now: () => clock.now, monotonic: () => clock.monotonic },
  });
  onTestFinished(() => tables.close());
  await tables.load(path('table'));
  clock.monotonic += 30_000;
  clock.now += 1;
  await tables.load(path('table'));
  clock.monotonic += 30_000;
  await tables.load(path('table'));
  expect(isOpen).toEqual([true, true, false]);
  // Given anew, it counts anew.
  writeAllowed(path('allowed'), allowance(NOW + 1));
  await tables.load(path('table'));
  expect(isOpen.at(-1)).toBe(true);
});

test.each([
  ['is not there', null],
  ['is no table', '{}'],
])(
  'what is let through for a while ends in time also when a table came in between that %s',
  async (_, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-tables-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = (name: string) => join(folder, name);
    writeFileSync(path('table'), tableOf(POLICY('first.example')));
    if (text !== null) writeFileSync(path('bad'), text);
    writeAllowed(path('allowed'), allowance(NOW));
    const said: string[] = [];
    const gateway = {
      replace: async (json: string) => {
        said.push(json.includes('let.example') ? 'open' : json === '{}' ? 'kept' : 'closed');
        return json === '{}' ? { ok: false, problem: '' } : { ok: true, policy: '', name: '', cut: 0 };
      },
      keep: async () => ({ ok: false, problem: said.push('kept') }),
    } as unknown as Gateway;
    const journal = {
      append: () => ({ sequence: 1, digest: NO_LINE, durable: Promise.resolve() }),
      note: () => true,
    };
    const clock = { now: NOW, monotonic: 0 };
    const tables = new TableFiles(gateway, {
      ...{ allowed: path('allowed'), journal },
      ...{ now: () => clock.now, monotonic: () => clock.monotonic },
    });
    onTestFinished(() => tables.close());
    // Most of its time is over.
    clock.monotonic += 1;
    clock.now = allowance(NOW).until - 80;
    await tables.load(path('table'));
    clock.now = NOW;
    await tables.load(path('bad'));
    clock.monotonic += 80;
    await expect.poll(() => said).toEqual(['open', 'kept', 'closed']);
  },
);
