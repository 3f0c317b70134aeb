import type { SourceFile } from '../source/source-file.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

export function countsOf(diagnostics: readonly Diagnostic[]): Counts {
  const counts = { errors: 0, warnings: 0, notes: 0 };
  for (const { severity } of diagnostics) {
    if (severity === 'error') counts.errors++;
    else if (severity === 'warning') counts.warnings++;
    else counts.notes++;
  }
  return counts;
}

/**
 * What every renderer is given: the same finding at the same place once, in the order in which people read. Those about
 * no text come first, then file by file as the files first appear, from top to bottom.
 */
export function presentable(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const fileOrder = new Map<SourceFile['path'], number>();
  for (const { primary } of diagnostics) {
    if (primary && !fileOrder.has(primary.source.path)) fileOrder.set(primary.source.path, fileOrder.size);
  }
  const rank = ({ primary }: Diagnostic) => (primary ? fileOrder.get(primary.source.path)! : -1);
  const sorted = [...diagnostics].sort(
    (a, b) => rank(a) - rank(b) || (a.primary?.start ?? 0) - (b.primary?.start ?? 0),
  );
  const seen = new Set<string>();
  return sorted.filter((diagnostic) => {
    const key = identityOf(diagnostic);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function identityOf({ code, message, primary }: Diagnostic): string {
  return [code, message, primary?.source.path, primary?.start, primary?.end].join('\0');
}
