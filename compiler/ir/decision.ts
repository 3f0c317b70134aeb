import type { Grant } from './origin.ts';

/** Allow or deny, with the entry or the absence that decided it. */
export type Decision =
  | { readonly verdict: 'allow'; readonly by: Grant }
  | { readonly verdict: 'deny'; readonly by: Grant; readonly why: 'denied' | 'not-included' }
  | {
      readonly verdict: 'deny';
      readonly by: null;
      readonly why: 'not-granted' | 'expired' | 'invalid-access';
    };
