import { SourceFile } from '../compiler/source/source-file.ts';
import type { Span } from '../compiler/source/span.ts';

/** Where a finding about a whole file stands: at its first line. */
export function fileStart(path: string): Span {
  return { source: new SourceFile(path, ''), start: 0, end: 0 };
}
