import { run, shortestValues, withOutputs } from '../automaton/automaton.ts';
import type { Budget } from '../automaton/budget.ts';
import { determinise } from '../automaton/determinise.ts';
import { foldWords } from '../automaton/fold-words.ts';
import type { Language } from '../automaton/language.ts';
import type { Pattern } from '../automaton/pattern.ts';
import { type Class, coverOf, holds } from './cover.ts';
import type { TextTerm } from './dimension.ts';

/** Literal texts by spelling, with the pattern that names each. */
export type Words = ReadonlyMap<string, Pattern>;

/**
 * Says a set of texts as a union of patterns minus exceptions, out of the patterns and words that the set is made of.
 * Exact. Short where it can be: a greedy cover, widest gain for the fewest exceptions first.
 *
 * @param isIn whether a text of the language is in the set; must not tell texts apart that match the same patterns, but
 *   for the words
 * @returns null when the budget does not suffice
 */
export function textTerms(
  language: Language,
  patterns: readonly Pattern[],
  words: Words,
  isIn: (text: string) => boolean,
  budget: Budget,
): readonly TextTerm[] | null {
  const labelled = determinise(
    language,
    patterns.map((pattern) => [pattern]),
    budget,
  );
  if (labelled === null) return null;
  const { automaton, labels } = labelled;
  const classes: Class[] = [];
  const byOutput = labels.map((matched) => new Set(matched));
  // Words get outputs of their own, so that what stands for a class is none of them.
  const spelled = new Map([...words.keys()].map((word, at) => [word, labels.length + at]));
  const same = withOutputs(
    automaton,
    labels.map((_, output) => output),
  );
  const found = shortestValues(foldWords(same, spelled));
  for (const [output, matched] of byOutput.entries()) {
    const example = found.get(output);
    if (example !== undefined) classes.push({ matched, isIn: isIn(example) });
  }
  const parts = coverOf(classes);
  const terms = parts.map(({ all, except }) => ({
    all: all.map((at) => patterns[at]!),
    except: except.map((at) => patterns[at]!),
  }));
  return withWords(terms, words, isIn, (word) => {
    const matched = byOutput[run(automaton, word)];
    return matched && parts.map((part) => holds(part, matched));
  });
}

/** Adds the words that the terms leave out, and excepts those that they take in by mistake. */
function withWords(
  terms: readonly TextTerm[],
  words: Words,
  isIn: (text: string) => boolean,
  coveredBy: (word: string) => readonly boolean[] | undefined,
): readonly TextTerm[] {
  const exceptions: Pattern[][] = terms.map(() => []);
  const alone: TextTerm[] = [];
  for (const [word, pattern] of words) {
    const covered = coveredBy(word);
    // A text outside the language is nobody's value.
    if (covered === undefined) continue;
    if (isIn(word)) {
      if (!covered.includes(true)) alone.push({ all: [pattern], except: [] });
    } else {
      for (const [at, isCovered] of covered.entries()) if (isCovered) exceptions[at]!.push(pattern);
    }
  }
  const whole = terms.map(({ all, except }, at) => ({ all, except: [...except, ...exceptions[at]!] }));
  return [...alone, ...whole];
}
