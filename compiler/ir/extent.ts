/** How far something reaches. Absence never carries meaning, so "everything" and "nothing" are said. */
export type Extent<T> =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'only'; readonly of: T };

export const ALL = { kind: 'all' } as const;
export const NONE = { kind: 'none' } as const;
export function only<T>(of: T): { readonly kind: 'only'; readonly of: T } {
  return { kind: 'only', of };
}
