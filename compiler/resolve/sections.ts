import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Blueprint, SyscallItem, Variable } from '../frontend/blueprint/blueprint.ts';
import type { Located } from '../source/span.ts';
import type { Layer, Layers } from './layers.ts';
import { mergeSection, mergeSingle, type Section, type Single } from './merge.ts';
import type { Resolved, Sourced } from './resolved.ts';

const VARIABLES: Section<Variable> = {
  what: (item) => `variable \`${item.name.value}\``,
  itemsOf: (blueprint) => blueprint.variables,
  keyOf: (item) => item.name.value,
  spanOf: (item) => item.name.span,
  same: (a, b) => a.value.value === b.value.value,
};
const INCLUDE_WORKDIR = single('`include_workdir`', (b) => b.filesystem?.includeWorkdir ?? null);
const PATHS = named(
  'path',
  (b) => b.filesystem?.paths ?? [],
  (item) => item.path,
  (path) => (path.endsWith('/') ? path.replace(/(?<=.)\/+$/, '') : path),
);
const LANDLOCK = single('`landlock.compatibility`', (b) => b.landlock?.compatibility ?? null);
const RUN_AS_USER = single('`run_as_user`', (b) => b.process?.runAsUser ?? null);
const RUN_AS_GROUP = single('`run_as_group`', (b) => b.process?.runAsGroup ?? null);
const ENVIRONMENT = named(
  'environment variable',
  (b) => b.process?.environment ?? [],
  (item) => item.name,
);
const SYSCALL_PROFILE = single('`syscalls.profile`', (b) => b.syscalls?.profile ?? null);
const LIMITS = named(
  'limit',
  (b) => b.resources,
  (item) => item.name,
);
const NETWORK = named(
  'network policy',
  (b) => b.network,
  (item) => item.key,
);
const CREDENTIALS = named(
  'credential',
  (b) => b.credentials,
  (item) => item.name,
);
const ROUTES = named(
  'inference route',
  (b) => b.inference?.routes ?? [],
  (item) => item.name,
);
const RESIDENCY = single('`residency`', (b) => b.residency);
const ACCEPT = named(
  'accepted gap',
  (b) => b.accept,
  (item) => item.gap,
);

function single<T>(what: string, itemOf: (blueprint: Blueprint) => Located<T> | null): Single<Located<T>> {
  return {
    what: () => what,
    itemOf,
    spanOf: (item) => item.span,
    same: (a, b) => sameWords(a.value, b.value),
  };
}

function named<T>(
  what: string,
  itemsOf: (blueprint: Blueprint) => readonly T[],
  nameOf: (item: T) => Located<string>,
  keyOf: (name: string) => string = (name) => name,
): Section<T> {
  const keyOfItem = (item: T) => keyOf(nameOf(item).value);
  return {
    what: (item) => `${what} \`${keyOfItem(item)}\``,
    itemsOf,
    keyOf: keyOfItem,
    spanOf: (item) => nameOf(item).span,
    same: sameWords,
  };
}

/** Every variable that any layer defines, once. */
export function mergeVariables(layers: readonly Layer[], diagnostics: Diagnostic[]): Variable[] {
  return mergeSection(layers, VARIABLES, diagnostics).map(({ item }) => item);
}

/** Everything that holds: the sections that grant something, merged over all layers, and what only the root says. */
export function mergeLayers({ layers, inputs }: Layers, diagnostics: Diagnostic[]): Resolved {
  const { span, metadata, tests } = layers[layers.length - 1]!.blueprint;
  return {
    span,
    metadata,
    includeWorkdir: mergeSingle(layers, INCLUDE_WORKDIR, diagnostics),
    paths: mergeSection(layers, PATHS, diagnostics),
    landlock: mergeSingle(layers, LANDLOCK, diagnostics),
    runAsUser: mergeSingle(layers, RUN_AS_USER, diagnostics),
    runAsGroup: mergeSingle(layers, RUN_AS_GROUP, diagnostics),
    environment: mergeSection(layers, ENVIRONMENT, diagnostics),
    syscallProfile: mergeSingle(layers, SYSCALL_PROFILE, diagnostics),
    syscalls: concatenateSyscalls(layers),
    limits: mergeSection(layers, LIMITS, diagnostics),
    network: mergeSection(layers, NETWORK, diagnostics),
    credentials: mergeSection(layers, CREDENTIALS, diagnostics),
    routes: mergeSection(layers, ROUTES, diagnostics),
    residency: mergeSingle(layers, RESIDENCY, diagnostics),
    accept: mergeSection(layers, ACCEPT, diagnostics),
    tests,
    inputs,
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
