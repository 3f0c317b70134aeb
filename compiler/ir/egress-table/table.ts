import type { CredentialUse } from '../credential.ts';
import type { EgressPolicy } from '../egress.ts';
import type { WrittenPlace } from '../origin.ts';

/** Raised when a table of an older version could be read as something that it does not say. */
export const TABLE_VERSION = 1;

/** Where the table stands in a bundle. */
export const TABLE_PATH = 'egress/table.json';

/**
 * All that the gateway needs of a policy, so that it reads neither blueprints nor bundles of other facets. Written by
 * `write.ts`, read strictly by `read.ts`.
 */
export interface EgressTable {
  /** The policy's name. */
  readonly name: string;
  /** Digest of the whole policy, as it stands in every event of the audit log. */
  readonly policy: `sha256:${string}`;
  /**
   * The commit that a host has it from, in hexadecimal. Null in a bundle, whose bytes know of no commit, and wherever nobody
   * vouches for one. It decides nothing.
   */
  readonly commit: string | null;
  readonly egress: EgressPolicy<WrittenPlace>;
  /** Which credential may be sent where; where its value is read, and what it is, stands nowhere in a bundle. */
  readonly credentials: readonly CredentialUse<WrittenPlace>[];
}
