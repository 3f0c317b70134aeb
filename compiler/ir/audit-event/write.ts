import { createHash } from 'node:crypto';
import { accessForm } from './access-form.ts';
import {
  AUDIT_VERSION,
  type AuditEvent,
  type DecisionEvent,
  type Happening,
  type LineDigest,
  type RecordedGrant,
} from './event.ts';

/**
 * The one spelling of an event, without a line break: keys in the order of code units, no space, no key without a value.
 * Objects are made in that order, because sorting them would cost ten times as much; a test holds the order.
 */
export function lineOf({ sequence, previous, time, sandbox, what }: AuditEvent): string {
  return JSON.stringify({
    [what.kind]: formOf(what),
    previous,
    sandbox,
    sequence,
    time: new Date(time).toISOString(),
    version: AUDIT_VERSION,
  });
}

/** What the next line names as the one before. */
export function digestOfLine(line: string | Uint8Array): LineDigest {
  return `sha256:${createHash('sha256').update(line).digest('hex')}`;
}

function formOf(what: Happening): unknown {
  switch (what.kind) {
    case 'opened':
      return { tool: what.tool };
    case 'policy':
      return { policy: what.policy };
    case 'decision':
      return decisionForm(what);
    case 'end':
      return { decision: what.decision, received: what.received, sent: what.sent };
    case 'checkpoint':
      return { key: what.key, signature: what.signature };
    case 'closed':
      return { why: what.why };
  }
}

function decisionForm({ policy, access, why, grant, process }: DecisionEvent): unknown {
  return {
    access: accessForm(access),
    grant: grant === null ? undefined : grantForm(grant),
    policy,
    process: process === null ? undefined : { binary: process.binary, pid: process.pid },
    verdict: why === 'granted' ? 'allow' : 'deny',
    why,
  };
}

function grantForm({ id, file, line, column, trail, owner, approvedBy, ticket }: RecordedGrant): unknown {
  return {
    approved_by: approvedBy ?? undefined,
    column,
    file,
    id,
    line,
    owner: owner ?? undefined,
    ticket: ticket ?? undefined,
    trail,
  };
}
