import type { Seen } from '../compiler/analysis/lint/file-tree.ts';
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

/** The content of a file that is nobody else's. */
export type SecretFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly isMissing: boolean; readonly detail: string };

/** One of the two output streams. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Whether nobody reads any more, as after `| head`. Known only once something was written. */
  readonly isClosed: boolean;
}

/** What git answered, or why there is no answer. */
export type GitOutcome =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | {
      readonly ok: false;
      /** `refused`: git ran and ended with an error, whose first line is the detail. `unavailable`: it did not run. */
      readonly reason: 'refused' | 'unavailable' | 'too-much';
      readonly detail: string;
    };

/** Asks git about the repository of the current folder. Arguments reach it as they are; there is no shell. */
export type GitRunner = (argv: readonly string[], input?: string | Uint8Array) => GitOutcome;

/** All that a command may touch outside itself, so that a test can give it another world. */
export interface Io {
  /** Results, and nothing but results. */
  readonly stdout: Output;
  /** Everything that is said to a person. */
  readonly stderr: Output;
  /** The path `-` reads standard input. */
  readonly reader: SourceReader;
  /** Reads a file of any size bit by bit, from an offset on; the path `-` is standard input. */
  openStream(path: string, from?: number): OpenedStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Columns of the terminal, for text that is cut to fit. */
  readonly columns: number;
  /** All `.yaml` and `.yml` files below a folder, sorted; a file stands for itself. */
  findFiles(path: string): FoundFiles;
  /**
   * All `.yaml` and `.yml` files of the git repository that holds a file, or of the file's own folder alone where there is none,
   * sorted. Folders that cannot be read are passed over.
   */
  findProjectFiles(path: string): readonly string[];
  /** The files of the audit log in a folder, in their order; a file stands for itself. */
  findLogFiles(path: string): FoundFiles;
  /** Whether a live process writes the audit log of a folder; false where it cannot be told. */
  isLogWritten(folder: string): boolean;
  /** Waits. False when the command is to end. */
  pause(milliseconds: number): Promise<boolean>;
  /** What stands at a path; a link at its end is not followed. */
  lookAt(path: string): Seen;
  /** Makes or replaces a file in one step: it has its old content or the new one, never a part. */
  replaceFile(path: string, text: string): WriteOutcome;
  /**
   * Reads a small file that has to belong to whoever runs this and be closed to everybody else. The detail says in plain
   * words what is wrong, and nothing of the content.
   */
  readSecretFile(path: string): SecretFile;
  /** Asks a person; null where nobody can be asked, because standard input is no terminal. */
  ask(question: string): Promise<string | null>;
  /** Reads objects of a git repository; never the work tree, and never a server. */
  readonly git: GitRunner;
  /** Makes objects and talks with remotes; never the work tree, the index or a branch of this repository. */
  readonly remoteGit: GitRunner;
}
