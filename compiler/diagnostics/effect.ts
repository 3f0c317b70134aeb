import type { Diagnostic } from './diagnostic.ts';
import { type CatalogEntry, entry } from './entry.ts';

/**
 * What became of one setting on its way from one language into another: it means the same, allows less, allows more, or
 * has no counterpart and allows neither less nor more.
 */
export type Effect = 'exact' | 'stricter' | 'looser' | 'lost';

export const EFFECTS: readonly Effect[] = ['exact', 'stricter', 'looser', 'lost'];

/** A kind of finding about a translation. Its message begins with the effect. */
export interface EffectEntry<P> extends CatalogEntry<P> {
  readonly effect: Effect;
}

/** One finding about a translation, with what it says about permissions. */
export interface Change {
  readonly effect: Effect;
  readonly diagnostic: Diagnostic;
}

/** What allows more than before is a warning, everything else is good to know. */
export function effectEntry<P>(
  code: string,
  name: string,
  effect: Effect,
  text: {
    message: (parameters: P) => string;
    help?: (parameters: P) => string | null;
    explanation: string;
  },
): EffectEntry<P> {
  const message = (parameters: P) => `${effect}: ${text.message(parameters)}`;
  const kind = entry<P>(code, name, effect === 'looser' ? 'warning' : 'note', { ...text, message });
  return { ...kind, effect };
}

/** How many changes there are of each effect. */
export function countEffects(changes: readonly Change[]): Record<Effect, number> {
  const counts = { exact: 0, stricter: 0, looser: 0, lost: 0 };
  for (const { effect } of changes) counts[effect]++;
  return counts;
}
