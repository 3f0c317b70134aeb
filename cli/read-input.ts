import { sourceUnreadable } from '../compiler/diagnostics/catalog/source.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import { SourceFile } from '../compiler/source/source-file.ts';
import type { Io } from './io.ts';

/** How findings name what came through a pipe. */
const STANDARD_INPUT_NAME = '<stdin>';

/** A file that was read, or a finding that says why it was not. */
export type Input =
  | { readonly ok: true; readonly name: string; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly name: string; readonly problem: Diagnostic };

export function readInput(path: string, { reader }: Pick<Io, 'reader'>): Input {
  const name = path === '-' ? STANDARD_INPUT_NAME : path;
  const outcome = reader.read(path);
  return outcome.ok
    ? { ok: true, name, bytes: outcome.bytes }
    : { ok: false, name, problem: unreadable(name, outcome.detail) };
}

/** All files that the paths of a command line stand for, each once, and what could not be looked at. */
export function findInputs(
  paths: readonly string[],
  io: Pick<Io, 'findFiles'>,
): { files: readonly string[]; problems: readonly Diagnostic[] } {
  const files = new Set<string>();
  const problems: Diagnostic[] = [];
  for (const path of paths) {
    const found = io.findFiles(path);
    if (!found.ok) problems.push(unreadable(path, found.detail));
    else if (found.files.length === 0) problems.push(unreadable(path, 'no .yaml or .yml file below it'));
    else for (const file of found.files) files.add(file);
  }
  return { files: [...files], problems };
}

export function unreadable(path: string, detail: string): Diagnostic {
  return diagnose(sourceUnreadable, { source: new SourceFile(path, ''), start: 0, end: 0 }, { detail });
}
