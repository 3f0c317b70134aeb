import type { Budget } from '../automaton/budget.ts';
import type { Language } from '../automaton/language.ts';
import type { Pattern } from '../automaton/pattern.ts';
import type { Portion } from './dimension.ts';
import type { Clauses } from './text-clauses.ts';
import { textTerms } from './text-terms.ts';

/** The atom of a word, and the atom that it would be in without its own entry. */
export interface WordAtoms {
  readonly atom: number;
  readonly otherwise: number;
}

/** A cut language, as far as its parts are made of it. */
export interface CutTexts {
  readonly language: Language;
  readonly clauses: Clauses;
  readonly words: ReadonlyMap<string, WordAtoms>;
  readonly atoms: readonly (readonly number[])[];
  readonly locate: (text: string) => number;
}

/** Says parts of one cut language. What belongs to which atom is worked out once, because a cut has many parts. */
export class TextPortions {
  readonly #cut: CutTexts;
  /** By atom: the words in it, and those that would be in it without their own entry. */
  readonly #ownWords = new Map<number, string[]>();
  readonly #hiddenWords = new Map<number, string[]>();
  readonly #atomsByLabel = new Map<number, number[]>();

  constructor(cut: CutTexts) {
    this.#cut = cut;
    for (const [word, { atom, otherwise }] of cut.words) {
      addTo(this.#ownWords, atom, word);
      if (otherwise !== atom) addTo(this.#hiddenWords, otherwise, word);
    }
    for (const [atom, groups] of cut.atoms.entries()) {
      for (const label of cut.clauses.labelsOf(groups)) addTo(this.#atomsByLabel, label, atom);
    }
  }

  /** All values of the given atoms, exactly; null when the budget does not suffice to say it. */
  portion(atoms: ReadonlySet<number>, budget: Budget): Portion | null {
    const patterns = this.#relevantPatterns(atoms);
    if (patterns === 'none') return this.#wordsAlone(atoms);
    const { language, locate } = this.#cut;
    const words = new Map(
      this.#exceptionalWords(atoms).map((word) => [word, this.#cut.clauses.patternOf(word)]),
    );
    const terms = textTerms(language, patterns, words, (text) => atoms.has(locate(text)), budget);
    return terms && { kind: 'text', terms };
  }

  #wordsAlone(atoms: ReadonlySet<number>): Portion {
    const words = [...atoms].flatMap((atom) => this.#ownWords.get(atom) ?? []);
    return {
      kind: 'text',
      terms: words.map((word) => ({ all: [this.#cut.clauses.patternOf(word)], except: [] })),
    };
  }

  /** Words that are in or out like everything around them need no mention. */
  #exceptionalWords(atoms: ReadonlySet<number>): readonly string[] {
    const { words } = this.#cut;
    const added = (atom: number) =>
      (this.#ownWords.get(atom) ?? []).filter((word) => !atoms.has(words.get(word)!.otherwise));
    const missing = (atom: number) =>
      (this.#hiddenWords.get(atom) ?? []).filter((word) => !atoms.has(words.get(word)!.atom));
    return [...atoms].flatMap((atom) => [...added(atom), ...missing(atom)]);
  }

  /**
   * Patterns without which the atoms cannot be said: those that hold in one of them, and those that meet these; all,
   * when one of them holds texts that match none. `none` when the atoms hold words alone.
   */
  #relevantPatterns(atoms: ReadonlySet<number>): readonly Pattern[] | 'none' {
    const { clauses, atoms: groupsOf } = this.#cut;
    const isEverywhere = [...atoms].some((atom) => !groupsOf[atom]!.some((group) => clauses.isLocal(group)));
    if (isEverywhere) return distinct(clauses.wildcards.flat());
    const named = new Set([...atoms].flatMap((atom) => clauses.labelsOf(groupsOf[atom]!)));
    const near = new Set([...named].flatMap((label) => this.#atomsByLabel.get(label) ?? []));
    const met = new Set([...near].flatMap((atom) => clauses.labelsOf(groupsOf[atom]!)));
    const patterns = distinct([...met].flatMap((label) => clauses.wildcards[label]!));
    return patterns.length === 0 ? 'none' : patterns;
  }
}

function addTo<T>(lists: Map<number, T[]>, at: number, item: T): void {
  const list = lists.get(at);
  if (list) list.push(item);
  else lists.set(at, [item]);
}

function distinct(patterns: readonly Pattern[]): readonly Pattern[] {
  return [...new Map(patterns.map((pattern) => [`${pattern.reach} ${pattern.text}`, pattern])).values()];
}
