import { buildDiagram, type DiagramRequest, type DiagramResult } from '../../../domain/diagram/build.ts';
import type { Entry, Roles } from '../../../domain/diagram/continuation.ts';
import { HostIndex } from '../../../domain/host-index.ts';
import type { EgressEntry, EgressPolicy } from '../../../ir/egress.ts';
import { ALLOWING, DENYING, egressBoxes, egressDimensions } from '../../../ir/egress-boxes.ts';
import { meaningKey } from './meaning-key.ts';

/** Verdicts of the joint diagram. */
export const SAME = 0;
export const WIDENS = 1;
export const NARROWS = 2;

/** The roles of the new policy stand this many bits above those of the old one. */
const NEW = 2;
const BOTH = ALLOWING | DENYING;

/** `widens`: only what the new policy allows beyond the old one is told apart, which is less work. */
export type Interest = 'both' | 'widens';

/** An entry and the policies that it stands in. */
interface Standing {
  readonly entry: EgressEntry;
  readonly isOld: boolean;
  readonly isNew: boolean;
}

/**
 * Both policies in one diagram, whose verdict says which of them alone allows an access. Entries that stand in both and
 * can meet no changed one are left out, and where only unchanged ones are left nothing is built: the work follows the
 * change, not the policies.
 */
export function jointDiagram(old: EgressPolicy, next: EgressPolicy, budget?: number): DiagramResult {
  return buildDiagram(jointRequest(old, next, 'both', budget));
}

/** What `jointDiagram` is built from. */
export function jointRequest(
  old: EgressPolicy,
  next: EgressPolicy,
  interest: Interest,
  budget?: number,
): DiagramRequest {
  const standing = withoutUnconcerned(standingOf(old.entries, next.entries));
  const dimensions = egressDimensions(standing.map(({ entry }) => entry));
  const entries = standing.flatMap(({ entry, isOld, isNew }) =>
    egressBoxes(entry).map(
      ({ roles, sets }): Entry => ({
        roles: (isOld ? roles : 0) | (isNew ? roles << NEW : 0),
        sets: dimensions.map(({ name }) => sets[name] ?? null),
      }),
    ),
  );
  return {
    dimensions,
    entries,
    ...VIEWS[interest],
    ...(budget === undefined ? {} : { budget }),
  };
}

/** Entries that only the new policy has. */
export function addedEntries(old: EgressPolicy, next: EgressPolicy): readonly EgressEntry[] {
  return standingOf(old.entries, next.entries)
    .filter(({ isOld }) => !isOld)
    .map(({ entry }) => entry);
}

function standingOf(old: readonly EgressEntry[], next: readonly EgressEntry[]): readonly Standing[] {
  const byKey = new Map<string, Standing>();
  for (const entry of old) byKey.set(meaningKey(entry), { entry, isOld: true, isNew: false });
  for (const entry of next) {
    const key = meaningKey(entry);
    byKey.set(key, { entry, isOld: byKey.get(key)?.isOld ?? false, isNew: true });
  }
  return [...byKey.values()];
}

/** Without the entries of both policies that speak of no host of a changed one. */
function withoutUnconcerned(standing: readonly Standing[]): readonly Standing[] {
  const changed = new HostIndex<null>();
  const isChanged = ({ isOld, isNew }: Standing) => isOld !== isNew;
  for (const one of standing) if (isChanged(one)) changed.add(one.entry.host, null);
  return standing.filter((one) => isChanged(one) || changed.mayMeet(one.entry.host));
}

type View = Pick<DiagramRequest, 'verdictOf' | 'mootRoles' | 'isNeutral'>;

const VIEWS: Readonly<Record<Interest, View>> = {
  both: { verdictOf, mootRoles, isNeutral: (roles) => (roles & BOTH) === roles >> NEW },
  widens: {
    verdictOf: (roles) => (verdictOf(roles) === WIDENS ? WIDENS : SAME),
    mootRoles: mootForWidening,
    // What the new policy allows the old one does, and what the old one denies the new one does.
    isNeutral: (roles) =>
      ((roles >> NEW) & ALLOWING & ~roles) === 0 && (roles & DENYING & ~(roles >> NEW)) === 0,
  },
};

function verdictOf(roles: Roles): number {
  const isAllowed = (side: Roles) => (side & BOTH) === ALLOWING;
  const wasAllowed = isAllowed(roles);
  if (wasAllowed === isAllowed(roles >> NEW)) return SAME;
  return wasAllowed ? NARROWS : WIDENS;
}

/** For each policy: behind a certain denial no permission counts, and where nothing can be allowed no denial does. */
function mootRoles(certain: Roles, possible: Roles): Roles {
  return mootOf(certain, possible) | (mootOf(certain >> NEW, possible >> NEW) << NEW);
}

function mootOf(certain: Roles, possible: Roles): Roles {
  const permissions = (certain & DENYING) !== 0 ? ALLOWING : 0;
  return (possible & ~permissions & ALLOWING) === 0 ? BOTH : permissions;
}

/** Where the old policy certainly allows, and where the new one cannot, nothing widens. */
function mootForWidening(certain: Roles, possible: Roles): Roles {
  const moot = mootRoles(certain, possible);
  const isOldAllowed = (certain & ALLOWING) !== 0 && (possible & DENYING) === 0;
  const isNewDenied = (((possible & ~moot) >> NEW) & ALLOWING) === 0;
  return isOldAllowed || isNewDenied ? BOTH | (BOTH << NEW) : moot;
}
