import type { Seen } from '../compiler/analysis/lint/file-tree.ts';
import type { SourceReader } from '../compiler/source/source-reader.ts';

/** The outcome of a write; `detail` says in plain words why it failed. */
export type WriteOutcome = { readonly ok: true } | { readonly ok: false; readonly detail: string };

/** What a path on the command line stands for. */
export type FoundFiles =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly detail: string };

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
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Columns of the terminal, for text that is cut to fit. */
  readonly columns: number;
  /** All `.yaml` and `.yml` files below a folder, sorted; a file stands for itself. */
  findFiles(path: string): FoundFiles;
  /** What stands at a path; a link at its end is not followed. */
  lookAt(path: string): Seen;
  /** Makes or replaces a file in one step: it has its old content or the new one, never a part. */
  replaceFile(path: string, text: string): WriteOutcome;
}
