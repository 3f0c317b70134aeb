import type { Grant, WrittenPlace } from './origin.ts';

/** How often a grant may be used; infinite where it does not say. */
export function usesOf({ approval }: Grant<WrittenPlace>): number {
  return approval?.maxUses ?? Number.POSITIVE_INFINITY;
}

/** Milliseconds since 1970 UTC at which a grant ends; infinite where it does not say. */
export function endOf({ approval }: Grant<WrittenPlace>): number {
  return approval?.expiresAt ?? Number.POSITIVE_INFINITY;
}

/** Whether anything counts how often a grant is used: the gateway does of connections and requests, the kernel of nothing. */
export function countsUses({ id }: Pick<Grant<WrittenPlace>, 'id'>): boolean {
  return id.startsWith('egress:');
}
