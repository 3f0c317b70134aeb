import { isUtf8 } from 'node:buffer';
import { type AuditEvent, LONGEST_LINE } from '../../../compiler/ir/audit-event/event.ts';
import { readEvent } from '../../../compiler/ir/audit-event/read.ts';
import { scanLines } from '../verify/scan-lines.ts';

/** One line of a file of a log: an event, or why it is none. */
export type LogLine =
  | { readonly ok: true; readonly number: number; readonly text: string; readonly event: AuditEvent }
  | { readonly ok: false; readonly number: number; readonly problem: string };

/**
 * Reads the lines of a file in order, in constant memory. A last piece without a line break is not given: it is being written, or
 * was cut off. False when `take` ended it.
 *
 * @param mayConcern lines that it refuses are passed over unread; for speed
 */
export function readLines(
  chunks: Iterable<Uint8Array>,
  take: (line: LogLine) => boolean,
  mayConcern: (line: Uint8Array) => boolean = () => true,
): boolean {
  let number = 0;
  return scanLines(chunks, (buffer, start, end, isWhole) => {
    number++;
    const bytes = buffer.subarray(start, end);
    if (!isWhole || !mayConcern(bytes)) return true;
    return take(lineIn(bytes, number));
  });
}

function lineIn(bytes: Buffer, number: number): LogLine {
  if (bytes.length > LONGEST_LINE) {
    return { ok: false, number, problem: `it is longer than ${LONGEST_LINE} bytes` };
  }
  if (!isUtf8(bytes)) return { ok: false, number, problem: 'it is not UTF-8' };
  const text = bytes.toString('utf8');
  const read = readEvent(text);
  return read.ok ? { ok: true, number, text, event: read.event } : { ...read, number };
}
