import type { Grant, Origin, WrittenPlace } from './origin.ts';

/** Allow or deny, with the entry or the absence that decided it. */
export type Decision<Place extends WrittenPlace = Origin> =
  | { readonly verdict: 'allow'; readonly by: Grant<Place> }
  /** `denied`: an entry says no. `not-included`: the nearest entry grants something else. */
  | {
      readonly verdict: 'deny';
      readonly by: Grant<Place>;
      readonly why: 'denied' | 'not-included' | 'expired';
    }
  | { readonly verdict: 'deny'; readonly by: null; readonly why: 'not-granted' | 'invalid-access' };

export const NOT_GRANTED = { verdict: 'deny', by: null, why: 'not-granted' } as const satisfies Decision;
export const INVALID_ACCESS = {
  verdict: 'deny',
  by: null,
  why: 'invalid-access',
} as const satisfies Decision;

export function allowedBy<Place extends WrittenPlace>(by: Grant<Place>): Decision<Place> {
  return { verdict: 'allow', by };
}

export function deniedBy<Place extends WrittenPlace>(
  by: Grant<Place>,
  why: 'denied' | 'not-included' | 'expired',
): Decision<Place> {
  return { verdict: 'deny', by, why };
}
