import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../compiler/diagnostics/entry.ts';
import { formatBlueprint } from '../compiler/edit/format.ts';
import type { Blueprint } from '../compiler/frontend/blueprint/blueprint.ts';
import { parseSource } from '../compiler/frontend/parse-source.ts';
import { policyDigest } from '../compiler/ir/canonical.ts';
import { meaningOf } from '../compiler/load-policy.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import { SourceFile } from '../compiler/source/source-file.ts';
import type { Io } from './io.ts';

/**
 * Reads the text of an imported blueprint again, as whoever uses it will: it has to give the same syntax, be formatted as
 * `nemoclaw fmt` would, and mean the same policy.
 *
 * @returns what is wrong with the meaning, at its place in the imported file; with an error the text is not to be used
 * @throws where the text says something else than the blueprint, which is a defect
 */
export function checkImported(
  blueprint: Blueprint,
  text: string,
  bindings: Bindings,
  { reader }: Pick<Io, 'reader'>,
): readonly Diagnostic[] {
  const bytes = new TextEncoder().encode(text);
  const meant = meaningOf(blueprint.span.source.path, blueprint, bytes, reader, bindings);
  if (meant.policy === null) return meant.diagnostics.filter(({ severity }) => severity === 'error');
  const read = parseSource('imported.yaml', bytes);
  if (read.kind !== 'blueprint' || hasErrors(read.diagnostics)) {
    throw new Error(`an imported blueprint cannot be read: ${read.diagnostics[0]?.message}`);
  }
  if (!isDeepStrictEqual(wordsOf(read.blueprint), wordsOf(blueprint))) {
    throw new Error('an imported blueprint reads as another one');
  }
  if (formatBlueprint(new SourceFile('', text)).text !== text) {
    throw new Error('an imported blueprint is not formatted');
  }
  const again = meaningOf('imported.yaml', read.blueprint, bytes, reader, bindings);
  const [before, after] = [meant, again].map(({ policy }) => policy && policyDigest(policy).value);
  if (before !== after) throw new Error('an imported blueprint means another policy');
  return [];
}

/** The words without their places. */
function wordsOf(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(wordsOf);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== 'span')
      .map(([key, value]) => [key, wordsOf(value)]),
  );
}
