import { createHash } from 'node:crypto';
import { accessForm } from './access-form.ts';
import {
  type AskingProcess,
  AUDIT_VERSION,
  type AuditEvent,
  type DecisionEvent,
  type Happening,
  type LineDigest,
  type OpenedEvent,
  type RecordedGrant,
  verdictOf,
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
      return openedForm(what);
    case 'policy':
      return { policy: what.policy };
    case 'kept':
      return { policy: what.policy ?? undefined, problem: what.problem };
    case 'malformed':
      return { asked: what.asked ?? undefined, problem: what.problem, process: processForm(what.process) };
    case 'decision':
      return decisionForm(what);
    case 'end':
      return { decision: what.decision, received: what.received, sent: what.sent };
    case 'checkpoint':
      return { key: what.signed.key, signature: what.signed.signature };
    case 'closed':
      return { key: what.signed?.key, signature: what.signed?.signature, why: what.why };
  }
}

function openedForm({ tool, signing, recovered }: OpenedEvent): unknown {
  return {
    recovered: recovered === null ? undefined : { bytes: recovered.bytes, kept: recovered.kept },
    signing: signing === null ? undefined : { every: signing.every, public_key: signing.publicKey },
    tool,
  };
}

function processForm(process: AskingProcess | null): unknown {
  return process === null ? undefined : { binary: process.binary, pid: process.pid };
}

function decisionForm({ policy, access, why, grant, process, request }: DecisionEvent): unknown {
  return {
    access: accessForm(access),
    grant: grant === null ? undefined : grantForm(grant),
    policy,
    process: processForm(process),
    request: request ?? undefined,
    verdict: verdictOf(why),
    why,
  };
}

function grantForm(grant: RecordedGrant): unknown {
  const { id, file, line, column, trail, owner, approvedBy, ticket, request } = grant;
  return {
    approved_by: approvedBy ?? undefined,
    column,
    file,
    id,
    line,
    owner: owner ?? undefined,
    request: request ?? undefined,
    ticket: ticket ?? undefined,
    trail,
  };
}
