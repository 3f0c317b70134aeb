import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Blueprint } from '../frontend/blueprint/blueprint.ts';
import type { SourceReader } from '../source/source-reader.ts';
import { loadLayers } from './layers.ts';
import type { Bindings, Resolved } from './resolved.ts';
import { mergeLayers, mergeVariables } from './sections.ts';
import { scopeOf, substitute } from './variables.ts';

/**
 * Merges a blueprint with everything that it extends and replaces its variables. The result says what holds and
 * where each part was written; whether the words are meaningful is for `lower` to find out.
 *
 * @param name the blueprint's own name as the user gave it; names under `extends: - file:` are relative to it
 * @param bytes the blueprint's own bytes, kept as an input of the result
 */
export function resolve(
  name: string,
  blueprint: Blueprint,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
): { resolved: Resolved; diagnostics: readonly Diagnostic[] } {
  const loaded = loadLayers(name, blueprint, bytes, reader);
  const diagnostics = [...loaded.diagnostics];
  const variables = mergeVariables(loaded.layers, diagnostics);
  const { scope, diagnostics: scopeDiagnostics } = scopeOf(variables, bindings);
  diagnostics.push(...scopeDiagnostics);
  for (const layer of loaded.layers) {
    layer.blueprint = substitute(withoutOwnReferences(layer.blueprint), scope, diagnostics);
  }
  return { resolved: mergeLayers(loaded, diagnostics), diagnostics };
}

/** Variables and extends are done with by now; references in them were looked at on their own. */
function withoutOwnReferences(blueprint: Blueprint): Blueprint {
  return { ...blueprint, variables: [], extends: [] };
}
