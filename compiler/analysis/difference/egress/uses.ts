import type { DiagramRequest } from '../../../domain/diagram/build.ts';
import type { Entry, Roles } from '../../../domain/diagram/continuation.ts';
import { searchPoint } from '../../../domain/diagram/search.ts';
import { HostIndex } from '../../../domain/host-index.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { decideEgress } from '../../../ir/decide/egress.ts';
import type { EgressEntry, EgressPolicy } from '../../../ir/egress.ts';
import { ALLOWING, DENYING, egressBoxes, egressDimensions } from '../../../ir/egress-boxes.ts';
import { EgressIndex } from '../../../ir/egress-index.ts';
import { usesOf } from '../../../ir/limits.ts';
import type { HeldGrant } from '../grant-terms.ts';
import { NearEntries } from './near.ts';
import { uncoveredEntries } from './use-cover.ts';
import { accessAt, READABLE, unaskable } from './witness.ts';

/** The roles of `to` stand this many bits above those of `from`. */
const TO = 2;
const ALLOWED = ALLOWING | (ALLOWING << TO);
const DENIED = DENYING | (DENYING << TO);
const OFTENER = 1;

/** What `to` may do more often; `undecided` names grants of which that is not known. */
export interface EgressUses {
  readonly held: readonly HeldGrant[];
  readonly undecided: readonly string[];
}

/**
 * Accesses that both policies allow, `from` only a limited number of times, and `to` by an entry whose uses are not shown
 * to be among those of `from`. Compares what entries allow and not how they are written, and tells more uses rather than
 * too few: limits of entries that overlap are added up.
 */
export function egressUses(from: EgressPolicy, to: EgressPolicy): EgressUses {
  const limited = new HostIndex<null>();
  for (const { host } of from.entries.filter(isLimited)) limited.add(host, null);
  const candidates = uncoveredEntries(from.entries, to.entries).filter(({ host }) => limited.mayMeet(host));
  const indices = { from: new EgressIndex(from), to: new EgressIndex(to) };
  const near = { from: new NearEntries(from.entries), to: new NearEntries(to.entries) };
  const held: HeldGrant[] = [];
  const undecided: string[] = [];
  for (const entry of candidates) {
    const request = requestFor(entry, near.from.to(entry), near.to.to(entry));
    const found = searchPoint(request, OFTENER, READABLE);
    if (found.ok && found.point === null) continue;
    const access = found.ok ? accessAt(request.dimensions, found.point!) : null;
    if (access === null || unaskable(access) !== null) undecided.push(entry.grant.id);
    else held.push(heldAt(access, entry, indices));
  }
  return { held, undecided };
}

function isLimited({ grant }: EgressEntry): boolean {
  return Number.isFinite(usesOf(grant));
}

/**
 * Asks for what `entry` allows under `to` and only limited entries allow under `from`. What `from` allows as often as one
 * likes is out of the question like what it denies.
 */
function requestFor(
  entry: EgressEntry,
  before: readonly EgressEntry[],
  after: readonly EgressEntry[],
): DiagramRequest {
  const dimensions = egressDimensions([...before, ...after]);
  const boxes = (one: EgressEntry, rolesOf: (roles: Roles) => Roles): Entry[] =>
    egressBoxes(one)
      .map(({ roles, sets }) => ({
        roles: rolesOf(roles),
        sets: dimensions.map(({ name }) => sets[name] ?? null),
      }))
      .filter(({ roles }) => roles !== 0);
  const entries = [
    ...before.flatMap((one) => boxes(one, (roles) => (isLimited(one) ? roles : DENYING))),
    ...after.flatMap((one) => boxes(one, (roles) => (roles === ALLOWING && one !== entry ? 0 : roles << TO))),
  ];
  return { dimensions, entries, verdictOf, mootRoles };
}

function verdictOf(roles: Roles): number {
  return roles === ALLOWED ? OFTENER : 0;
}

/** Nothing counts where either policy denies, or where one of them allows nothing. */
function mootRoles(certain: Roles, possible: Roles): Roles {
  return (certain & DENIED) !== 0 || (possible & ALLOWED) !== ALLOWED ? ALLOWED | DENIED : 0;
}

function heldAt(
  access: EgressAccess,
  entry: EgressEntry,
  { from, to }: { readonly from: EgressIndex; readonly to: EgressIndex },
): HeldGrant {
  const allowing = (index: EgressIndex) =>
    index.entriesFor(access).filter((one) => decideEgress({ entries: [one] }, access).verdict === 'allow');
  const total = (entries: readonly EgressEntry[]) =>
    entries.reduce((sum, { grant }) => sum + usesOf(grant), 0);
  const before = allowing(from);
  const after = isLimited(entry) ? allowing(to).filter(isLimited) : [entry];
  return {
    facet: 'egress',
    from: before[0]!.grant,
    to: entry.grant,
    uses: { from: total(before), to: total(after) },
  };
}
