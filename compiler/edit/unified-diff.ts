/** Lines that are shown unchanged around a change, as `diff -u` does. */
const CONTEXT = 3;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
  /** Lines of the old and of the new text before this one. */
  readonly old: number;
  readonly now: number;
}

/**
 * The difference of two texts as `diff -u` writes it, to be read or given to `patch`. Empty for equal texts. Of all shortest
 * differences, one (Myers, "An O(ND) Difference Algorithm", 1986); the time is the length times the number of changes.
 */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compared(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines).map((hunk) => hunkText(hunk));
  return [`--- ${name}`, `+++ ${name}`, ...hunks].join('\n').concat('\n');
}

/** Each line with its line break, so that a missing one at the end is a difference. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function compared(old: readonly string[], now: readonly string[]): Line[] {
  const trace = frontiers(old, now);
  const lines: Line[] = [];
  let [x, y] = [old.length, now.length];
  const unchangedDownTo = (left: number, top: number) => {
    while (x > left && y > top) {
      x--;
      y--;
      lines.push({ mark: ' ', text: old[x]!, old: x, now: y });
    }
  };
  for (let step = trace.length - 1; step > 0; step--) {
    const frontier = trace[step - 1]!;
    const diagonal = x - y;
    const isInsertion = takesInsertion(frontier, diagonal, step);
    const from = isInsertion ? diagonal + 1 : diagonal - 1;
    const startX = frontier.get(from) ?? 0;
    const startY = startX - from;
    unchangedDownTo(isInsertion ? startX : startX + 1, isInsertion ? startY + 1 : startY);
    if (isInsertion) {
      y--;
      lines.push({ mark: '+', text: now[y]!, old: x, now: y });
    } else {
      x--;
      lines.push({ mark: '-', text: old[x]!, old: x, now: y });
    }
  }
  unchangedDownTo(0, 0);
  return lines.reverse();
}

type Frontier = ReadonlyMap<number, number>;

/** By number of changes and by diagonal: how far into the old text one can come. */
function frontiers(old: readonly string[], now: readonly string[]): Frontier[] {
  const trace: Frontier[] = [];
  let last: Frontier = new Map([[1, 0]]);
  for (let step = 0; ; step++) {
    const frontier = new Map<number, number>();
    trace.push(frontier);
    for (let diagonal = -step; diagonal <= step; diagonal += 2) {
      const isInsertion = takesInsertion(last, diagonal, step);
      let x = isInsertion ? (last.get(diagonal + 1) ?? 0) : (last.get(diagonal - 1) ?? -1) + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x++;
      frontier.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length) return trace;
    }
    last = frontier;
  }
}

function takesInsertion(last: Frontier, diagonal: number, step: number): boolean {
  return (
    diagonal === -step ||
    (diagonal !== step && (last.get(diagonal - 1) ?? -1) < (last.get(diagonal + 1) ?? -1))
  );
}

function hunksOf(lines: readonly Line[]): Line[][] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ mark }) => mark !== ' '),
  );
  const hunks: Line[][] = [];
  for (const [at, line] of lines.entries()) {
    if (!near[at]) continue;
    if (at > 0 && near[at - 1]) hunks.at(-1)!.push(line);
    else hunks.push([line]);
  }
  return hunks;
}

function hunkText(hunk: readonly Line[]): string {
  const [first] = hunk;
  const count = (mark: '-' | '+') => hunk.filter((line) => line.mark === ' ' || line.mark === mark).length;
  const range = (before: number, length: number) => `${length === 0 ? before : before + 1},${length}`;
  const head = `@@ -${range(first!.old, count('-'))} +${range(first!.now, count('+'))} @@`;
  const body = hunk.map(({ mark, text }) =>
    text.endsWith('\n') ? `${mark}${text.slice(0, -1)}` : `${mark}${text}\n\\ No newline at end of file`,
  );
  return [head, ...body].join('\n');
}
