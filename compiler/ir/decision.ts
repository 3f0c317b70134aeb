import type { Grant } from './origin.ts';

/** Allow or deny, with the entry or the absence that decided it. */
export type Decision =
  | { readonly verdict: 'allow'; readonly by: Grant }
  /** `denied`: an entry says no. `not-included`: the nearest entry grants something else. */
  | { readonly verdict: 'deny'; readonly by: Grant; readonly why: 'denied' | 'not-included' | 'expired' }
  | { readonly verdict: 'deny'; readonly by: null; readonly why: 'not-granted' | 'invalid-access' };

export const NOT_GRANTED: Decision = { verdict: 'deny', by: null, why: 'not-granted' };
export const INVALID_ACCESS: Decision = { verdict: 'deny', by: null, why: 'invalid-access' };

export function allowedBy(by: Grant): Decision {
  return { verdict: 'allow', by };
}

export function deniedBy(by: Grant, why: 'denied' | 'not-included' | 'expired'): Decision {
  return { verdict: 'deny', by, why };
}
