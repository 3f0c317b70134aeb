import { run, shortestValues, withOutputs } from '../automaton/automaton.ts';
import type { Budget } from '../automaton/budget.ts';
import { determinise } from '../automaton/determinise.ts';
import { foldWords } from '../automaton/fold-words.ts';
import type { Language } from '../automaton/language.ts';
import type { Pattern } from '../automaton/pattern.ts';
import type { TextTerm } from './dimension.ts';

/** Values that match the same patterns; they are in the set together or not at all. */
interface Class {
  readonly matched: ReadonlySet<number>;
  readonly isIn: boolean;
}

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
  const parts = new Cover(patterns.length, classes).parts();
  const terms = parts.map(({ all, except }) => ({
    all: all.map((at) => patterns[at]!),
    except: except.map((at) => patterns[at]!),
  }));
  return withWords(terms, words, isIn, (word) => {
    const matched = byOutput[run(automaton, word)];
    return matched && parts.map((part) => holds(part, matched));
  });
}

/** Indices of patterns. */
interface Part {
  readonly all: readonly number[];
  readonly except: readonly number[];
}

function holds({ all, except }: Part, matched: ReadonlySet<number>): boolean {
  return all.every((at) => matched.has(at)) && !except.some((at) => matched.has(at));
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

/** Chooses patterns, each with exceptions, that hold exactly the classes that are in. */
class Cover {
  readonly #patterns: readonly number[];
  readonly #classes: readonly Class[];

  constructor(patterns: number, classes: readonly Class[]) {
    this.#patterns = Array.from({ length: patterns }, (_, at) => at);
    this.#classes = classes;
  }

  parts(): Part[] {
    const left = new Set(this.#classes.filter(({ isIn }) => isIn));
    const candidates = this.#candidates();
    const chosen: Part[] = [];
    while (left.size > 0) {
      const best = this.#best(candidates, left);
      const part = best ?? this.#exactly([...left][0]!);
      chosen.push(part);
      for (const one of left) if (holds(part, one.matched)) left.delete(one);
    }
    return chosen;
  }

  /** Everything, and each pattern, minus what can be taken off without touching the set. */
  #candidates(): Part[] {
    const heads = [[], ...this.#patterns.map((at) => [at])];
    return heads.flatMap((all) => {
      const within = this.#classes.filter(({ matched }) => all.every((at) => matched.has(at)));
      if (!within.some(({ isIn }) => isIn)) return [];
      const except = this.#exceptions(within);
      return except === null ? [] : [{ all, except }];
    });
  }

  /** Patterns that hold all of these classes that are not in the set, and none that is; null when there are none such. */
  #exceptions(within: readonly Class[]): number[] | null {
    const inside = within.filter(({ isIn }) => isIn);
    const usable = this.#patterns.filter((at) => !inside.some(({ matched }) => matched.has(at)));
    let outside = within.filter(({ isIn }) => !isIn);
    const except: number[] = [];
    while (outside.length > 0) {
      const gain = (at: number) => outside.filter(({ matched }) => matched.has(at)).length;
      const best = usable.reduce<number | null>(
        (most, at) => (gain(at) > (most === null ? 0 : gain(most)) ? at : most),
        null,
      );
      if (best === null) return null;
      except.push(best);
      outside = outside.filter(({ matched }) => !matched.has(best));
    }
    return except.sort((left, right) => left - right);
  }

  #best(candidates: readonly Part[], left: ReadonlySet<Class>): Part | null {
    let best: Part | null = null;
    let most = 0;
    for (const part of candidates) {
      const gain = [...left].filter(({ matched }) => holds(part, matched)).length / (1 + part.except.length);
      if (gain > most) {
        best = part;
        most = gain;
      }
    }
    return best;
  }

  /** The class alone: all that it matches, and nothing else that anything like it matches. */
  #exactly({ matched }: Class): Part {
    const like = this.#classes.filter((one) => [...matched].every((at) => one.matched.has(at)));
    const except = this.#patterns.filter((at) => !matched.has(at) && like.some((one) => one.matched.has(at)));
    return { all: [...matched], except };
  }
}
