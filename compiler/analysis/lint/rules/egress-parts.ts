import type { EgressAccess } from '../../../ir/access.ts';
import type { BinaryPattern, EgressEntry } from '../../../ir/egress.ts';
import { only } from '../../../ir/extent.ts';
import type { Span } from '../../../source/span.ts';
import { verdictOf } from '../redundancy/trial.ts';
import type { EgressWords } from '../subject.ts';

/** Null stands for any program. */
export function programsOf({ binaries }: EgressEntry): (BinaryPattern | null)[] {
  return binaries.kind === 'only' ? [...binaries.of] : [null];
}

/**
 * The rule that decides an access, or else the host of its endpoint.
 *
 * @param entry what is left of the endpoint's entry by now
 */
export function placeOfDecision(
  { entry: written, endpoint }: EgressWords,
  entry: EgressEntry,
  verdict: 'granted' | 'denied',
  access: EgressAccess,
): Span {
  const decides = (one: EgressEntry) => verdictOf(one, access) === verdict;
  if (verdict === 'denied') {
    const rule = entry.deny.find((one) => decides({ ...entry, deny: [one] }));
    const at = rule === undefined ? -1 : written.deny.indexOf(rule);
    return endpoint.denyRules[at]?.span ?? endpoint.host.span;
  }
  if (entry.allow.kind !== 'only' || written.allow.kind !== 'only') return endpoint.host.span;
  const rule = entry.allow.of.find((one) => decides({ ...entry, allow: only([one]) }));
  const at = rule === undefined ? -1 : written.allow.of.indexOf(rule);
  return endpoint.rules?.value[at]?.span ?? endpoint.host.span;
}

/** A list without the last of the items that are meant; equal items may be one object. */
export function withoutLast<T>(items: readonly T[], isMeant: (item: T) => boolean): readonly T[] {
  const last = items.findLastIndex(isMeant);
  return items.filter((_, at) => at !== last);
}
