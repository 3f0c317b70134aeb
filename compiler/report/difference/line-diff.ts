import { structuredPatch } from 'diff';
import type { SourceFile } from '../../source/source-file.ts';
import type { Comparison } from './comparison.ts';

/** One line of a unified diff. `cut` stands for lines that are not shown. */
export interface DiffLine {
  readonly kind: 'header' | 'hunk' | 'same' | 'added' | 'removed' | 'cut';
  /** Untrusted text without its line break; begins with the sign that unified diffs use. */
  readonly text: string;
}

/** Lines added and removed at most, beyond which the search for the shortest diff would take too long. */
const MOST_EDITS = 1_000;
const CONTEXT = 3;

/**
 * The lines that differ, as `diff -u` says it: those of the policy, then those of the files that it extends. Empty for
 * equal texts.
 *
 * @param shown files whose lines stand in the report already; what is shown now is added
 */
export function lineDiff(comparison: Comparison, shown: Set<string>): readonly DiffLine[] {
  return filePairs(comparison).flatMap(({ old, next }) => {
    const key = JSON.stringify([old.label, next.label]);
    if (old.text === next.text || shown.has(key)) return [];
    shown.add(key);
    return fileDiff(old, next);
  });
}

/** One side of a file; without text where it is not there. */
interface FileSide {
  readonly label: string;
  readonly text: string;
}

const ABSENT: FileSide = { label: '/dev/null', text: '' };

function filePairs({ old, next }: Comparison): { old: FileSide; next: FileSide }[] {
  const own = { old: fileSide(old.text, old.label), next: fileSide(next.text, next.label) };
  const names = new Set([...old.files.keys(), ...next.files.keys()]);
  const extended = [...names].map((name) => ({ before: old.files.get(name), after: next.files.get(name) }));
  return [
    own,
    ...extended
      .filter(({ before, after }) => before !== old.text && after !== next.text)
      .map(({ before, after }) => ({ old: fileSide(before), next: fileSide(after) })),
  ];
}

function fileSide(source: SourceFile | null | undefined, label = source?.path ?? ''): FileSide {
  return source ? { label, text: source.text } : ABSENT;
}

function fileDiff(old: FileSide, next: FileSide): readonly DiffLine[] {
  const header: DiffLine[] = [
    { kind: 'header', text: `--- ${old.label}` },
    { kind: 'header', text: `+++ ${next.label}` },
  ];
  const patch = structuredPatch('', '', old.text, next.text, '', '', {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) {
    return [...header, { kind: 'cut', text: `more than ${MOST_EDITS} lines differ, so they are not listed` }];
  }
  const hunks = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }): DiffLine[] => [
    { kind: 'hunk', text: `@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@` },
    ...lines.map((text): DiffLine => ({ kind: kindOf(text), text })),
  ]);
  return [...header, ...hunks];
}

/** An empty range stands after the line that it names, as in `diff -u`. */
function rangeOf(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

function kindOf(line: string): DiffLine['kind'] {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}
