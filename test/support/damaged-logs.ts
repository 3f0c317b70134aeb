import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { logFilesIn } from '../../runtime/audit/file-names.ts';
import type { LogSource } from '../../runtime/audit/verify/verification.ts';
import { logPlace, opened, someDecision } from './audit-writing.ts';

/** One file of a log in memory, to be damaged. */
export interface HeldFile {
  readonly name: string;
  readonly first: number;
  readonly bytes: Buffer;
}

/** Where a line is in the files, by its sequence in the log before it was damaged. */
export interface HeldLine {
  readonly file: string;
  readonly line: number;
  readonly sequence: number;
}

/** A log of a few files, written as any other. */
export async function heldLog(events = 60, rotateAt = 10_000): Promise<HeldFile[]> {
  const where = logPlace({ rotateAt, signAfter: { lines: 9, milliseconds: 3_600_000 } });
  const log = opened(where);
  for (let n = 0; n < events; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, at) => log.append(someDecision(n + at)).durable));
  }
  await log.close();
  const files = logFilesIn(where.folder).map(({ path, first }) => ({
    name: basename(path),
    first,
    bytes: readFileSync(path),
  }));
  where.remove();
  return files;
}

export function sourcesOf(files: readonly HeldFile[], chunk = 1000): LogSource[] {
  return files.map(({ name, first, bytes }) => ({ name, first, open: () => refilled(bytes, chunk) }));
}

/** Chunks as the reader of files gives them: one buffer that is filled again and again. */
function* refilled(bytes: Buffer, size: number): Generator<Uint8Array> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(buffer, 0, at, at + size);
    yield buffer.subarray(0, length);
  }
}

/** The lines of a file, each with its line break. */
export function linesIn({ bytes }: HeldFile): string[] {
  return bytes.toString('latin1').match(/[^\n]*\n/g) ?? [];
}

/** All lines, without their breaks, and the file each is in. */
export function allLines(files: readonly HeldFile[]): { file: number; text: string }[] {
  return files.flatMap((held, file) => linesIn(held).map((text) => ({ file, text })));
}

/** The files again, of other lines; each line stays in the file that it names. */
export function filesOf(
  files: readonly HeldFile[],
  lines: readonly { file: number; text: string }[],
): HeldFile[] {
  return files.map((held, file) => {
    const text = lines.filter((line) => line.file === file).map((line) => line.text);
    return { ...held, bytes: Buffer.from(text.join(''), 'latin1') };
  });
}

/** Where a line stands: `at` counts over all files. */
export function placeOf(
  files: readonly HeldFile[],
  lines: readonly { file: number }[],
  at: number,
): HeldLine {
  const { file } = lines[at]!;
  const line = lines.slice(0, at).filter((one) => one.file === file).length + 1;
  return { file: files[file]!.name, line, sequence: at };
}
