import type { Span } from '../../source/span.ts';
import { visibleGrapheme } from './visible.ts';
import { graphemeWidth } from './width.ts';

/** One source line as a terminal shows it, and the columns to underline. */
export interface Excerpt {
  readonly line: number;
  readonly text: string;
  /** Columns before the underlined part. */
  readonly indent: number;
  /** At least 1, so that an empty span is still seen. */
  readonly length: number;
}

/** A piece of a line with its place in the line and in the terminal. */
interface Cell {
  readonly start: number;
  readonly end: number;
  readonly shown: string;
  readonly width: number;
}

const TAB_STOP = 4;
/** Text this far from the span is not even looked at, so a line of megabytes costs nothing. */
const NEARBY = 400;
const PRINTABLE_ASCII = /^[ -~]*$/;

/** The first line of a span, cut to `columns` around the span. */
export function excerptOf(span: Span, columns: number): Excerpt {
  const { line, column } = span.source.positionAt(span.start);
  const whole = span.source.lineText(line);
  const start = column - 1;
  const end = Math.min(whole.length, start + Math.max(0, span.end - span.start));
  const from = Math.max(0, start - NEARBY);
  const cells = cellsOf(whole.slice(from, start + NEARBY), from);
  const window = windowAround(cells, start, columns);
  const before = cells.slice(window.first, window.last).filter((cell) => cell.end <= start);
  const inside = cells
    .slice(window.first, window.last)
    .filter((cell) => cell.end > start && cell.start < end);
  const cutLeft = window.first > 0 || from > 0;
  const cutRight = window.last < cells.length || start + NEARBY < whole.length;
  const shown = cells.slice(window.first, window.last).map((cell) => cell.shown);
  return {
    line,
    text: `${cutLeft ? '…' : ''}${shown.join('')}${cutRight ? '…' : ''}`,
    indent: (cutLeft ? 1 : 0) + widthOf(before),
    length: Math.max(1, widthOf(inside)),
  };
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

/** The range of cells to show: all when they fit, else from a third of the width before the span on. */
function windowAround(
  cells: readonly Cell[],
  start: number,
  columns: number,
): { first: number; last: number } {
  const room = Math.max(20, columns) - 2;
  if (widthOf(cells) <= room) return { first: 0, last: cells.length };
  let first = cells.findIndex((cell) => cell.end > start);
  if (first === -1) first = cells.length;
  for (let context = Math.floor(room / 3); first > 0; first--) {
    context -= cells[first - 1]!.width;
    if (context < 0) break;
  }
  let last = first;
  for (let left = room; last < cells.length; last++) {
    left -= cells[last]!.width;
    if (left < 0) break;
  }
  return { first, last };
}

function cellsOf(text: string, offset: number): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let at = offset;
  for (const grapheme of graphemesOf(text)) {
    const cell = cellOf(grapheme, at, column);
    cells.push(cell);
    column += cell.width;
    at = cell.end;
  }
  return cells;
}

function cellOf(grapheme: string, start: number, column: number): Cell {
  const end = start + grapheme.length;
  if (grapheme === '\t') {
    const width = TAB_STOP - (column % TAB_STOP);
    return { start, end, shown: ' '.repeat(width), width };
  }
  const shown = visibleGrapheme(grapheme);
  // What had to be escaped is plain ASCII now, one column a character.
  const width = shown === grapheme ? graphemeWidth(grapheme) : shown.length;
  return { start, end, shown, width };
}

function graphemesOf(text: string): Iterable<string> {
  if (PRINTABLE_ASCII.test(text)) return text;
  return Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
}
