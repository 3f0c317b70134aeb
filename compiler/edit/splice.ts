/** Puts `text` in the place of what stands from `start` up to, not including, `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all splices made; null when two of them overlap. */
export function spliced(text: string, splices: readonly Splice[]): string | null {
  const sorted = [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  let result = '';
  for (const { start, end, text: put } of sorted) {
    if (start < at) return null;
    result += text.slice(at, start) + put;
    at = end;
  }
  return result + text.slice(at);
}
