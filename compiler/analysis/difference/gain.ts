import type { Access } from '../../ir/access.ts';
import { describeAccess } from '../../ir/access-words.ts';
import type { Grant } from '../../ir/origin.ts';
import {
  type Cause,
  CHANGE_CLASSES,
  type Change,
  type ChangeClass,
  type ChangedFacet,
  type Direction,
  SEVERITIES,
  type Side,
  worstOf,
} from './change.ts';
import { inOrder } from './order.ts';

/**
 * What one policy (`to`) allows and another (`from`) does not, before it is said which of the two is the new one. Facets
 * only look for gains; that a narrowing is the gain of the way back makes every verdict symmetric.
 */
export interface Gain {
  readonly facet: ChangedFacet;
  readonly classes: readonly ChangeClass[];
  readonly sides: readonly Side[];
  /** An access of the set that `to` allows and `from` denies, or words where no access can tell. */
  readonly shownBy: Access | string;
  readonly reason: Reason;
}

/** `granted`: an entry of `to` allows it. `lifted`: an entry of `from`, gone in `to`, kept it out. */
export type Reason =
  | { readonly kind: 'granted' | 'lifted'; readonly by: Grant }
  | { readonly kind: 'changed'; readonly from: Grant; readonly to: Grant };

/** All changes of something that two policies have, in order. */
export function changesBetween<T>(
  old: T,
  next: T,
  gainsOf: (from: T, to: T) => readonly Gain[],
): readonly Change[] {
  return inOrder([
    ...gainsOf(old, next).map((gain) => changeOf(gain, 'widens')),
    ...gainsOf(next, old).map((gain) => changeOf(gain, 'narrows')),
  ]);
}

/** A gain of the new policy over the old one widens; a gain of the old policy over the new one narrows. */
export function changeOf(gain: Gain, direction: Direction): Change {
  const { facet, sides, shownBy } = gain;
  const classes: readonly ChangeClass[] =
    direction === 'widens' ? [...gain.classes].sort((a, b) => rankOf(a) - rankOf(b)) : ['removed'];
  return {
    direction,
    facet,
    classes,
    severity: worstOf(classes),
    sides,
    witness: typeof shownBy === 'string' ? null : shownBy,
    example: typeof shownBy === 'string' ? shownBy : describeAccess(shownBy),
    cause: direction === 'widens' ? causeOfWidening(gain.reason) : causeOfNarrowing(gain.reason),
  };
}

function rankOf(name: ChangeClass): number {
  return SEVERITIES.indexOf(CHANGE_CLASSES[name]);
}

function causeOfWidening(reason: Reason): Cause {
  switch (reason.kind) {
    case 'granted':
      return { kind: 'granted', policy: 'new', grant: reason.by };
    case 'lifted':
      return { kind: 'denial-removed', policy: 'old', grant: reason.by };
    case 'changed':
      return { kind: 'changed', policy: 'new', grant: reason.to };
  }
}

function causeOfNarrowing(reason: Reason): Cause {
  switch (reason.kind) {
    case 'granted':
      return { kind: 'grant-removed', policy: 'old', grant: reason.by };
    case 'lifted':
      return { kind: 'denied', policy: 'new', grant: reason.by };
    case 'changed':
      return { kind: 'changed', policy: 'new', grant: reason.from };
  }
}

/** A side that holds just these values or patterns, each by itself. */
export function sideOf(name: string, values: readonly string[]): Side {
  return { name, terms: values.map((value) => ({ all: [value], except: [] })) };
}
