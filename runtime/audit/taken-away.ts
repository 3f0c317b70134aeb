import { closeSync, openSync, readSync } from 'node:fs';
import type { FoundRecord } from './ahead-records.ts';
import type { LogFile } from './file-names.ts';
import { ChainLinkReader } from './verify/line-facts.ts';

const LINE_BREAK = 10;

/**
 * What of a log is not as it was written since the machine was started, as a sentence without its end; null where nothing tells so. Lines are in their file before they are written ahead, and while the machine runs none gets lost: one that is
 * not there was taken away, also where nobody had signed it yet. Throws the file system's own errors.
 *
 * @param records what was written ahead
 * @param files of the log; older ones may be elsewhere by now
 * @param boot of the machine, now
 */
export function takenAway(
  records: readonly FoundRecord[],
  files: readonly LogFile[],
  boot: string,
): string | null {
  const ofNow = records.filter((record) => record.boot === boot);
  for (const [index, record] of ofNow.entries()) {
    const file = files.find(({ first }) => first === record.file);
    const isLast = index === ofNow.length - 1;
    if (file === undefined && isLast)
      return `the file of the log that begins with event ${record.file} is missing`;
    const difference = file === undefined ? null : differenceTo(record, file.path);
    if (difference !== null) return `${file!.path} ${difference}`;
  }
  return null;
}

function differenceTo({ offset, lines }: FoundRecord, path: string): string | null {
  const there = Buffer.alloc(lines.length);
  const descriptor = openSync(path, 'r');
  const count = readSync(descriptor, there, 0, there.length, offset);
  closeSync(descriptor);
  if (count === lines.length && lines.equals(there)) return null;
  const at = lines.findIndex((byte, index) => index >= count || byte !== there[index]);
  const event = eventAt(lines, at);
  return at >= count
    ? `ends before the end of event ${event}, which was written`
    : `holds something else than event ${event}, which was written`;
}

/** Sequence of the line in which a byte is. */
function eventAt(lines: Buffer, at: number): number {
  const link = new ChainLinkReader();
  link.read(lines, at === 0 ? 0 : lines.lastIndexOf(LINE_BREAK, at - 1) + 1, lines.indexOf(LINE_BREAK, at));
  return link.sequence;
}
