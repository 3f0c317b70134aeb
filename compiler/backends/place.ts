import type { Access } from '../ir/access.ts';
import { decide } from '../ir/decide.ts';
import type { Policy } from '../ir/policy.ts';
import type { Span } from '../source/span.ts';

/** Where the blueprint decides an access: the entry that speaks of it, or the blueprint's name where none does. */
export function placeOf(policy: Policy, access: Access): Span {
  return (decide(policy, access).by ?? policy).origin.span;
}

/** The entry that speaks of a path. */
export function placeOfPath(policy: Policy, path: string): Span {
  return placeOf(policy, { facet: 'filesystem', path, right: 'read_file' });
}
