import type { Access } from '../../compiler/ir/access.ts';
import {
  type AuditEvent,
  type DecisionEvent,
  type Happening,
  type LineDigest,
  NO_LINE,
} from '../../compiler/ir/audit-event/event.ts';
import { digestOfLine, lineOf } from '../../compiler/ir/audit-event/write.ts';
import { decide } from '../../compiler/ir/decide.ts';
import type { Policy } from '../../compiler/ir/policy.ts';

export const SOME_DIGEST: LineDigest = `sha256:${'a'.repeat(64)}`;

/** What a gateway would write down about an access under a policy. */
export function decisionOn(policy: Policy, access: Access): DecisionEvent {
  const decision = decide(policy, access);
  const { by } = decision;
  return {
    kind: 'decision',
    policy: SOME_DIGEST,
    commit: null,
    access,
    why: decision.verdict === 'allow' ? 'granted' : decision.why,
    grant:
      by === null
        ? null
        : {
            id: by.id,
            file: by.origin.file,
            line: by.origin.line,
            column: by.origin.column,
            trail: by.origin.trail,
            owner: by.approval?.owner ?? null,
            approvedBy: by.approval?.approvedBy ?? null,
            ticket: by.approval?.ticket ?? null,
            request: by.approval?.request ?? null,
          },
    process: { pid: 4711, binary: '/usr/bin/node' },
    request: null,
    credentials: [],
  };
}

/** A chained log of some happenings, one a second, with a line break after each line. */
export function logOf(happenings: readonly Happening[], start = 0): string {
  let previous = NO_LINE;
  return happenings
    .map((what, sequence) => {
      const event: AuditEvent = { sequence, previous, time: start + sequence * 1000, sandbox: 'a-1', what };
      const line = lineOf(event);
      previous = digestOfLine(line);
      return `${line}\n`;
    })
    .join('');
}
