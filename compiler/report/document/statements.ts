import type { Reach } from '../../analysis/reach/reach.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Phrase } from '../phrase.ts';
import type { TargetVerdict } from './coverage.ts';
import type { GuardrailVerdict } from './guardrails.ts';
import { networkStatements } from './statements/network.ts';
import { ownershipStatements } from './statements/ownership.ts';
import { sandboxStatements } from './statements/sandbox.ts';

/**
 * What the document states about every blueprint, by names that never change: mappings to controls refer to them. The same
 * list is in `schemas/controls.schema.json`; a test holds that.
 */
export const STATEMENT_IDS = [
  'deny-by-default',
  'files-limited',
  'files-protected',
  'system-calls-limited',
  'no-privileges',
  'processes-isolated',
  'environment-limited',
  'network-limited',
  'requests-limited',
  'traffic-inspected',
  'inner-network-closed',
  'programs-named',
  'models-limited',
  'credentials-outside',
  'resources-limited',
  'owners-named',
  'permissions-end',
  'origin-of-permissions',
  'equal-input-equal-output',
  'guardrails-kept',
  'enforced-on-targets',
  'no-accepted-gaps',
] as const;
export type StatementId = (typeof STATEMENT_IDS)[number];

/** `holds` without exception, `partly` with the exceptions that the text names, `fails` not at all. */
export type StatementState = 'holds' | 'partly' | 'fails';

export interface Statement {
  readonly id: StatementId;
  readonly title: string;
  readonly state: StatementState;
  /** What is so for this blueprint, with figures and the exceptions. */
  readonly text: Phrase;
}

/** What statements are made from. */
export interface Evidence {
  /** Who answers for the blueprint as a whole. */
  readonly owners: readonly string[];
  readonly policy: Policy;
  readonly reach: Reach;
  readonly targets: readonly TargetVerdict[];
  readonly guardrails: readonly GuardrailVerdict[];
}

/** Every statement, in the order of `STATEMENT_IDS`. */
export function statementsOf(evidence: Evidence): Statement[] {
  const made = [
    ...sandboxStatements(evidence),
    ...networkStatements(evidence),
    ...ownershipStatements(evidence),
  ];
  return STATEMENT_IDS.map((id) => {
    const statement = made.find((one) => one.id === id);
    if (statement === undefined) throw new Error(`there is no statement ${id}`);
    return statement;
  });
}
