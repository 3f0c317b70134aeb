import { NO_OUTPUT, run } from '../automaton/automaton.ts';
import { Budget } from '../automaton/budget.ts';
import { determinise, type LabelledAutomaton } from '../automaton/determinise.ts';
import type { Language } from '../automaton/language.ts';
import { minimise } from '../automaton/minimise.ts';
import type { Pattern } from '../automaton/pattern.ts';
import { type Dimension, type DimensionSet, type TextSet, wrongKind } from './dimension.ts';
import { textPartition } from './text-partition.ts';

/** Texts that match one of the patterns and none of the exceptions. */
export function textSet(patterns: readonly Pattern[] | 'all', except: readonly Pattern[] = []): TextSet {
  return { kind: 'text', patterns, except };
}

/** A dimension of texts of one language. */
export function textDimension(name: string, language: Language): Dimension {
  const everyValue = everyValueOf(language);
  const asText = (set: DimensionSet): TextSet => (set.kind === 'text' ? set : wrongKind(name, set.kind));
  return {
    name,
    keyOf(set) {
      const { patterns, except } = asText(set);
      // Most sets are one pattern, and no list of them begins so.
      if (except.length === 0 && patterns.length === 1) return keysOf(patterns as readonly Pattern[])[0]!;
      return JSON.stringify([patterns === 'all' ? 'all' : keysOf(patterns), keysOf(except)]);
    },
    isValue: (value) => typeof value === 'string' && run(everyValue.automaton, value) !== NO_OUTPUT,
    partition(groups, budget) {
      const asTexts = groups.map((group) => group.map(asText));
      return textPartition(everyValue, asTexts, budget);
    },
  };
}

const everyValues = new WeakMap<Language, LabelledAutomaton>();

/** The minimal automaton of a language, made once. */
function everyValueOf(language: Language): LabelledAutomaton {
  let everyValue = everyValues.get(language);
  if (everyValue === undefined) {
    const { automaton, labels } = determinise(language, [], new Budget(Number.POSITIVE_INFINITY))!;
    everyValue = { automaton: minimise(automaton), labels };
    everyValues.set(language, everyValue);
  }
  return everyValue;
}

function keysOf(patterns: readonly Pattern[]): string[] {
  return [...new Set(patterns.map(({ reach, text }) => `${reach} ${text}`))].sort();
}
