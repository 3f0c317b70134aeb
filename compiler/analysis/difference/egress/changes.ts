import { Budget, DEFAULT_BUDGET } from '../../../domain/automaton/budget.ts';
import { type Box, boxesOf } from '../../../domain/diagram/boxes.ts';
import type { Diagram } from '../../../domain/diagram/diagram.ts';
import type { Value } from '../../../domain/diagram/dimension.ts';
import { findPoint, valueIn } from '../../../domain/diagram/find-point.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { describeAccess } from '../../../ir/access-words.ts';
import type { Decision } from '../../../ir/decision.ts';
import type { EgressPolicy } from '../../../ir/egress.ts';
import { EgressIndex } from '../../../ir/egress-index.ts';
import { type Cause, type Change, type ChangeClass, type Direction, type Side, worstOf } from '../change.ts';
import { classesOf } from './classify.ts';
import { jointDiagram, NARROWS, WIDENS } from './joint.ts';
import { BoxWords, limitsAddresses, mergeAlike, sidesOfAccess } from './sides.ts';
import { somethingNew } from './something-new.ts';
import { splitByCause } from './split-by-cause.ts';
import { accessAt, READABLE, unaskable } from './witness.ts';

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
  const sides = { old: new EgressIndex(old), next: new EgressIndex(next) };
  if (!joint.ok) {
    const access = somethingNew(old, next);
    const changes = access === null ? [] : [changeOf('widens', sidesOfAccess(access), access, sides)];
    return { changes, known: 'unknown', intricate: joint.dimension };
  }
  const found = (['widens', 'narrows'] as const).map((direction) =>
    changesIn(joint.diagram, direction, sides),
  );
  const rest = found.map(({ unsaid }) => unsaid).filter((one) => one !== null);
  return {
    changes: found.flatMap(({ changes }) => changes),
    known: rest.length === 0 ? 'whole' : rest.every((one) => one === 'sets') ? 'partly' : 'unknown',
    intricate: rest.find((one) => one !== 'sets') ?? rest[0] ?? null,
  };
}

interface Sides {
  readonly old: EgressIndex;
  readonly next: EgressIndex;
}

/** What one direction holds; `unsaid` is what the rest of it is too intricate in, null when there is no rest. */
interface Found {
  readonly changes: readonly Change[];
  /** `sets`: there is more of what is listed. A dimension: whether there is more is not known. */
  readonly unsaid: string | null;
}

function changesIn(diagram: Diagram, direction: Direction, sides: Sides): Found {
  const verdict = direction === 'widens' ? WIDENS : NARROWS;
  const boxes = boxesOf(diagram, verdict, new Budget(MOST_BOXES));
  if (boxes === null) return changeAlone(diagram, direction, sides);
  const words = new BoxWords(diagram.dimensions, new Budget(DEFAULT_BUDGET));
  const changes: Change[] = [];
  let unsaid: string | null = null;
  for (const box of boxes) {
    const set = words.sidesOf(box);
    if (set === null) {
      unsaid ??= 'sets';
      if (changes.length === 0) return changeAlone(diagram, direction, sides);
      break;
    }
    const witness = accessIn(diagram, box);
    const odd = unaskable(witness);
    if (odd !== null) {
      unsaid = odd;
      continue;
    }
    for (const part of splitByCause({ sides: set, witness }, (one) => causeKey(direction, one, sides))) {
      changes.push(changeOf(direction, part.sides, part.witness, sides));
    }
  }
  return { changes: mergeLikeCaused(changes), unsaid };
}

/** One access that shows the direction, where its sets are too many or too intricate to be said. */
function changeAlone(diagram: Diagram, direction: Direction, sides: Sides): Found {
  const point = findPoint(diagram, direction === 'widens' ? WIDENS : NARROWS, READABLE);
  if (point === null) return { changes: [], unsaid: null };
  const witness = accessAt(diagram.dimensions, point);
  const odd = unaskable(witness);
  if (odd !== null) return { changes: [], unsaid: odd };
  return { changes: [changeOf(direction, sidesOfAccess(witness), witness, sides)], unsaid: 'sets' };
}

function accessIn(diagram: Diagram, box: Box): EgressAccess {
  const point = new Array<Value | null>(diagram.dimensions.length).fill(null);
  for (const { dimension, partition, atoms } of box) {
    point[dimension] = valueIn(partition, atoms, READABLE[diagram.dimensions[dimension]!.name]);
  }
  return accessAt(diagram.dimensions, point);
}

/** How the two policies answer one access: one allows it and the other does not. */
interface Answers {
  readonly allowing: EgressIndex;
  readonly denying: EgressIndex;
  readonly allowed: Extract<Decision, { verdict: 'allow' }>;
  readonly denied: Extract<Decision, { verdict: 'deny' }>;
}

/** Null for an access that does not show the direction. */
function answersTo(direction: Direction, access: EgressAccess, { old, next }: Sides): Answers | null {
  const [allowing, denying] = direction === 'widens' ? [next, old] : [old, next];
  const allowed = allowing.decide(access);
  const denied = denying.decide(access);
  if (allowed.verdict !== 'allow' || denied.verdict !== 'deny') return null;
  return { allowing, denying, allowed, denied };
}

/** Names what made the difference for one access; null for an access that shows none. */
function causeKey(direction: Direction, access: EgressAccess, sides: Sides): string | null {
  const answers = answersTo(direction, access, sides);
  if (answers === null) return null;
  const { kind, grant } = causeOf(direction, answers);
  return `${kind} ${grant.id}`;
}

function changeOf(
  direction: Direction,
  sides: readonly Side[],
  witness: EgressAccess,
  policies: Sides,
): Change {
  const answers = answersTo(direction, witness, policies);
  if (answers === null) {
    throw new Error(`an example of a difference is answered alike: ${describeAccess(witness)}`);
  }
  const { allowing, denying, allowed } = answers;
  const granting = allowing.entriesFor(witness).find(({ grant }) => grant === allowed.by)!;
  const classes: readonly ChangeClass[] =
    direction === 'widens' ? classesOf(witness, granting, denying.byHost) : ['removed'];
  return {
    direction,
    facet: 'egress',
    classes,
    severity: worstOf(classes),
    sides,
    witness,
    // Where the address decides, the same words are true under both policies without it.
    example: describeAccess(witness, null, limitsAddresses(sides)),
    cause: causeOf(direction, answers),
  };
}

/** A denial that speaks about the access made the difference, else the permission did. */
function causeOf(direction: Direction, { allowed, denied }: Answers): Cause {
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
