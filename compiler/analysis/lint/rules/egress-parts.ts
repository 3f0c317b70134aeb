import type { EgressAccess } from '../../../ir/access.ts';
import { decideEgress } from '../../../ir/decide/egress.ts';
import type { BinaryPattern, EgressEntry } from '../../../ir/egress.ts';
import { only } from '../../../ir/extent.ts';
import type { Span } from '../../../source/span.ts';
import { sampleConnection, sampleRequests } from '../redundancy/sample.ts';
import type { EgressWords } from '../subject.ts';

const MOST_SAMPLES = 8;

/** Accesses that an entry allows by itself: by each of its programs, each of its rules, on each of its ports. */
export function samplesOf(entry: EgressEntry): EgressAccess[] {
  const programs = programsOf(entry).slice(0, MOST_SAMPLES);
  const requests = sampleRequests(entry).slice(0, MOST_SAMPLES);
  const [program = null] = programs;
  const [request] = requests;
  if (request === undefined) return [];
  const ports = entry.ports.slice(1, MOST_SAMPLES);
  return [
    ...programs.map((one) => ({ ...sampleConnection(entry, one), http: request })),
    ...requests.slice(1).map((http) => ({ ...sampleConnection(entry, program), http })),
    ...ports.map(({ low }) => ({ ...sampleConnection(entry, program, low), http: request })),
  ];
}

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
  verdict: Decided,
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

type Decided = 'granted' | 'denied';

function verdictOf(entry: EgressEntry, access: EgressAccess): Decided | null {
  const decision = decideEgress({ entries: [entry] }, access);
  if (decision.verdict === 'allow') return 'granted';
  return decision.why === 'denied' ? 'denied' : null;
}

/** A list without the last of the items that are meant; equal items may be one object. */
export function withoutLast<T>(items: readonly T[], isMeant: (item: T) => boolean): readonly T[] {
  const last = items.findLastIndex(isMeant);
  return items.filter((_, at) => at !== last);
}
