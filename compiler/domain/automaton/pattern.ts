/**
 * One step of a pattern. A number is a code point that stands for itself; `one` is a character within a segment; `run`
 * any number of them; `folders` any number of whole segments, each with the separator after it; `rest` anything at all,
 * separators included. `rest` stands only at the end that is read last.
 */
export type Token = number | 'one' | 'run' | 'folders' | 'rest';

/**
 * A set of texts. `text` is its canonical spelling: within one language, equal texts are equal patterns. Over a list of
 * values, `every` holds for lists of one or more values that all match, `some` for lists with at least one that does.
 */
export interface Pattern {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly reach: 'whole' | 'every' | 'some';
}

/** A pattern of whole texts. Its tokens are read when they are first asked for: checking a blueprint never asks. */
export class WrittenPattern<Kind> implements Pattern {
  readonly kind: Kind;
  readonly text: string;
  readonly reach = 'whole';
  readonly #read: (text: string) => readonly Token[];
  #tokens: readonly Token[] | null = null;

  /** @param text the canonical spelling */
  constructor(kind: Kind, text: string, read: (text: string) => readonly Token[]) {
    this.kind = kind;
    this.text = text;
    this.#read = read;
  }

  get tokens(): readonly Token[] {
    this.#tokens ??= this.#read(this.text);
    return this.#tokens;
  }
}

export function codePointsOf(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!);
}

/** The only text that the pattern matches, or null when it has a wildcard. */
export function literalOf(pattern: Pattern): string | null {
  if (pattern.reach !== 'whole' || pattern.tokens.some((token) => typeof token === 'string')) return null;
  return String.fromCodePoint(...(pattern.tokens as readonly number[]));
}
