import { expect, test } from 'vitest';
import { resourceChanges } from '../../../../compiler/analysis/difference/resources.ts';
import { changeLine } from '../../../support/changes.ts';
import { type PolicyParts, policyOf } from '../../../support/policies.ts';

function lines(old: PolicyParts['limits'], next: PolicyParts['limits']): string[] {
  const [before, after] = [policyOf(old && { limits: old }), policyOf(next && { limits: next })];
  return resourceChanges(before.resources, after.resources).map(changeLine);
}

test('a limit is raised and lowered, with the amounts between', () => {
  expect(lines({ open_files: 100 }, { open_files: 200 })).toEqual([
    'widens low resources [limit-raised] {resource: open_files | amount: more than 100 and at most 200} ' +
      'use 200 of `open_files` <- changed new resources:open_files',
  ]);
  expect(lines({ cpu_time: 60 }, { cpu_time: 5 })).toEqual([
    'narrows low resources [removed] {resource: cpu_time | amount: more than 5 seconds and at most 60 seconds} ' +
      'use 60 seconds of `cpu_time` <- changed new resources:cpu_time',
  ]);
});

test('the cause is the entry of the new policy wherever one is left, whichever the direction', () => {
  const [low, high] = [policyOf({ limits: { open_files: 1 } }), policyOf({ limits: { open_files: 2 } })];
  for (const [old, next] of [[low, high] as const, [high, low] as const]) {
    const [change] = resourceChanges(old.resources, next.resources);
    expect(change!.cause.grant).toBe(next.resources.limits[0]!.grant);
  }
  expect(resourceChanges(low.resources, policyOf().resources)[0]!.cause.grant).toBe(
    low.resources.limits[0]!.grant,
  );
});

test('a limit that is gone leaves it to the host, and one that comes narrows', () => {
  expect(lines({ processes: 10 }, {})).toEqual([
    'widens low resources [limit-raised] {resource: processes | amount: more than 10} ' +
      'use 11 of `processes` <- denial-removed old resources:processes',
  ]);
  expect(lines({}, { file_size: 10 })).toEqual([
    'narrows low resources [removed] {resource: file_size | amount: more than 10 bytes} ' +
      'use 11 bytes of `file_size` <- denied new resources:file_size',
  ]);
  expect(lines({ processes: 10 }, { processes: 10 })).toEqual([]);
});
