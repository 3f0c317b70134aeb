/** Values that match the same patterns; they are in a set together or not at all. Patterns are numbers. */
export interface Class {
  readonly matched: ReadonlySet<number>;
  readonly isIn: boolean;
}

/** Values that match all of the patterns and none of the exceptions. */
export interface Part {
  readonly all: readonly number[];
  readonly except: readonly number[];
}

export function holds({ all, except }: Part, matched: ReadonlySet<number>): boolean {
  return all.every((at) => matched.has(at)) && !except.some((at) => matched.has(at));
}

/**
 * Parts that together hold exactly the classes that are in. Greedy: what holds the most classes for the fewest exceptions
 * comes first. Time follows the patterns that classes match, and the number of patterns times that of parts.
 */
export function coverOf(classes: readonly Class[]): Part[] {
  const byPattern = new Map<number, Class[]>();
  for (const one of classes) for (const at of one.matched) listIn(byPattern, at).push(one);
  const patterns = [...byPattern.keys()].sort((left, right) => left - right);
  const candidates = [
    ...candidatesOf([], classes),
    ...patterns.flatMap((at) => candidatesOf([at], byPattern.get(at)!)),
  ];
  const inside = classes.filter(({ isIn }) => isIn);
  const { picked, left } = greedyCover(candidates, inside);
  const whole = picked.map((at) => candidates[at]!.part);
  return [...whole, ...left.map((one) => exactly(one, classes, byPattern))];
}

/** What can be picked: the classes that it holds, and what they cost. */
interface Choice {
  readonly held: readonly Class[];
  readonly cost: number;
}

interface Candidate extends Choice {
  readonly part: Part;
}

/** The head minus what can be taken off without touching the set; none when that does not suffice. */
function candidatesOf(all: readonly number[], within: readonly Class[]): Candidate[] {
  const held = within.filter(({ isIn }) => isIn);
  if (held.length === 0) return [];
  const except = exceptionsFrom(held, within);
  return except === null ? [] : [{ part: { all, except }, held, cost: 1 + except.length }];
}

/** Patterns that hold all of these classes that are not in the set, and none that is; null when there are none such. */
function exceptionsFrom(held: readonly Class[], within: readonly Class[]): number[] | null {
  const needed = new Set(held.flatMap(({ matched }) => [...matched]));
  const outside = within.filter(({ isIn }) => !isIn);
  const usable = new Map<number, Class[]>();
  for (const one of outside) for (const at of one.matched) if (!needed.has(at)) listIn(usable, at).push(one);
  const patterns = [...usable.keys()].sort((left, right) => left - right);
  const choices = patterns.map((at) => ({ held: usable.get(at)!, cost: 1 }));
  const { picked, left } = greedyCover(choices, outside);
  return left.length > 0 ? null : picked.map((at) => patterns[at]!).sort((low, high) => low - high);
}

/** Picks what gains the most for its cost, the first among equals, until nothing gains any more; and what is left then. */
function greedyCover(
  choices: readonly Choice[],
  classes: readonly Class[],
): { readonly picked: readonly number[]; readonly left: readonly Class[] } {
  const choicesOf = new Map<Class, number[]>(classes.map((one) => [one, []]));
  for (const [at, { held }] of choices.entries()) for (const one of held) choicesOf.get(one)!.push(at);
  const gains = choices.map(({ held }) => held.length);
  const left = new Set(classes);
  const picked: number[] = [];
  for (let best = bestOf(choices, gains); best !== null; best = bestOf(choices, gains)) {
    picked.push(best);
    for (const one of choices[best]!.held) {
      if (!left.delete(one)) continue;
      for (const at of choicesOf.get(one)!) gains[at]! -= 1;
    }
  }
  return { picked, left: [...left] };
}

function bestOf(choices: readonly Choice[], gains: readonly number[]): number | null {
  let best: number | null = null;
  let most = 0;
  for (let at = 0; at < gains.length; at += 1) {
    const gain = gains[at]! / choices[at]!.cost;
    if (gain > most) {
      best = at;
      most = gain;
    }
  }
  return best;
}

/** The class alone: all that it matches, and nothing else that anything like it matches. */
function exactly(
  { matched }: Class,
  classes: readonly Class[],
  byPattern: ReadonlyMap<number, readonly Class[]>,
): Part {
  const all = [...matched];
  const first = all[0];
  const near = first === undefined ? classes : byPattern.get(first)!;
  const like = near.filter((one) => all.every((at) => one.matched.has(at)));
  const except = new Set(like.flatMap((one) => [...one.matched]).filter((at) => !matched.has(at)));
  return { all, except: [...except].sort((left, right) => left - right) };
}

function listIn(lists: Map<number, Class[]>, at: number): Class[] {
  let list = lists.get(at);
  if (list === undefined) {
    list = [];
    lists.set(at, list);
  }
  return list;
}
