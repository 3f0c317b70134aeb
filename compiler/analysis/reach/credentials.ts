import type { BoundCredential, CredentialBinding, CredentialSource } from '../../ir/credential.ts';
import { endOf } from '../../ir/limits.ts';
import type { Grant } from '../../ir/origin.ts';

/** A secret that the agent can use without seeing it. */
export interface CredentialReach {
  readonly name: string;
  /** Where its value is read outside; never the value. */
  readonly source: CredentialSource;
  /** The variable inside that holds the placeholder. */
  readonly variable: string;
  readonly to: readonly CredentialBinding[];
  readonly optional: boolean;
  /** Whether it has ended, so that it is sent nowhere. */
  readonly ended: boolean;
  readonly grant: Grant;
}

/** @param now milliseconds since 1970 UTC */
export function reachOfCredentials(
  credentials: readonly BoundCredential[],
  now: number,
): readonly CredentialReach[] {
  return credentials.map(({ name, source, variable, bindings, isOptional, grant }) => ({
    name,
    source,
    variable,
    to: bindings,
    optional: isOptional,
    ended: endOf(grant) <= now,
    grant,
  }));
}
