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
    file: 'egress/uses.ts',
    after: 'return isOver && !isOpen ? EVERY_ROLE : 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/uses.ts',
    after: 'const isOver = (certain & (DENYING & FREE | (DENYING << TO))) !== 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/uses.ts',
    after: 'const isOver = (certain & (DENYING | FREE & (DENYING << TO))) !== 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/uses.ts',
    after: 'const isOpen = (possible & ALLOWING) !== 0 || (possible & (ALLOWING << TO)) !== 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/uses.ts',
    after: 'const isOpen = (possible | ALLOWING) !== 0 && (possible & (ALLOWING << TO)) !== 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/uses.ts',
    after: 'const isOpen = (possible & ALLOWING) !== 0 && (possible | (ALLOWING << TO)) !== 0;',
    why: 'roles that count for nothing are kept, and count for nothing in the verdict',
  },
  {
    file: 'egress/changes.ts',
    after: 'if (false && answers === null) {',
    why: 'an example of a difference is never answered alike',
  },
];
