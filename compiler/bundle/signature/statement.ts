import type { Target } from '../../backends/target.ts';
import { canonicalJson } from '../canonical-json.ts';
import { type Digest, digestOf } from '../digest.ts';
import type { Manifest } from '../manifest.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** What the predicate of ours means; another meaning gets another number. `schemas/bundle-statement.schema.json`. */
export const PREDICATE_TYPE = 'https://nemoclaw.dev/predicates/bundle/v1';

/** What is signed of a bundle: every file of it, and where it comes from. */
export interface BundleStatement {
  readonly _type: typeof STATEMENT_TYPE;
  /** Every file of the bundle, its manifest too, by path. */
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: BundlePredicate;
}

export interface BundlePredicate {
  /** `metadata.name` of the blueprint: of which sandbox this is the bundle. */
  readonly name: string;
  /** Digest of the manifest. */
  readonly bundle: Digest;
  readonly policy: Digest;
  readonly tool: { readonly name: 'nemoclaw'; readonly version: string };
  readonly target: Target;
  readonly inputs: readonly { readonly name: string; readonly digest: Digest }[];
  readonly source: Source;
  readonly issued: Issued;
}

/** The commit that a bundle was compiled from. */
export interface Source {
  /** Where the repository is found, without credentials; null where it has no address. */
  readonly repository: string | null;
  /** The commit's whole name in hexadecimal. */
  readonly commit: string;
  /** The blueprint as seen from the top of the repository. */
  readonly path: string;
  /** Inputs that are not in the commit as they were compiled; none unless the signer allowed it. */
  readonly uncommitted: readonly string[];
}

/** What tells an older bundle from a newer one. */
export interface Issued {
  /** How many commits the commit has behind it, itself included: more than any of its ancestors. */
  readonly serial: number;
  /** RFC 3339 in UTC with milliseconds, by the clock of the signer. */
  readonly at: string;
}

/**
 * The statement about a bundle.
 *
 * @param manifestBytes of the manifest
 */
export function statementOf(
  manifest: Manifest,
  manifestBytes: Uint8Array,
  manifestName: string,
  from: { readonly source: Source; readonly issued: Issued },
): BundleStatement {
  const { name, policy, tool, target, inputs, artifacts } = manifest;
  const bundle = digestOf(manifestBytes);
  const files = [...artifacts, { path: manifestName, digest: bundle }];
  return {
    _type: STATEMENT_TYPE,
    subject: files
      .map(({ path, digest }) => ({ name: path, digest: { sha256: hexadecimal(digest) } }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    predicateType: PREDICATE_TYPE,
    predicate: { name, bundle, policy, tool, target, inputs, ...from },
  };
}

/** The bytes that are signed; the same statement always has the same. */
export function statementBytes(statement: BundleStatement): Uint8Array {
  return new TextEncoder().encode(canonicalJson(statement));
}

export function hexadecimal(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
