import { hash } from 'node:crypto';
import { accessForm } from './access-form.ts';
import { accessText, QuotedText, quoted } from './access-text.ts';
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
 * The one spelling of an event, without a line break: keys in the order of code units, no space, no key without a value, texts
 * as `JSON.stringify` writes them. What there is most of, decisions, is put together from texts, which takes a third of the
 * time; a test holds that `JSON.stringify` would write the same.
 */
export function lineOf({ sequence, previous, time, sandbox, what }: AuditEvent): string {
  const told = what.kind === 'decision' ? decisionText(what) : JSON.stringify(formOf(what));
  return `{"${what.kind}":${told},"previous":"${previous}","sandbox":${sandboxes.of(sandbox)},"sequence":${sequence},"time":"${timeText(time)}","version":${AUDIT_VERSION}}`;
}

/** What the next line names as the one before. */
export function digestOfLine(line: string | Uint8Array): LineDigest {
  return `sha256:${hash('sha256', line, 'hex')}`;
}

const sandboxes = new QuotedText();
const programs = new QuotedText();
const SECOND = 1000;
let lastSecond = { second: 0, text: '1970-01-01T00:00:00.' };

/** As `toISOString`, most of which is the same for all events of a second. */
function timeText(time: number): string {
  const second = Math.floor(time / SECOND);
  if (second !== lastSecond.second) {
    lastSecond = { second, text: new Date(second * SECOND).toISOString().slice(0, -'000Z'.length) };
  }
  const rest = time - second * SECOND;
  return `${lastSecond.text}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}

function decisionText(event: DecisionEvent): string {
  const { policy, commit, access, why, grant, process, request, credentials } = event;
  // A name of hexadecimal digits needs no quoting.
  const from = commit === null ? '' : `,"commit":"${commit}"`;
  const carried = credentials.length === 0 ? '' : `,"credentials":${JSON.stringify(credentials)}`;
  const by = grant === null ? '' : `,"grant":${grantText(grant)}`;
  const asker =
    process === null ? '' : `,"process":{"binary":${programs.of(process.binary)},"pid":${process.pid}}`;
  const asking = request === null ? '' : `,"request":${quoted(request)}`;
  const asked = access.facet === 'egress' ? accessText(access) : JSON.stringify(accessForm(access));
  return `{"access":${asked}${from}${carried}${by},"policy":"${policy}"${asker}${asking},"verdict":"${verdictOf(why)}","why":"${why}"}`;
}

const MOST_GRANTS_KNOWN = 256;
const knownGrants = new Map<RecordedGrant, string>();

/** The same few entries decide nearly everything, and a grant is never changed. */
function grantText(grant: RecordedGrant): string {
  let text = knownGrants.get(grant);
  if (text === undefined) {
    if (knownGrants.size >= MOST_GRANTS_KNOWN) knownGrants.clear();
    text = JSON.stringify(grantForm(grant));
    knownGrants.set(grant, text);
  }
  return text;
}

function formOf(what: Exclude<Happening, DecisionEvent>): unknown {
  switch (what.kind) {
    case 'opened':
      return openedForm(what);
    case 'policy':
      return { commit: what.commit ?? undefined, policy: what.policy };
    case 'kept':
      return { policy: what.policy ?? undefined, problem: what.problem };
    case 'allowed': {
      const { by, reason, request, until } = what;
      return { by, reason, request, until: new Date(until).toISOString() };
    }
    case 'malformed':
      return { asked: what.asked ?? undefined, problem: what.problem, process: processForm(what.process) };
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
