import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../../../../compiler/diagnostics/diagnostic.ts';
import { readFast } from '../../../../compiler/frontend/yaml/fast-read.ts';
import { readYaml } from '../../../../compiler/frontend/yaml/read.ts';
import { readReference } from '../../../../compiler/frontend/yaml/reference-read.ts';
import { screenText } from '../../../../compiler/frontend/yaml/screening.ts';
import type { YamlNode } from '../../../../compiler/frontend/yaml/tree.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The errors of a text, each as `name at "underlined text"`. */
export function errorsOf(text: string | Uint8Array): string[] {
  const { diagnostics } = readYaml('file.yaml', typeof text === 'string' ? bytesOf(text) : text);
  return diagnostics.map((diagnostic) => `${diagnostic.name} at ${JSON.stringify(underlined(diagnostic))}`);
}

export function underlined({ primary }: Diagnostic): string {
  return primary === null ? '' : primary.source.text.slice(primary.start, primary.end);
}

/** A tree in one line, with the text that each node covers: `[a "x"]` is a list of one scalar. */
export function outline(text: string, node: YamlNode | null): string {
  if (node === null) return 'nothing';
  const covered = text.slice(node.start, node.end);
  if (node.kind === 'scalar') return `${JSON.stringify(node.value)}<${covered}>`;
  if (node.kind === 'sequence')
    return `[${node.items.map((item) => outline(text, item)).join(' ')}]<${covered}>`;
  const entries = node.entries.map(
    ({ key, keyStart, keyEnd, value }) =>
      `${JSON.stringify(key)}<${text.slice(keyStart, keyEnd)}>=${outline(text, value)}`,
  );
  return `{${entries.join(' ')}}<${covered}>`;
}

export type Agreement = 'accepted' | 'declined';

/** Whether the fast reader takes a text; throws when it does and the reference reader disagrees in any way. */
export function agreement(text: string): Agreement {
  const { source, diagnostics } = screenText(new SourceFile('file.yaml', text));
  if (diagnostics.length > 0) return 'declined';
  const fast = readFast(source);
  if (fast === null) return 'declined';
  const reference = readReference(source);
  const says = reference.diagnostics.map(({ name, message }) => `${name}: ${message}`).join('; ');
  if (says !== '') throw new Error(`only the fast reader accepts ${JSON.stringify(text)}: ${says}`);
  if (!isDeepStrictEqual(fast.root, reference.tree.root)) {
    const trees = [fast, reference.tree].map(({ root }) => outline(text, root)).join('\n');
    throw new Error(`the readers see two trees in ${JSON.stringify(text)}:\n${trees}`);
  }
  return 'accepted';
}
