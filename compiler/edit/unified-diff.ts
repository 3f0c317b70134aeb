import { structuredPatch } from 'diff';

/** Lines that are shown unchanged around a change, as `diff -u` does. */
const CONTEXT = 3;

/**
 * The difference of two texts as `diff -u` writes it, to be read or given to `patch`. Empty for equal texts.
 *
 * @param name of the file, on one line
 */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const { hunks } = structuredPatch(name, name, before, after, '', '', { context: CONTEXT });
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: body }) => [
    `@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@`,
    ...body,
  ]);
  return `${[`--- ${name}`, `+++ ${name}`, ...lines].join('\n')}\n`;
}

/** An empty range stands after the line that it names. */
function rangeOf(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}
