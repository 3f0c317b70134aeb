import type { Grant } from './origin.ts';

/** A gap in enforcement that the blueprint accepts by name, with a reason. */
export interface Waiver {
  readonly gap: string;
  readonly reason: string;
  readonly grant: Grant;
}
