import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Blueprint, SyscallItem, Variable } from '../frontend/blueprint/blueprint.ts';
import type { SourceReader } from '../source/source-reader.ts';
import type { Located } from '../source/span.ts';
import { type Layer, loadLayers } from './layers.ts';
import { mergeSection, mergeSingle } from './merge.ts';
import type { Bindings, Resolved, Sourced } from './resolved.ts';
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
  const { layers } = loaded;
  const root = layers[layers.length - 1]!;
  return {
    resolved: { ...mergeSections(layers, diagnostics), ...rootOnly(root.blueprint), inputs: loaded.inputs },
    diagnostics,
  };
}

function rootOnly(root: Blueprint): Pick<Resolved, 'span' | 'metadata' | 'tests'> {
  return { span: root.span, metadata: root.metadata, tests: root.tests };
}

/** Variables and extends are done with by now; references in them were looked at on their own. */
function withoutOwnReferences(blueprint: Blueprint): Blueprint {
  return { ...blueprint, variables: [], extends: [] };
}

function mergeVariables(layers: readonly Layer[], diagnostics: Diagnostic[]): Variable[] {
  return mergeSection(
    layers,
    {
      what: (key) => `variable \`${key}\``,
      itemsOf: (layer) => layer.blueprint.variables,
      keyOf: (item) => item.name.value,
      spanOf: (item) => item.name.span,
      same: (a, b) => a.value.value === b.value.value,
    },
    diagnostics,
  ).map(({ item }) => item);
}

function mergeSections(
  layers: readonly Layer[],
  diagnostics: Diagnostic[],
): Omit<Resolved, 'span' | 'metadata' | 'tests' | 'inputs'> {
  const scalar = <T>(what: string, itemOf: (blueprint: Blueprint) => Located<T> | null) =>
    mergeSingle<Located<T>>(
      layers,
      {
        what,
        itemOf: (layer) => itemOf(layer.blueprint),
        spanOf: (item) => item.span,
        same: (a, b) => sameWords(a.value, b.value),
      },
      diagnostics,
    );
  const named = <T>(
    what: string,
    itemsOf: (blueprint: Blueprint) => readonly T[],
    nameOf: (item: T) => Located<string>,
    keyOf: (item: T) => string = (item) => nameOf(item).value,
  ): Sourced<T>[] =>
    mergeSection(
      layers,
      {
        what: (key) => `${what} \`${key}\``,
        itemsOf: (layer) => itemsOf(layer.blueprint),
        keyOf,
        spanOf: (item) => nameOf(item).span,
        same: sameWords,
      },
      diagnostics,
    );
  return {
    includeWorkdir: scalar('`include_workdir`', (b) => b.filesystem?.includeWorkdir ?? null),
    paths: named(
      'path',
      (b) => b.filesystem?.paths ?? [],
      (item) => item.path,
      (item) => item.path.value.replace(/(?<=.)\/+$/, ''),
    ),
    landlock: scalar('`landlock.compatibility`', (b) => b.landlock?.compatibility ?? null),
    runAsUser: scalar('`run_as_user`', (b) => b.process?.runAsUser ?? null),
    runAsGroup: scalar('`run_as_group`', (b) => b.process?.runAsGroup ?? null),
    environment: named(
      'environment variable',
      (b) => b.process?.environment ?? [],
      (item) => item.name,
    ),
    syscallProfile: scalar('`syscalls.profile`', (b) => b.syscalls?.profile ?? null),
    syscalls: concatenateSyscalls(layers),
    limits: named(
      'limit',
      (b) => b.resources,
      (item) => item.name,
    ),
    network: named(
      'network policy',
      (b) => b.network,
      (item) => item.key,
    ),
    routes: named(
      'inference route',
      (b) => b.inference?.routes ?? [],
      (item) => item.name,
    ),
    residency: scalar('`residency`', (b) => b.residency),
    accept: named(
      'accepted gap',
      (b) => b.accept,
      (item) => item.gap,
    ),
  };
}

/** Rules for syscalls add up and a denial wins wherever it stands, so layers cannot contradict each other. */
function concatenateSyscalls(layers: readonly Layer[]): Sourced<SyscallItem>[] {
  return layers.flatMap((layer) =>
    (layer.blueprint.syscalls?.items ?? []).map((item) => ({ item, trail: layer.trail })),
  );
}

/** Equal up to places and to who answers for it. */
function sameWords(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(wordsOf(a), wordsOf(b));
}

function wordsOf(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(wordsOf);
  if (typeof node !== 'object' || node === null) return node;
  const words: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'span' && key !== 'grant') words[key] = wordsOf(value);
  }
  return words;
}
