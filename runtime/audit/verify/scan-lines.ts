import { LONGEST_LINE } from '../../../compiler/ir/audit-event/event.ts';

const LINE_BREAK = 10;

/** Takes one line without its line break: the bytes of a buffer between two offsets. False ends the scan. */
export type TakeLine = (buffer: Buffer, start: number, end: number, isWhole: boolean) => boolean;

/**
 * Walks over the lines of a stream as they lie in its chunks, copying only those that reach over a border. A line longer than
 * `LONGEST_LINE` is given as its first bytes, one more than that; a last line without a line break is given with `isWhole` false.
 * False when `take` ended it.
 *
 * @param leave called when lines that were given are about to be overwritten; whoever needs one still has to copy it
 */
export function scanLines(
  chunks: Iterable<Uint8Array>,
  take: TakeLine,
  leave: () => void = () => {},
): boolean {
  const begun = Buffer.allocUnsafe(LONGEST_LINE + 1);
  let length = 0;
  for (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let from = 0;
    for (let at = chunk.indexOf(LINE_BREAK); at !== -1; at = chunk.indexOf(LINE_BREAK, from)) {
      if (length === 0 && at - from <= LONGEST_LINE) {
        if (!take(chunk, from, at, true)) return false;
      } else {
        leave();
        length += chunk.copy(begun, length, from, at);
        if (!take(begun, 0, length, true)) return false;
        length = 0;
      }
      from = at + 1;
    }
    leave();
    length += chunk.copy(begun, length, from);
  }
  return length === 0 || take(begun, 0, length, false);
}
