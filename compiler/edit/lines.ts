/** Where the lines of a text begin, and which of them are blank. */
export class Lines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The number of the line of an offset, from 0. */
  lineOf(at: number): number {
    return firstIndex(this.#starts.length, (line) => this.#starts[line]! > at) - 1;
  }

  /** Columns from the start of the line, from 0. */
  columnOf(at: number): number {
    return at - this.#starts[this.lineOf(at)]!;
  }

  isBlank(line: number): boolean {
    if (line < 0 || line >= this.#starts.length) return false;
    const end = this.#starts[line + 1] ?? this.#text.length;
    return this.#text.slice(this.#starts[line]!, end).trim() === '';
  }

  /** Offset of the line break that ends the line of `at`, or of the end of the text. */
  endOf(at: number): number {
    const end = this.#text.indexOf('\n', at);
    return end === -1 ? this.#text.length : end;
  }
}

/** The first index below `length` for which a condition holds that holds for all after it, or `length`. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
