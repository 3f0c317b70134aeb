import { structuredPatch } from 'diff';
import type { Comparison } from './comparison.ts';

/** One line of a unified diff. `cut` stands for lines that are not shown. */
export interface DiffLine {
  readonly kind: 'header' | 'hunk' | 'same' | 'added' | 'removed' | 'cut';
  /** Untrusted text without its line break; begins with the sign that unified diffs use. */
  readonly text: string;
}

/** Lines added and removed at most, beyond which the search for the shortest diff would take too long. */
const MOST_EDITS = 4_000;
const CONTEXT = 3;

/** The lines that differ, as `diff -u` says it; empty for equal texts. */
export function lineDiff({ old, next }: Comparison): readonly DiffLine[] {
  const [before, after] = [old.text?.text ?? '', next.text?.text ?? ''];
  if (before === after) return [];
  const header: DiffLine[] = [
    { kind: 'header', text: `--- ${old.label}` },
    { kind: 'header', text: `+++ ${next.label}` },
  ];
  const patch = structuredPatch('', '', before, after, '', '', {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) {
    return [...header, { kind: 'cut', text: `more than ${MOST_EDITS} lines differ, so they are not listed` }];
  }
  const hunks = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }): DiffLine[] => [
    { kind: 'hunk', text: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@` },
    ...lines.map((text) => ({ kind: kindOf(text), text })),
  ]);
  return [...header, ...hunks];
}

function kindOf(line: string): DiffLine['kind'] {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}
