import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../../compiler/diagnostics/entry.ts';
import { visibleJson } from '../../compiler/diagnostics/render/visible.ts';
import { type EventFilter, isWanted } from '../../runtime/audit/read/event-filter.ts';
import { readLines } from '../../runtime/audit/read/read-lines.ts';
import type { AuditArguments } from '../arguments/audit.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, sayFindings } from '../findings.ts';
import { type Io, StreamBroken } from '../io.ts';
import { unreadable } from '../read-input.ts';
import { eventLine } from './event-line.ts';
import { filterAt } from './filter.ts';
import { DamagedLines, type EventLine, logFilesOf } from './log-files.ts';

type Chosen = Extract<AuditArguments, { action: 'tail' }>;

const MILLISECONDS_BETWEEN_LOOKS = 200;
const LINE_BREAK = 10;
const DENIED = Buffer.from('"verdict":"deny"');

/** Prints the last events of a log, and those that come when it is followed. */
export async function tailLog(chosen: Chosen, io: Io): Promise<ExitCode> {
  const reader = new TailReader(chosen, io);
  const last: EventLine[] = [];
  reader.readOn((line) => {
    last.push(line);
    if (last.length > chosen.lines) last.shift();
  });
  const print = printer(chosen, io);
  const isOneDocument = chosen.format === 'json' && !chosen.follow;
  if (isOneDocument)
    printJson('audit', { action: 'tail', events: last.map(({ text }) => JSON.parse(text)) }, io);
  else for (const line of last) print(line);
  while (chosen.follow && !hasErrors(reader.diagnostics()) && (await io.pause(MILLISECONDS_BETWEEN_LOOKS))) {
    reader.readOn(print);
  }
  const diagnostics = reader.diagnostics();
  sayFindings(diagnostics, io);
  return hasErrors(diagnostics) ? EXIT.invalid : EXIT.ok;
}

function printer({ format }: Chosen, io: Io): (line: EventLine) => void {
  const palette = paletteFor(io.stdout, io);
  return ({ text, event }) =>
    io.stdout.write(format === 'json' ? `${visibleJson(text)}\n` : eventLine(event, palette));
}

/** Reads what was added to a log since the last time, in the files that it knows and in those that came after. */
class TailReader {
  readonly #paths: readonly string[];
  readonly #filter: EventFilter;
  readonly #io: Io;
  /** Bytes of whole lines that were read, by file. */
  readonly #offsets = new Map<string, number>();
  readonly #damaged = new DamagedLines();
  #problems: readonly Diagnostic[] = [];

  constructor({ paths, filter }: Chosen, io: Io) {
    this.#paths = paths;
    this.#filter = filterAt(filter, io.now());
    this.#io = io;
  }

  readOn(take: (line: EventLine) => void): void {
    const { files, problems } = logFilesOf(this.#paths, this.#io);
    const found = [...problems];
    for (const file of files) {
      const problem = this.readFile(file, take);
      if (problem !== null) found.push(problem);
    }
    this.#problems = found;
  }

  diagnostics(): Diagnostic[] {
    return [...this.#problems, ...this.#damaged.diagnostics()];
  }

  private readFile(file: string, take: (line: EventLine) => void): Diagnostic | null {
    const from = this.#offsets.get(file) ?? 0;
    const stream = this.#io.openStream(file, from);
    if (!stream.ok) return unreadable(file, stream.detail);
    const counted = new CountedLines(stream.chunks);
    try {
      readLines(
        counted.chunks(),
        (line) => {
          if (!line.ok) this.#damaged.add(file, line);
          else if (isWanted(line.event, this.#filter)) take(line);
          return true;
        },
        // Reading an event takes ten times as long as looking for a word.
        this.#filter.verdict === 'deny'
          ? (line) => Buffer.from(line.buffer, line.byteOffset, line.byteLength).includes(DENIED)
          : undefined,
      );
    } catch (error) {
      if (!(error instanceof StreamBroken)) throw error;
      return unreadable(file, error.message);
    }
    this.#offsets.set(file, from + counted.wholeBytes);
    return null;
  }
}

/** Chunks as they go by, and how many bytes of them were whole lines. */
class CountedLines {
  readonly #chunks: Iterable<Uint8Array>;
  wholeBytes = 0;

  constructor(chunks: Iterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  *chunks(): Generator<Uint8Array> {
    let bytes = 0;
    for (const chunk of this.#chunks) {
      const end = chunk.lastIndexOf(LINE_BREAK);
      if (end !== -1) this.wholeBytes = bytes + end + 1;
      bytes += chunk.length;
      yield chunk;
    }
  }
}
