import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Digest, digestOf } from '../../compiler/bundle/digest.ts';
import {
  ARTIFACT_PATH,
  MANIFEST_NAME,
  MANIFEST_SCHEMA,
  type Manifest,
} from '../../compiler/bundle/manifest.ts';

/** The name under which the bundle in force is found in its folder. */
export const CURRENT = 'current';

/** A bundle as it lies on disk, every byte of it checked against the manifest; or what is wrong with it. */
export type ReadBundle =
  | {
      readonly ok: true;
      readonly manifest: Manifest;
      readonly digest: Digest;
      readonly artifacts: ReadonlyMap<string, Uint8Array>;
    }
  | { readonly ok: false; readonly problems: readonly BundleProblem[] };

export type BundleProblem =
  | { readonly kind: 'no-manifest'; readonly detail: string }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'changed'; readonly path: string; readonly expected: Digest; readonly found: Digest }
  | { readonly kind: 'unlisted'; readonly path: string };

/** The beginning of a bundle's digest, with a number where an earlier folder of that name was tampered with. */
export const GENERATION = /^([0-9a-f]{16})(?:-\d+)?$/;
const LARGEST_MANIFEST = 16 * 1024 * 1024;

/** Reads a bundle folder, or the current one inside it, and proves that it is what its manifest says. */
export function readBundle(folder: string): ReadBundle {
  const inside = folderInForce(folder);
  if (inside === null) return notABundle(`${folder} has neither a manifest nor a current bundle`);
  const bytes = readRegular(join(inside, MANIFEST_NAME), LARGEST_MANIFEST);
  if (bytes === null) return notABundle('the manifest is missing, no regular file, or too large');
  const named = GENERATION.exec(basename(inside))?.[1];
  if (named !== undefined && !digestOf(bytes).startsWith(`sha256:${named}`)) {
    return notABundle('the manifest is not the one that its folder is named after');
  }
  const manifest = parseManifest(bytes);
  if (manifest === null) return notABundle('the manifest is not one that this version reads');
  const artifacts = new Map<string, Uint8Array>();
  const problems: BundleProblem[] = [];
  for (const { path, digest, size } of manifest.artifacts) {
    const content = readRegular(join(inside, path), size);
    if (content === null) problems.push({ kind: 'missing', path });
    else if (digestOf(content) !== digest) {
      problems.push({ kind: 'changed', path, expected: digest, found: digestOf(content) });
    } else artifacts.set(path, content);
  }
  for (const path of filesBelow(inside)) {
    if (path !== MANIFEST_NAME && !manifest.artifacts.some((artifact) => artifact.path === path)) {
      problems.push({ kind: 'unlisted', path });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, manifest, digest: digestOf(bytes), artifacts };
}

/**
 * The same of files that were read already: whoever verified bytes uses those, and never reads the folder again.
 *
 * @param files every file of a bundle, its manifest too, by path
 */
export function bundleOf(files: ReadonlyMap<string, Uint8Array>): ReadBundle {
  const bytes = files.get(MANIFEST_NAME);
  if (bytes === undefined) return notABundle('it has no manifest');
  const manifest = parseManifest(bytes);
  if (manifest === null) return notABundle('the manifest is not one that this version reads');
  const artifacts = new Map<string, Uint8Array>();
  const problems: BundleProblem[] = [];
  for (const { path, digest } of manifest.artifacts) {
    const content = files.get(path);
    if (content === undefined) problems.push({ kind: 'missing', path });
    else if (digestOf(content) !== digest) {
      problems.push({ kind: 'changed', path, expected: digest, found: digestOf(content) });
    } else artifacts.set(path, content);
  }
  for (const path of files.keys()) {
    if (
      path !== MANIFEST_NAME &&
      !artifacts.has(path) &&
      !problems.some((one) => 'path' in one && one.path === path)
    ) {
      problems.push({ kind: 'unlisted', path });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, manifest, digest: digestOf(bytes), artifacts };
}

function notABundle(detail: string): ReadBundle {
  return { ok: false, problems: [{ kind: 'no-manifest', detail }] };
}

function parseManifest(bytes: Uint8Array): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { $schema, artifacts } = value as Partial<Manifest>;
  if ($schema !== MANIFEST_SCHEMA || !Array.isArray(artifacts)) return null;
  const readable = artifacts.every(
    (artifact) => typeof artifact?.path === 'string' && ARTIFACT_PATH.test(artifact.path),
  );
  return readable ? (value as Manifest) : null;
}

/** The folder itself, or the generation that its link `current` names; a link that leads elsewhere is not followed. */
export function folderInForce(folder: string): string | null {
  if (lstatSync(join(folder, MANIFEST_NAME), { throwIfNoEntry: false })) return resolve(folder);
  const link = join(folder, CURRENT);
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  const generation = readlinkSync(link);
  return GENERATION.test(generation) ? join(folder, generation) : null;
}

/** Null for what is missing, larger than it may be, or no regular file: a link in a bundle could lead anywhere. */
function readRegular(file: string, largest: number): Uint8Array | null {
  const status = lstatSync(file, { throwIfNoEntry: false });
  return status?.isFile() && status.size <= largest ? readFileSync(file) : null;
}

function filesBelow(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });
}
