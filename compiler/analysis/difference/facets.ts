import type { Policy } from '../../ir/policy.ts';
import type { Change } from './change.ts';
import { credentialChanges } from './credentials.ts';
import { filesystemChanges } from './filesystem.ts';
import { inferenceChanges } from './inference.ts';
import { inOrder } from './order.ts';
import { processChanges } from './process.ts';
import { resourceChanges } from './resources.ts';
import { syscallChanges } from './syscalls.ts';
import { termChanges } from './terms.ts';

/**
 * All that differs between two policies but which egress is allowed when. But for the terms of grants, there is no change
 * exactly when the other facets have the same canonical form.
 *
 * @returns in `undecided` the calls whose rules, and the grants whose limits, are too intricate to compare; with one the difference is not known whole
 */
export function facetChanges(
  old: Policy,
  next: Policy,
): { readonly changes: readonly Change[]; readonly undecided: readonly string[] } {
  const syscalls = syscallChanges(old.syscalls, next.syscalls);
  const terms = termChanges(old, next);
  const changes = [
    ...filesystemChanges(old.filesystem, next.filesystem),
    ...syscalls.changes,
    ...processChanges(old.process, next.process),
    ...credentialChanges(old.credentials, next.credentials),
    ...inferenceChanges(old.inference, next.inference),
    ...resourceChanges(old.resources, next.resources),
    ...terms.changes,
  ];
  const undecided = [...new Set([...syscalls.undecided, ...terms.undecided])];
  return { changes: inOrder(changes), undecided };
}
