import { expect } from 'vitest';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { ALL } from '../../../compiler/ir/extent.ts';
import { accessTo } from '../refusals.ts';

/** A request of curl to the host that the blueprint of these tests lets it read. */
export function asked(method: string, path: string, more: Partial<EgressAccess> = {}): EgressAccess {
  return accessTo('api.example.com', path, { http: { method, path, query: [], operations: ALL }, ...more });
}

/** Which that blueprint does not allow. */
export const POST = asked('POST', '/v1/items');

/** Lines that a text has more than another one, which has to be in it in its order. */
export function addedLines(before: string, after: string): string[] {
  const rest = before.split('\n');
  const added = after.split('\n').filter((line) => line !== rest[0] || rest.shift() === undefined);
  expect(rest).toEqual([]);
  return added;
}
