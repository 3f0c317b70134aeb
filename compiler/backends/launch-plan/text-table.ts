const UNREPRESENTABLE = /\0|\p{Surrogate}/u;

/** The texts of a plan, each stored once and ended by NUL. The empty text is at 0. */
export class TextTable {
  readonly #offsets = new Map<string, number>([['', 0]]);
  readonly #parts: Uint8Array[] = [];
  readonly #encoder = new TextEncoder();
  #end = 1;

  /** Where the text is found; adds it when it is new. Throws on a text that cannot be written down. */
  offsetOf(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    if (UNREPRESENTABLE.test(text)) throw new RangeError('a text has no NUL and no lone surrogate');
    const bytes = this.#encoder.encode(text);
    const offset = this.#end;
    this.#offsets.set(text, offset);
    this.#parts.push(bytes);
    this.#end += bytes.length + 1;
    return offset;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#end);
    let at = 1;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length + 1;
    }
    return bytes;
  }
}
