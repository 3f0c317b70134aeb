import { posix } from 'node:path';
import { buildBundle } from '../../compiler/bundle/bundle.ts';
import type { Digest } from '../../compiler/bundle/digest.ts';
import type { Manifest } from '../../compiler/bundle/manifest.ts';
import { hostSourcesContradict, hostSourcesUnusable } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { policyDigest } from '../../compiler/ir/canonical.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import type { ReadOutcome, SourceReader } from '../../compiler/source/source-reader.ts';
import { VERSION } from '../../compiler/version.ts';
import type { BundleSource } from '../../runtime/bundle/sources.ts';
import type { HostPlace } from '../host-place.ts';

/** A bundle, every byte of it proved to be its manifest's. */
export interface ProvedBundle {
  readonly manifest: Manifest;
  readonly digest: Digest;
  readonly artifacts: ReadonlyMap<string, Uint8Array>;
}

/** A bundle with its meaning, which was found by compiling its sources on this host. */
export interface LoadedBundle extends ProvedBundle {
  readonly sources: readonly BundleSource[];
  readonly policy: Policy;
  readonly bindings: Bindings;
}

export type Loaded =
  | { readonly ok: true; readonly loaded: LoadedBundle }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Compiles the sources of a bundle and compares: the meaning has to be the one that the manifest names, and of the same version
 * of this program every byte.
 *
 * @param from names the sources in findings
 */
export function loadBundle(
  bundle: ProvedBundle,
  sources: readonly BundleSource[],
  from: string,
  { surroundings }: Pick<HostPlace, 'surroundings'>,
): Loaded {
  const { manifest, digest } = bundle;
  const root = sources[0];
  if (root === undefined) {
    return no([diagnose(hostSourcesUnusable, null, { path: from, problem: 'it names no file' })]);
  }
  const { workdir, home, variables } = manifest.bindings;
  const { users, groups } = surroundings;
  const bindings = { workdir, home, variables, users, groups };
  const { policy, inputs, diagnostics } = loadPolicy(root.name, root.bytes, sourceReader(sources), bindings);
  if (policy === null) return no(diagnostics.filter(({ severity }) => severity === 'error'));
  const found = policyDigest(policy).value;
  if (found !== manifest.policy) {
    return no([contradicts('policy', manifest.policy, found ?? 'too intricate to be compared')]);
  }
  if (manifest.tool.version === VERSION) {
    const again = buildBundle(policy, manifest.target, bindings, inputs).bundle?.digest;
    if (again !== digest) return no([contradicts('digest', digest, again ?? 'nothing that can be enforced')]);
  }
  return { ok: true, loaded: { ...bundle, sources, policy, bindings } };
}

/** Finds what a bundle was compiled from by the names in its manifest, and nothing else on this host. */
export function sourceReader(sources: readonly BundleSource[]): SourceReader {
  const root = sources[0]?.name ?? '';
  const named = new Map(sources.map(({ name, bytes }) => [name, bytes]));
  const read = (name: string): ReadOutcome => {
    const bytes = named.get(name);
    return bytes === undefined
      ? { ok: false, reason: 'not-found', detail: 'it is not among the sources of the bundle' }
      : { ok: true, bytes };
  };
  return {
    read: (path) => read(path),
    readExtended: (path) => read(posix.relative(posix.dirname(root), path)),
    readShipped: (kind, name) => read(`${kind}:${name}`),
    listShipped: () => [],
  };
}

function contradicts(what: string, named: string, found: string): Diagnostic {
  return diagnose(hostSourcesContradict, null, { what, named, found });
}

function no(diagnostics: readonly Diagnostic[]): Loaded {
  return { ok: false, diagnostics };
}
