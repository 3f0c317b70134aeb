/** A one-based position, counted in UTF-16 code units as editors and GitHub do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One text that diagnostics can point into. Line starts are found on first use. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  /** @param path what the user typed or a shipped name such as `preset:npm`; shown as it is. */
  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  positionAt(offset: number): Position {
    const starts = this.lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  }

  /** The offset of a position; that of the end where the position is past it. */
  offsetOf({ line, column }: Position): number {
    return Math.min(this.text.length, (this.lineStarts()[line - 1] ?? this.text.length) + column - 1);
  }

  /** The text of a one-based line, without its line break. Empty past the last line. */
  lineText(line: number): string {
    const starts = this.lineStarts();
    const start = starts[line - 1];
    if (start === undefined) return '';
    const next = starts[line] ?? this.text.length + 1;
    return this.text.slice(start, next - 1).replace(/\r$/, '');
  }

  private lineStarts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1))
      starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}
