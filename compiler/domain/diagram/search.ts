import type { DiagramRequest } from './build.ts';
import type { Live } from './continuation.ts';
import { Cutter } from './cutter.ts';
import type { Verdict } from './diagram.ts';
import type { Partition, Value } from './dimension.ts';
import { type Preferences, valueIn } from './find-point.ts';

export type SearchResult =
  /** One value a dimension, null where it makes no difference; no point when none gets the verdict. */
  | { readonly ok: true; readonly point: readonly (Value | null)[] | null }
  /** The dimension whose patterns spent the budget. */
  | { readonly ok: false; readonly dimension: string };

/**
 * A point that gets the verdict, looked for without building a diagram: it stops at the first. Finding that there is none
 * costs as much as building.
 */
export function searchPoint(
  request: DiagramRequest,
  verdict: Verdict,
  preferences: Preferences,
): SearchResult {
  const search = new Search(request, verdict, preferences);
  const point = search.find();
  const { overBudgetIn } = search;
  return point === null && overBudgetIn !== null
    ? { ok: false, dimension: overBudgetIn }
    : { ok: true, point };
}

class Search {
  readonly #request: DiagramRequest;
  readonly #verdict: Verdict;
  readonly #preferences: Preferences;
  readonly #cutter: Cutter;
  readonly #point: (Value | null)[];
  /** By dimension: keys of entries behind which the verdict is nowhere. */
  readonly #dead: Set<string>[];

  constructor(request: DiagramRequest, verdict: Verdict, preferences: Preferences) {
    this.#request = request;
    this.#verdict = verdict;
    this.#preferences = preferences;
    this.#cutter = new Cutter(request);
    this.#point = request.dimensions.map(() => null);
    this.#dead = request.dimensions.map(() => new Set());
  }

  get overBudgetIn(): string | null {
    return this.#cutter.overBudgetIn;
  }

  find(): readonly (Value | null)[] | null {
    return this.#isFound(0, this.#cutter.enter()) ? this.#point : null;
  }

  #isFound(from: number, lives: readonly Live[]): boolean {
    const standing = this.#cutter.stand(from, lives);
    if (standing.verdict !== null) return standing.verdict === this.#verdict;
    const { dimension, key } = standing;
    if (this.#dead[dimension]!.has(key)) return false;
    const cut = this.#cutter.cut(dimension, standing.lives);
    if (cut === null) return false;
    const liked = this.#preferences[this.#request.dimensions[dimension]!.name] ?? [];
    for (const atom of inLikedOrder(cut.partition, liked)) {
      if (!this.#isFound(dimension + 1, cut.after(atom))) continue;
      const value = valueIn(cut.partition, [atom], liked);
      if (value === null) continue;
      this.#point[dimension] = value;
      return true;
    }
    this.#dead[dimension]!.add(key);
    return false;
  }
}

/** Atoms of liked values first. */
function inLikedOrder(partition: Partition, liked: readonly Value[]): Iterable<number> {
  return new Set([...liked.map((value) => partition.locate(value)), ...partition.atoms.keys()]);
}
