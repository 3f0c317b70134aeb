import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { readFast } from './fast-read.ts';
import { readReference } from './reference-read.ts';
import { type Screened, screenBytes, screenText } from './screening.ts';
import type { YamlTree } from './tree.ts';

/**
 * Reads one YAML file: UTF-8, at most 4 MiB, one document, none of YAML's indirections. Never throws, whatever the
 * bytes are.
 *
 * @param path shown in diagnostics as it is.
 * @returns a tree whose root is null for an empty file, and whenever there is a diagnostic.
 */
export function readYaml(path: string, bytes: Uint8Array): { tree: YamlTree; diagnostics: Diagnostic[] } {
  return readScreened(screenBytes(path, bytes));
}

/** The same for a text that is in memory already, such as the result of an edit. */
export function readYamlText(source: SourceFile): { tree: YamlTree; diagnostics: Diagnostic[] } {
  return readScreened(screenText(source));
}

/** The fast reader takes the common case or nothing; it never decides that a text is wrong. */
function readScreened({ source, diagnostics }: Screened): { tree: YamlTree; diagnostics: Diagnostic[] } {
  if (diagnostics.length > 0) return { tree: { source, root: null }, diagnostics };
  const tree = readFast(source);
  return tree === null ? readReference(source) : { tree, diagnostics: [] };
}
