import type { SourceFile } from './source-file.ts';

/** A half-open range of UTF-16 offsets `[start, end)` in one source file. */
export interface Span {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A value together with the place in the user's text that it came from. */
export interface Located<T> {
  readonly value: T;
  readonly span: Span;
}

export function located<T>(value: T, span: Span): Located<T> {
  return { value, span };
}
