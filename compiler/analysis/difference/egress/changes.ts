import { Budget, DEFAULT_BUDGET } from '../../../domain/automaton/budget.ts';
import { type Box, boxesOf } from '../../../domain/diagram/boxes.ts';
import type { Diagram } from '../../../domain/diagram/diagram.ts';
import type { Value } from '../../../domain/diagram/dimension.ts';
import { valueIn } from '../../../domain/diagram/find-point.ts';
import { parseHost } from '../../../domain/host.ts';
import { HostIndex } from '../../../domain/host-index.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { describeAccess } from '../../../ir/access-words.ts';
import { decideEgress } from '../../../ir/decide/egress.ts';
import type { Decision } from '../../../ir/decision.ts';
import type { EgressEntry, EgressPolicy } from '../../../ir/egress.ts';
import { type Cause, type Change, type ChangeClass, type Direction, type Side, worstOf } from '../change.ts';
import { classesOf } from './classify.ts';
import { jointDiagram, NARROWS, WIDENS } from './joint.ts';
import { BoxWords, mergeAlike, sidesOfAccess } from './sides.ts';
import { somethingNew } from './something-new.ts';
import { splitByCause } from './split-by-cause.ts';
import { accessAt, READABLE } from './witness.ts';

/** What changes in the network facet, or how far that could be found out. */
export interface EgressDifference {
  readonly changes: readonly Change[];
  /**
   * `whole`: the changes are all there are. `partly`: there are more, of the directions that the changes show and of no
   * other. `unknown`: patterns are too intricate to compare; what is listed is certain, and nothing else is.
   */
  readonly known: 'whole' | 'partly' | 'unknown';
  /** The dimension whose patterns were too intricate; null when `known` is `whole`. */
  readonly intricate: string | null;
}

/** Boxes that are listed at most; a reader is lost long before. */
const MOST_BOXES = 20_000;

/**
 * The exact difference of two network facets: every access that one allows and the other does not, as sets of patterns
 * minus exceptions, each with an example and the entry that caused it.
 *
 * @param budget in states, see `DEFAULT_BUDGET`
 */
export function egressDifference(
  old: EgressPolicy,
  next: EgressPolicy,
  budget = DEFAULT_BUDGET,
): EgressDifference {
  const joint = jointDiagram(old, next, budget);
  const sides = { old: new Concerned(old), next: new Concerned(next) };
  if (!joint.ok) {
    const access = somethingNew(old, next, (one) => isNewlyAllowed(one, sides));
    const changes = access === null ? [] : [changeOf('widens', sidesOfAccess(access), access, sides)];
    return { changes, known: 'unknown', intricate: joint.dimension };
  }
  const found = (['widens', 'narrows'] as const).map((direction) =>
    changesIn(joint.diagram, direction, sides),
  );
  const isWhole = found.every(({ whole }) => whole);
  return {
    changes: found.flatMap(({ changes }) => changes),
    known: isWhole ? 'whole' : 'partly',
    intricate: isWhole ? null : 'sets',
  };
}

interface Sides {
  readonly old: Concerned;
  readonly next: Concerned;
}

/** Entries by host, so that one access is decided by looking at the few that speak of its host. */
class Concerned {
  readonly index = new HostIndex<EgressEntry>();

  constructor({ entries }: EgressPolicy) {
    for (const entry of entries) this.index.add(entry.host, entry);
  }

  decide(access: EgressAccess): { decision: Decision; entries: readonly EgressEntry[] } {
    const host = parseHost(access.host);
    const entries = host.ok ? this.index.matching(host.host) : [];
    return { decision: decideEgress({ entries }, access), entries };
  }
}

function isNewlyAllowed(access: EgressAccess, { old, next }: Sides): boolean {
  return next.decide(access).decision.verdict === 'allow' && old.decide(access).decision.verdict === 'deny';
}

function changesIn(
  diagram: Diagram,
  direction: Direction,
  sides: Sides,
): { changes: readonly Change[]; whole: boolean } {
  const boxes = boxesOf(diagram, direction === 'widens' ? WIDENS : NARROWS, new Budget(MOST_BOXES));
  const words = new BoxWords(diagram.dimensions, new Budget(DEFAULT_BUDGET));
  const changes: Change[] = [];
  for (const box of boxes ?? []) {
    const set = words.sidesOf(box);
    if (set === null) return { changes, whole: false };
    const shown = { sides: set, witness: accessIn(diagram, box) };
    for (const part of splitByCause(shown, (access) => causeKey(direction, access, sides))) {
      changes.push(changeOf(direction, part.sides, part.witness, sides));
    }
  }
  return { changes: mergeLikeCaused(changes), whole: boxes !== null };
}

function accessIn(diagram: Diagram, box: Box): EgressAccess {
  const point = new Array<Value | null>(diagram.dimensions.length).fill(null);
  for (const { dimension, partition, atoms } of box) {
    point[dimension] = valueIn(partition, atoms, READABLE[diagram.dimensions[dimension]!.name]);
  }
  return accessAt(diagram.dimensions, point);
}

/** Names what made the difference for one access; null for an access that both policies answer alike. */
function causeKey(direction: Direction, access: EgressAccess, { old, next }: Sides): string | null {
  const [allowing, denying] = direction === 'widens' ? [next, old] : [old, next];
  const allowed = allowing.decide(access).decision;
  const denied = denying.decide(access).decision;
  if (allowed.verdict !== 'allow' || denied.verdict !== 'deny') return null;
  const { kind, grant } = causeOf(direction, allowed, denied);
  return `${kind} ${grant.id}`;
}

function changeOf(
  direction: Direction,
  sides: readonly Side[],
  witness: EgressAccess,
  { old, next }: Sides,
): Change {
  const [allowing, denying] = direction === 'widens' ? [next, old] : [old, next];
  const allowed = allowing.decide(witness);
  const denied = denying.decide(witness);
  if (allowed.decision.verdict !== 'allow' || denied.decision.verdict !== 'deny') {
    throw new Error(`an example of a difference is answered alike: ${describeAccess(witness)}`);
  }
  const granting = allowed.entries.find(({ grant }) => grant === allowed.decision.by)!;
  const classes: readonly ChangeClass[] =
    direction === 'widens' ? classesOf(witness, granting, denying.index) : ['removed'];
  return {
    direction,
    facet: 'egress',
    classes,
    severity: worstOf(classes),
    sides,
    witness,
    example: describeAccess(witness),
    cause: causeOf(direction, allowed.decision, denied.decision),
  };
}

/** A denial that speaks about the access made the difference, else the permission did. */
function causeOf(
  direction: Direction,
  allowed: Extract<Decision, { verdict: 'allow' }>,
  denied: Extract<Decision, { verdict: 'deny' }>,
): Cause {
  const widens = direction === 'widens';
  if (denied.by !== null && denied.why === 'denied') {
    return { kind: widens ? 'denial-removed' : 'denied', policy: widens ? 'old' : 'new', grant: denied.by };
  }
  return { kind: widens ? 'granted' : 'grant-removed', policy: widens ? 'new' : 'old', grant: allowed.by };
}

/** Sets with the same cause and kind that differ in one side only are one. */
function mergeLikeCaused(changes: readonly Change[]): readonly Change[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const { kind, grant } = change.cause;
    const key = JSON.stringify([kind, grant.id, change.classes]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].flatMap((group) => mergeAlike(group));
}
