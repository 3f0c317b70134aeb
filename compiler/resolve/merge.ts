import { resolveConflict, resolveOverride, resolveSameFileConflict } from '../diagnostics/catalog/resolve.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose } from '../diagnostics/entry.ts';
import type { Span } from '../source/span.ts';
import type { Layer } from './layers.ts';
import type { Sourced } from './resolved.ts';

/** One section of a blueprint, seen as items that each have a name within it. */
export interface Section<T> {
  /** How a person calls an item with this key, e.g. `path \`/tmp\``. */
  readonly what: (key: string) => string;
  readonly itemsOf: (layer: Layer) => readonly T[];
  readonly keyOf: (item: T) => string;
  readonly spanOf: (item: T) => Span;
  /** Whether two items say the same, so that it does not matter which one is kept. */
  readonly same: (a: T, b: T) => boolean;
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
): Sourced<T>[] {
  const byKey = new Map<string, Candidate<T>[]>();
  for (const layer of layers) {
    for (const item of section.itemsOf(layer)) {
      const key = section.keyOf(item);
      const candidates = byKey.get(key);
      if (candidates) candidates.push({ layer, item });
      else byKey.set(key, [{ layer, item }]);
    }
  }
  const merged: Sourced<T>[] = [];
  for (const [key, candidates] of byKey) {
    const winner = decide(section, key, candidates, diagnostics);
    merged.push({ item: winner.item, trail: winner.layer.trail });
  }
  return merged;
}

/** The same for a section that holds at most one item. */
export function mergeSingle<T>(
  layers: readonly Layer[],
  section: Omit<Section<T>, 'keyOf' | 'itemsOf' | 'what'> & {
    what: string;
    itemOf: (layer: Layer) => T | null;
  },
  diagnostics: Diagnostic[],
): Sourced<T> | null {
  const whole: Section<T> = {
    ...section,
    what: () => section.what,
    keyOf: () => '',
    itemsOf: (layer) => {
      const item = section.itemOf(layer);
      return item === null ? [] : [item];
    },
  };
  return mergeSection(layers, whole, diagnostics)[0] ?? null;
}

function decide<T>(
  section: Section<T>,
  key: string,
  candidates: readonly Candidate<T>[],
  diagnostics: Diagnostic[],
): Candidate<T> {
  if (candidates.length === 1) return candidates[0]!;
  const onePerLayer = new Map<Layer, Candidate<T>>();
  for (const candidate of candidates) {
    const first = onePerLayer.get(candidate.layer);
    if (!first) onePerLayer.set(candidate.layer, candidate);
    else if (!section.same(first.item, candidate.item)) {
      diagnostics.push(contradiction(section, key, first, candidate));
    }
  }
  const distinct = [...onePerLayer.values()];
  const isBeneathAnother = ({ layer }: Candidate<T>) =>
    distinct.some((other) => other.layer.beneath.has(layer));
  const uppermost = distinct.filter((candidate) => !isBeneathAnother(candidate));
  const winner = uppermost[uppermost.length - 1]!;
  const differs = (candidate: Candidate<T>) =>
    candidate !== winner && !section.same(candidate.item, winner.item);
  if (uppermost.some(differs)) diagnostics.push(conflict(section, key, uppermost));
  for (const replaced of distinct) {
    if (!uppermost.includes(replaced) && differs(replaced)) {
      diagnostics.push(override(section, key, winner, replaced));
    }
  }
  return winner;
}

function override<T>(section: Section<T>, key: string, by: Candidate<T>, of: Candidate<T>): Diagnostic {
  return diagnose(
    resolveOverride,
    section.spanOf(by.item),
    { what: section.what(key), from: of.layer.trail },
    [{ span: section.spanOf(of.item), label: 'replaced' }],
  );
}

function contradiction<T>(
  section: Section<T>,
  key: string,
  first: Candidate<T>,
  second: Candidate<T>,
): Diagnostic {
  return diagnose(resolveSameFileConflict, section.spanOf(second.item), { what: section.what(key) }, [
    { span: section.spanOf(first.item), label: 'first given here' },
  ]);
}

function conflict<T>(section: Section<T>, key: string, candidates: readonly Candidate<T>[]): Diagnostic {
  const last = candidates[candidates.length - 1]!;
  return diagnose(
    resolveConflict,
    last.layer.askedFor,
    { what: section.what(key) },
    candidates.map(({ layer, item }) => ({
      span: section.spanOf(item),
      label: `says ${layer.trail.map((name) => `\`${name}\``).join(' -> ')}`,
    })),
  );
}
