import { resolveConflict, resolveOverride, resolveSameFileConflict } from '../diagnostics/catalog/resolve.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose } from '../diagnostics/entry.ts';
import type { Blueprint } from '../frontend/blueprint/blueprint.ts';
import type { Span } from '../source/span.ts';
import type { Layer } from './layers.ts';
import type { Merged } from './resolved.ts';

/** What a section of a blueprint holds, for saying what was decided about it. */
interface Items<T> {
  /** How a person calls an item, e.g. `path \`/tmp\``. */
  readonly what: (item: T) => string;
  readonly spanOf: (item: T) => Span;
  /** Whether two items say the same, so that it does not matter which one is kept. */
  readonly same: (a: T, b: T) => boolean;
}

/** One section of a blueprint, seen as items that each have a name within it. */
export interface Section<T> extends Items<T> {
  readonly itemsOf: (blueprint: Blueprint) => readonly T[];
  readonly keyOf: (item: T) => string;
}

/** A section that holds at most one item. */
export interface Single<T> extends Items<T> {
  readonly itemOf: (blueprint: Blueprint) => T | null;
}

interface Candidate<T> {
  readonly layer: Layer;
  readonly item: T;
}

/**
 * Merges one section over all layers. An item replaces those with the same key in the layers that its own layer
 * extends; two layers of which neither extends the other must agree, or a third that extends both must decide.
 */
export function mergeSection<T>(
  layers: readonly Layer[],
  section: Section<T>,
  diagnostics: Diagnostic[],
): Merged<T>[] {
  const byKey = new Map<string, Candidate<T>[]>();
  for (const layer of layers) {
    for (const item of section.itemsOf(layer.blueprint)) {
      const key = section.keyOf(item);
      const candidates = byKey.get(key);
      if (candidates) candidates.push({ layer, item });
      else byKey.set(key, [{ layer, item }]);
    }
  }
  const merged: Merged<T>[] = [];
  for (const candidates of byKey.values()) merged.push(decide(section, candidates, diagnostics));
  return merged;
}

/** The same for a section that holds at most one item. */
export function mergeSingle<T>(
  layers: readonly Layer[],
  section: Single<T>,
  diagnostics: Diagnostic[],
): Merged<T> | null {
  const candidates: Candidate<T>[] = [];
  for (const layer of layers) {
    const item = section.itemOf(layer.blueprint);
    if (item !== null) candidates.push({ layer, item });
  }
  return candidates.length === 0 ? null : decide(section, candidates, diagnostics);
}

function decide<T>(
  section: Items<T>,
  candidates: readonly Candidate<T>[],
  diagnostics: Diagnostic[],
): Merged<T> {
  const { item, layer } =
    candidates.length === 1 ? candidates[0]! : winnerOf(section, candidates, diagnostics);
  const below = candidates.filter((other) => layer.beneath.has(other.layer));
  return { item, trail: layer.trail, replaced: uppermostOf(below).map((other) => other.item) };
}

function winnerOf<T>(
  section: Items<T>,
  candidates: readonly Candidate<T>[],
  diagnostics: Diagnostic[],
): Candidate<T> {
  const onePerLayer = new Map<Layer, Candidate<T>>();
  for (const candidate of candidates) {
    const first = onePerLayer.get(candidate.layer);
    if (!first) onePerLayer.set(candidate.layer, candidate);
    else if (!section.same(first.item, candidate.item)) {
      diagnostics.push(contradiction(section, first, candidate));
    }
  }
  const distinct = [...onePerLayer.values()];
  const uppermost = uppermostOf(distinct);
  const winner = uppermost[uppermost.length - 1]!;
  const differs = (candidate: Candidate<T>) =>
    candidate !== winner && !section.same(candidate.item, winner.item);
  if (uppermost.some(differs)) diagnostics.push(conflict(section, uppermost));
  for (const replaced of distinct) {
    if (!uppermost.includes(replaced) && differs(replaced)) {
      diagnostics.push(override(section, winner, replaced));
    }
  }
  return winner;
}

/** Those of which no other one's layer extends the layer. */
function uppermostOf<T>(candidates: readonly Candidate<T>[]): Candidate<T>[] {
  return candidates.filter(({ layer }) => !candidates.some((other) => other.layer.beneath.has(layer)));
}

function override<T>(section: Items<T>, by: Candidate<T>, of: Candidate<T>): Diagnostic {
  return diagnose(
    resolveOverride,
    section.spanOf(by.item),
    { what: section.what(by.item), from: of.layer.trail },
    [{ span: section.spanOf(of.item), label: 'replaced' }],
  );
}

function contradiction<T>(section: Items<T>, first: Candidate<T>, second: Candidate<T>): Diagnostic {
  return diagnose(resolveSameFileConflict, section.spanOf(second.item), { what: section.what(second.item) }, [
    { span: section.spanOf(first.item), label: 'first given here' },
  ]);
}

function conflict<T>(section: Items<T>, candidates: readonly Candidate<T>[]): Diagnostic {
  const last = candidates[candidates.length - 1]!;
  return diagnose(
    resolveConflict,
    last.layer.askedFor,
    { what: section.what(last.item) },
    candidates.map(({ layer, item }) => ({
      span: section.spanOf(item),
      label: `says ${layer.trail.map((name) => `\`${name}\``).join(' -> ')}`,
    })),
  );
}
