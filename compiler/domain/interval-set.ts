/** Whole numbers from `low` to `high`, both included. Never empty: `low <= high`. */
export interface Interval<T extends number | bigint> {
  readonly low: T;
  readonly high: T;
}

/** A set of whole numbers in its one spelling: intervals sorted, disjoint, and never touching. Empty means the empty set. */
export type IntervalSet<T extends number | bigint> = readonly Interval<T>[];

/** The set that holds exactly what any of the intervals holds. */
export function intervalSet<T extends number | bigint>(intervals: Iterable<Interval<T>>): IntervalSet<T> {
  const sorted = [...intervals].sort((left, right) =>
    left.low < right.low ? -1 : left.low > right.low ? 1 : 0,
  );
  const merged: Interval<T>[] = [];
  for (const { low, high } of sorted) {
    if (low > high) throw new RangeError('an interval ends before it starts');
    const last = merged.at(-1);
    if (!last || low > after(last.high)) merged.push({ low, high });
    else if (high > last.high) merged[merged.length - 1] = { low: last.low, high };
  }
  return merged;
}

export function union<T extends number | bigint>(
  left: IntervalSet<T>,
  right: IntervalSet<T>,
): IntervalSet<T> {
  return intervalSet([...left, ...right]);
}

export function intersection<T extends number | bigint>(
  left: IntervalSet<T>,
  right: IntervalSet<T>,
): IntervalSet<T> {
  const common: Interval<T>[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const a = left[l]!;
    const b = right[r]!;
    const endsFirst = a.high < b.high ? a : b;
    const startsLast = a.low > b.low ? a : b;
    if (startsLast.low <= endsFirst.high) common.push({ low: startsLast.low, high: endsFirst.high });
    if (endsFirst === a) l += 1;
    else r += 1;
  }
  return common;
}

/** What `left` holds and `right` does not. */
export function difference<T extends number | bigint>(
  left: IntervalSet<T>,
  right: IntervalSet<T>,
): IntervalSet<T> {
  const rest: Interval<T>[] = [];
  let r = 0;
  for (const { low, high } of left) {
    let from = low;
    while (r < right.length && right[r]!.high < from) r += 1;
    let past = false;
    for (let k = r; k < right.length && right[k]!.low <= high; k += 1) {
      const hole = right[k]!;
      if (hole.low > from) rest.push({ low: from, high: before(hole.low) });
      from = after(hole.high);
      past = hole.high >= high;
    }
    if (!past) rest.push({ low: from, high });
  }
  return rest;
}

/** Whether the number is in the set; binary search. */
export function contains<T extends number | bigint>(set: IntervalSet<T>, value: T): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const interval = set[middle]!;
    if (value < interval.low) high = middle - 1;
    else if (value > interval.high) low = middle + 1;
    else return true;
  }
  return false;
}

export function isSubset<T extends number | bigint>(inner: IntervalSet<T>, outer: IntervalSet<T>): boolean {
  return difference(inner, outer).length === 0;
}

export function sameIntervals<T extends number | bigint>(
  left: IntervalSet<T>,
  right: IntervalSet<T>,
): boolean {
  return (
    left.length === right.length &&
    left.every((interval, at) => interval.low === right[at]!.low && interval.high === right[at]!.high)
  );
}

/** The next whole number. */
export function after<T extends number | bigint>(value: T): T {
  return (typeof value === 'bigint' ? value + 1n : (value as number) + 1) as T;
}

/** The whole number before. */
export function before<T extends number | bigint>(value: T): T {
  return (typeof value === 'bigint' ? value - 1n : (value as number) - 1) as T;
}
