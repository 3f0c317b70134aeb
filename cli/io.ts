import type { SourceReader } from '../compiler/source/source-reader.ts';

/** The outcome of a write; `detail` says in plain words why it failed. */
export type WriteOutcome = { readonly ok: true } | { readonly ok: false; readonly detail: string };

/** What a path on the command line stands for. */
export type FoundFiles =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly detail: string };

/** A file as a stream of bytes; each chunk may be used until the next one is asked for. */
export type OpenedStream =
  | { readonly ok: true; readonly chunks: Iterable<Uint8Array> }
  | { readonly ok: false; readonly detail: string };

/** Thrown by the chunks of a stream when the system no longer gives any. */
export class StreamBroken extends Error {
  override readonly name = 'StreamBroken';
}

/** One of the two output streams. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
}

/** All that a command may touch outside itself, so that a test can give it another world. */
export interface Io {
  /** Results, and nothing but results. */
  readonly stdout: Output;
  /** Everything that is said to a person. */
  readonly stderr: Output;
  /** The path `-` reads standard input. */
  readonly reader: SourceReader;
  /** Reads a file of any size bit by bit; the path `-` is standard input. */
  openStream(path: string): OpenedStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Columns of the terminal, for text that is cut to fit. */
  readonly columns: number;
  /** All `.yaml` and `.yml` files below a folder, sorted; a file stands for itself. */
  findFiles(path: string): FoundFiles;
  /** Makes or replaces a file in one step: it has its old content or the new one, never a part. */
  replaceFile(path: string, text: string): WriteOutcome;
}
