import { expect, test } from 'vitest';
import { tableInForce } from '../../cli/table-in-force.ts';
import { readTable } from '../../compiler/ir/egress-table/read.ts';
import { tableOf } from '../support/gateway.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (given: Uint8Array) => new TextDecoder().decode(given);
const TABLE = tableOf('  one:\n    endpoints: [{ host: a.example, port: 443, protocol: tcp }]\n');
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

test('names the commit and changes nothing else', () => {
  const [before, after] = [readTable(TABLE), readTable(text(tableInForce(bytes(TABLE), COMMIT)))];
  if (!before.ok || !after.ok) throw new Error('a table cannot be read');
  expect(after.table).toEqual({ ...before.table, commit: COMMIT });
});

test('is the very artifact where nobody vouches for a commit', () => {
  expect(text(tableInForce(bytes(TABLE), null))).toBe(TABLE);
});

test('a commit that stands in a bundle is not believed', () => {
  const forged = JSON.stringify({ ...JSON.parse(TABLE), commit: 'f'.repeat(40) });
  for (const commit of [COMMIT, null]) {
    expect(readTable(text(tableInForce(bytes(forged), commit)))).toMatchObject({ table: { commit } });
  }
});

test('what is no table is left to the gateway, which refuses it', () => {
  expect(text(tableInForce(bytes('{}'), COMMIT))).toBe('{}');
});
