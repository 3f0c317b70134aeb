import type { Access } from '../../ir/access.ts';
import type { Facet } from '../../ir/facet.ts';
import type { Grant } from '../../ir/origin.ts';

/** `widens`: the new policy allows it and the old one does not. `narrows`: the other way round. */
export type Direction = 'widens' | 'narrows';

/** How much somebody who reviews the change should mind, worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `enforcement`: not what is granted, but how well it is held, such as an accepted gap. */
export type ChangedFacet = Facet | 'enforcement';

/**
 * One set of accesses that one policy allows and the other does not, whole and exact; or one term under which they
 * differ although each single access gets the same verdict, such as the reason to accept a gap.
 */
export interface Change {
  readonly direction: Direction;
  readonly facet: ChangedFacet;
  /** What is new about it in the words of CHANGE_CLASSES, worst first; never empty. */
  readonly classes: readonly ChangeClass[];
  readonly severity: Severity;
  /** The set: its sides, all of which hold together. A side that is not named is not limited. */
  readonly sides: readonly Side[];
  /** One access of the set, which `decide` answers differently under the two policies; null where no access can tell. */
  readonly witness: Access | null;
  /** The witness in words that continue "the agent can now ..." or "the agent can no longer ...". */
  readonly example: string;
  readonly cause: Cause;
}

/** The values of one side: those of any term. */
export interface Side {
  /** `path`, `right`, `host`, `port`, `binary`, `method`, `argument`, ... */
  readonly name: string;
  readonly terms: readonly Term[];
}

/** Values that match all of the patterns and none of the exceptions; without patterns any value but the exceptions. */
export interface Term {
  readonly all: readonly string[];
  readonly except: readonly string[];
}

/** The entry that made the difference, in the policy where it stands. */
export interface Cause {
  /**
   * `granted`: an entry of the new policy allows it. `denial-removed`: an entry of the old policy denied it.
   * `denied`: an entry of the new policy denies it. `grant-removed`: an entry of the old policy allowed it.
   * `changed`: the entry says something else than before.
   */
  readonly kind: 'granted' | 'denial-removed' | 'denied' | 'grant-removed' | 'changed';
  readonly policy: 'old' | 'new';
  readonly grant: Grant;
}

/** Kinds of changes, with the severity that each has by itself. Keys are stable: reports and filters name them. */
export const CHANGE_CLASSES = {
  'private-address': 'critical',
  'inspection-lost': 'critical',
  'gap-accepted': 'critical',
  'requirement-waived': 'critical',
  uninspected: 'high',
  'new-host': 'high',
  'wildcard-widened': 'high',
  'denial-removed': 'high',
  'may-be-missing': 'high',
  'new-write-method': 'high',
  'new-operation': 'high',
  'credentials-writable': 'high',
  'path-writable': 'high',
  'path-executable': 'high',
  'host-folder': 'high',
  'new-syscall': 'high',
  'identity-changed': 'high',
  'model-endpoint-changed': 'high',
  'credential-bound': 'high',
  'credential-source-changed': 'high',
  'model-credential-changed': 'high',
  'residency-widened': 'high',
  'new-port': 'medium',
  'new-binary': 'medium',
  'new-address': 'medium',
  'path-readable': 'medium',
  'request-path-widened': 'medium',
  'syscall-argument': 'medium',
  'new-variable': 'medium',
  'variable-value': 'medium',
  'model-provider-changed': 'medium',
  'new-model-route': 'medium',
  'new-model': 'medium',
  'enforcement-lost': 'critical',
  'private-folder': 'low',
  'workdir-changed': 'low',
  'new-read-method': 'low',
  'query-loosened': 'low',
  'expiry-extended': 'low',
  'uses-raised': 'low',
  'limit-raised': 'low',
  removed: 'low',
} as const satisfies Record<string, Severity>;
export type ChangeClass = keyof typeof CHANGE_CLASSES;

/** The severity of the worst class. */
export function worstOf(classes: readonly ChangeClass[]): Severity {
  const ranks = classes.map((name) => SEVERITIES.indexOf(CHANGE_CLASSES[name]));
  return SEVERITIES[Math.min(...ranks)] ?? 'low';
}
