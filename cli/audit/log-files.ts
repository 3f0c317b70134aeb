import { basename } from 'node:path';
import { auditLineDamaged, auditMoreDamaged } from '../../compiler/diagnostics/catalog/audit.ts';
import { auditLogEmpty } from '../../compiler/diagnostics/catalog/audit-log.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { type LogLine, readLines } from '../../runtime/audit/read/read-lines.ts';
import { type Io, StreamBroken } from '../io.ts';
import { unreadable } from '../read-input.ts';

/** The files that the paths of a command line stand for, each once and in their order. */
export interface LogFiles {
  readonly files: readonly string[];
  readonly problems: readonly Diagnostic[];
}

export function logFilesOf(paths: readonly string[], io: Io): LogFiles {
  const files = new Set<string>();
  const problems: Diagnostic[] = [];
  for (const path of paths) {
    const found = io.findLogFiles(path);
    if (!found.ok) problems.push(unreadable(path, found.detail));
    else if (found.files.length === 0) problems.push(diagnose(auditLogEmpty, null, { path }));
    else for (const file of found.files) files.add(file);
  }
  return { files: [...files], problems };
}

const FILE_OF_LOG = /^audit-(\d{16})\.jsonl$/;

/** Sequence of the first line of a file, where its name tells it. */
export function firstSequenceOf(path: string): number | null {
  const first = FILE_OF_LOG.exec(basename(path))?.[1];
  return first === undefined ? null : Number(first);
}

const MOST_DAMAGED = 10;

/** What was wrong with lines that were read; the first ones are listed and the others counted. */
export class DamagedLines {
  readonly #found: Diagnostic[] = [];
  readonly #more = new Map<string, number>();

  add(path: string, { number: line, problem }: Extract<LogLine, { ok: false }>): void {
    if (this.#found.length < MOST_DAMAGED) {
      this.#found.push(diagnose(auditLineDamaged, null, { path, line, problem }));
    } else this.#more.set(path, (this.#more.get(path) ?? 0) + 1);
  }

  diagnostics(): Diagnostic[] {
    const more = [...this.#more].map(([path, count]) => diagnose(auditMoreDamaged, null, { path, count }));
    return [...this.#found, ...more];
  }
}

export type EventLine = Extract<LogLine, { ok: true }>;

/**
 * Reads all events of a log in order. Gives what is wrong with its files and lines; the others are read all the same.
 *
 * @param take false when no more are wanted
 */
export function readLog(paths: readonly string[], io: Io, take: (line: EventLine) => boolean): Diagnostic[] {
  const { files, problems } = logFilesOf(paths, io);
  const found = [...problems];
  const damaged = new DamagedLines();
  for (const file of files) {
    const stream = io.openStream(file);
    if (!stream.ok) {
      found.push(unreadable(file, stream.detail));
      continue;
    }
    try {
      const wantsMore = readLines(stream.chunks, (line) => {
        if (line.ok) return take(line);
        damaged.add(file, line);
        return true;
      });
      if (!wantsMore) break;
    } catch (error) {
      if (!(error instanceof StreamBroken)) throw error;
      found.push(unreadable(file, error.message));
    }
  }
  return [...found, ...damaged.diagnostics()];
}
