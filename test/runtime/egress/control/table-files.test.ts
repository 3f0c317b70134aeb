import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTable } from '../../../../compiler/ir/egress-table/read.ts';
import { writeAllowed } from '../../../../runtime/approvals/allowances/folder.ts';
import { TableFiles } from '../../../../runtime/egress/control/table-files.ts';
import type { Gateway } from '../../../../runtime/egress/gateway.ts';
import type { Noted } from '../../../../runtime/egress/surroundings.ts';
import { tableOf } from '../../../support/gateway.ts';

const NOW = Date.UTC(2026, 0, 1);
const REQUEST = 'req-0123456789ab';
const POLICY = (host: string) => `  one: { endpoints: [{ host: ${host}, port: 443, protocol: tcp }] }`;

function allowed() {
  const read = readTable(tableOf(POLICY('let.example')));
  if (!read.ok) throw new Error(read.problem);
  const until = NOW + 60_000;
  const nobody = { owner: null, reason: null, ticket: null, approvedBy: null, maxUses: null };
  const entries = read.table.egress.entries.map((entry) => ({
    ...entry,
    grant: { ...entry.grant, approval: { ...nobody, expiresAt: until, request: REQUEST } },
  }));
  const table = { ...read.table, egress: { entries } };
  return { request: REQUEST, by: 'ann', at: NOW, until, reason: 'outage', table };
}

test('tables that come at the same time are put in force in their order, and each allowance is told of once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-tables-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  for (const name of ['first', 'second']) writeFileSync(path(name), tableOf(POLICY(`${name}.example`)));
  writeAllowed(path('allowed'), allowed());
  const told: Noted[] = [];
  const inForce: string[] = [];
  const gateway = {
    replace: async (json: string) => {
      inForce.push(/first|second/.exec(json)![0]);
      return { ok: true, policy: '', name: '', cut: 0 };
    },
  } as unknown as Gateway;
  // The first line of all takes longest to be durable.
  const append = async (what: Noted) => {
    const wait = told.push(what) === 1 ? 50 : 1;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return told.length;
  };
  const journal = { append, note: () => true };
  const tables = new TableFiles(gateway, { allowed: path('allowed'), journal, now: () => NOW });
  onTestFinished(() => tables.close());
  await Promise.all([tables.load(path('first')), tables.load(path('second'))]);
  expect(inForce).toEqual(['first', 'second']);
  expect(told.map(({ kind }) => kind)).toEqual(['allowed']);
});
