import type { Facet } from '../../../ir/facet.ts';

/** In the order in which a reader asks. */
export const FACET_ORDER: readonly Facet[] = [
  'filesystem',
  'egress',
  'inference',
  'syscalls',
  'process',
  'resources',
];
