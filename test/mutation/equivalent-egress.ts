import type { Equivalence } from './equivalent.ts';

/** Of the difference of the network. */
export const EQUIVALENT_EGRESS: readonly Equivalence[] = [
  {
    file: 'egress/sides.ts',
    after: 'const key = JSON.stringify([own !== undefined, item.sides.filter((side) => side !== own)]);',
    why: 'the two kinds are told apart by either word',
  },
  {
    file: 'egress/joint.ts',
    after: 'return mootOf(certain, possible) & (mootOf(certain >> NEW, possible >> NEW) << NEW);',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/changes.ts',
    after: 'if (false && answers === null) {',
    why: 'an example of a difference is never answered alike',
  },
  {
    file: 'egress/uses.ts',
    after: 'const DENIED = DENYING & (DENYING << TO);',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/uses.ts',
    after: 'return (certain & DENIED) !== 0 && (possible & ALLOWED) !== ALLOWED ? ALLOWED | DENIED : 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/use-cover.ts',
    after: 'if (true || Number.isFinite(same.left)) same.left -= group.uses;',
    why: 'what has no limit is no allowance for another group, however much is taken from it',
  },
  {
    file: 'egress/uses.ts',
    after: 'return (certain & DENIED) !== 0 || (possible & ALLOWED) !== ALLOWED ? ALLOWED & DENIED : 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/subset.ts',
    after: 'if (false && decideEgress(inner, witness).verdict === decideEgress(outer, witness).verdict) {',
    why: 'an example of a difference is never answered alike',
  },
  {
    file: 'egress/joint.ts',
    after: 'both: { verdictOf, mootRoles, isNeutral: (roles) => (roles | BOTH) === roles >> NEW },',
    why: 'what is alike in both policies is built all the same',
  },
  {
    file: 'egress/joint.ts',
    after: 'const isNewDenied = (((possible | ~moot) >> NEW) & ALLOWING) === 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/joint.ts',
    after: 'const isNewDenied = (((possible & ~moot) >> NEW) | ALLOWING) === 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/joint.ts',
    after: 'const isOldAllowed = (certain & ALLOWING) !== 0 && (possible | DENYING) === 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/joint.ts',
    after: '((roles >> NEW) | ALLOWING & ~roles) === 0 && (roles & DENYING & ~(roles >> NEW)) === 0,',
    why: 'what can widen nothing is built all the same',
  },
  {
    file: 'egress/joint.ts',
    after: '((roles >> NEW) & ALLOWING | ~roles) === 0 && (roles & DENYING & ~(roles >> NEW)) === 0,',
    why: 'what can widen nothing is built all the same',
  },
  {
    file: 'egress/joint.ts',
    after: '((roles >> NEW) & ALLOWING & ~roles) === 0 && (roles | DENYING & ~(roles >> NEW)) === 0,',
    why: 'what can widen nothing is built all the same',
  },
  {
    file: 'egress/joint.ts',
    after: '((roles >> NEW) & ALLOWING & ~roles) === 0 && (roles & DENYING | ~(roles >> NEW)) === 0,',
    why: 'what can widen nothing is built all the same',
  },
  {
    file: 'egress/near.ts',
    after: 'if (false && whole?.ok) return this.#byHost.matching(whole.host);',
    why: 'all entries are looked at in place of those of the host, and the same ones are found',
  },
  {
    file: 'egress/joint.ts',
    after: 'const isOldAllowed = (certain & DENYING) !== 0 && (possible & DENYING) === 0;',
    why: 'what is certain is possible, so it is never so, and what can widen nothing is built all the same',
  },
  {
    file: 'egress/joint.ts',
    after: 'const isOldAllowed = (certain & ALLOWING) !== 0 && (possible & ALLOWING) === 0;',
    why: 'what is certain is possible, so it is never so, and what can widen nothing is built all the same',
  },
];
