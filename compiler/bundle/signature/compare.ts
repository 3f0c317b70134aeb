import { canonicalJson } from '../canonical-json.ts';
import { type Digest, digestOf } from '../digest.ts';
import { MANIFEST_NAME } from '../manifest.ts';
import type { BundleStatement } from './statement.ts';
import { readStrictJson } from './strict-json.ts';

/** What makes the files that are there another bundle than the one that was signed. */
export type FileDifference =
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'changed'; readonly path: string; readonly signed: Digest; readonly found: Digest }
  | { readonly kind: 'added'; readonly path: string }
  /** The manifest is the signed one and says something else than the statement. */
  | { readonly kind: 'contradicted'; readonly what: string };

/**
 * Holds the files of a bundle against a statement whose signature was found to be good: every byte of every file, and no file
 * more or less.
 *
 * @returns all differences, by path; none when it is that bundle
 */
export function compareWithFiles(
  statement: BundleStatement,
  files: ReadonlyMap<string, Uint8Array>,
): readonly FileDifference[] {
  const found: FileDifference[] = [];
  const signed = new Map(
    statement.subject.map(({ name, digest }) => [name, `sha256:${digest.sha256}` as Digest]),
  );
  for (const [path, digest] of signed) {
    const bytes = files.get(path);
    if (bytes === undefined) found.push({ kind: 'missing', path });
    else if (digestOf(bytes) !== digest) {
      found.push({ kind: 'changed', path, signed: digest, found: digestOf(bytes) });
    }
  }
  for (const path of files.keys()) if (!signed.has(path)) found.push({ kind: 'added', path });
  if (found.length > 0) return found.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  return contradictions(statement, files);
}

function pathOf(difference: FileDifference): string {
  return 'path' in difference ? difference.path : '';
}

/** What the manifest says otherwise: whoever signs both is not believed about either. */
function contradictions(
  { subject, predicate }: BundleStatement,
  files: ReadonlyMap<string, Uint8Array>,
): FileDifference[] {
  const json = readStrictJson(files.get(MANIFEST_NAME) ?? new Uint8Array());
  if (!json.ok || typeof json.value !== 'object' || json.value === null) {
    return [{ kind: 'contradicted', what: 'form' }];
  }
  const manifest = json.value as Record<string, unknown>;
  const { name, policy, tool, target, inputs } = predicate;
  const expected: Record<string, unknown> = { name, policy, tool, target, inputs };
  const differing = Object.keys(expected).filter(
    (key) => canonicalJson(manifest[key] ?? null) !== canonicalJson(expected[key]),
  );
  const others = subject.filter(({ name: path }) => path !== MANIFEST_NAME);
  const listed = others.map(({ name: path, digest }) => ({
    path,
    digest: `sha256:${digest.sha256}`,
    size: files.get(path)!.byteLength,
  }));
  if (canonicalJson(listed) !== canonicalJson(artifactsOf(manifest))) differing.push('artifacts');
  return differing.map((what) => ({ kind: 'contradicted', what }));
}

/** What a manifest says of its files, by path; null where that is no list of them. */
function artifactsOf({ artifacts }: Record<string, unknown>): unknown {
  if (!Array.isArray(artifacts)) return null;
  return artifacts
    .map((artifact: Record<string, unknown> | null) => ({
      path: artifact?.path ?? null,
      digest: artifact?.digest ?? null,
      size: artifact?.size ?? null,
    }))
    .sort((a, b) => (String(a.path) < String(b.path) ? -1 : 1));
}
