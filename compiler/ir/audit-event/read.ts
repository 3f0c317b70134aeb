import {
  AUDIT_VERSION,
  type AuditEvent,
  type DecisionEvent,
  type Happening,
  type LineDigest,
  type LineSignature,
  REASONS_WITHOUT_GRANT,
  type RecordedGrant,
  VERDICT_REASONS,
  type VerdictReason,
  verdictOf,
} from './event.ts';
import { commitName, Fields, integer, list, matching, NotTheForm, object, text, word } from './fields.ts';
import { readAccess } from './read-access.ts';
import { lineOf } from './write.ts';

/** An event, or why the line is none; the problem continues "the line is damaged: ...". */
export type ReadEvent =
  | { readonly ok: true; readonly event: AuditEvent }
  | { readonly ok: false; readonly problem: string };

const HIGHEST_PID = 0x7fff_ffff;
const count = integer(0);
const digest = matching(/^sha256:[0-9a-f]{64}$/, 'digest') as (value: unknown, name: string) => LineDigest;
/** SPKI DER of an Ed25519 key, which is 44 bytes long. */
const publicKey = matching(/^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/, 'Ed25519 public key');
const signature = matching(/^[A-Za-z0-9+/]{86}==$/, 'signature');
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * Reads one line, without its line break. Strict: an unknown version, an unknown key or a value of another form is refused
 * rather than passed over, because what a line does not say cannot be replayed. Never throws.
 */
export function readEvent(line: string): ReadEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  try {
    const event = eventOf(value);
    // Twice the same key, or a number in another form: two readers could read two things.
    if (lineOf(event) !== line) return { ok: false, problem: 'it is not in the one spelling of an event' };
    return { ok: true, event };
  } catch (error) {
    if (!(error instanceof NotTheForm)) throw error;
    return { ok: false, problem: error.message };
  }
}

function eventOf(value: unknown): AuditEvent {
  const fields = new Fields(value, 'the event');
  const version = fields.required('version', integer(0));
  if (version !== AUDIT_VERSION)
    throw new NotTheForm(`its version is ${version}, and ${AUDIT_VERSION} is known`);
  const event = {
    sequence: fields.required('sequence', count),
    previous: fields.required('previous', digest),
    time: fields.required('time', readTime),
    sandbox: fields.required('sandbox', text),
    what: readHappening(fields),
  };
  fields.finish();
  return event;
}

/** RFC 3339 in UTC with milliseconds, which is the one spelling of `Date`. */
function readTime(value: unknown, name: string): number {
  const written = text(value, name);
  const time = TIME.test(written) ? Date.parse(written) : Number.NaN;
  // February 30 is a time to `Date` and to nobody else.
  if (Number.isNaN(time) || new Date(time).toISOString() !== written)
    throw new NotTheForm(`${name} is no time such as \`2026-01-31T18:00:00.000Z\``);
  return time;
}

const readSigning = object((fields) => ({
  publicKey: fields.required('public_key', publicKey),
  every: fields.required('every', integer(1)),
}));

const readRecovered = object((fields) => ({
  bytes: fields.required('bytes', integer(1)),
  kept: fields.required('kept', text),
}));

const readProcess = object((fields) => ({
  pid: fields.required('pid', integer(1, HIGHEST_PID)),
  binary: fields.required('binary', text),
}));

function readSignature(fields: Fields): LineSignature {
  return {
    key: fields.required('key', digest),
    signature: fields.required('signature', signature),
  };
}

const READERS: Readonly<Record<Happening['kind'], (value: unknown, name: string) => Happening>> = {
  opened: object((fields) => ({
    kind: 'opened',
    tool: fields.required('tool', text),
    signing: fields.optional('signing', readSigning),
    recovered: fields.optional('recovered', readRecovered),
  })),
  policy: object((fields) => ({
    kind: 'policy',
    policy: fields.required('policy', digest),
    commit: fields.optional('commit', commitName),
  })),
  kept: object((fields) => ({
    kind: 'kept',
    policy: fields.optional('policy', digest),
    problem: fields.required('problem', text),
  })),
  allowed: object((fields) => ({
    kind: 'allowed',
    request: fields.required('request', text),
    by: fields.required('by', text),
    reason: fields.required('reason', text),
    until: fields.required('until', readTime),
  })),
  malformed: object((fields) => ({
    kind: 'malformed',
    problem: fields.required('problem', text),
    asked: fields.optional('asked', text),
    process: fields.optional('process', readProcess),
  })),
  decision: object(readDecision),
  end: object((fields) => ({
    kind: 'end',
    decision: fields.required('decision', count),
    sent: fields.required('sent', count),
    received: fields.required('received', count),
  })),
  checkpoint: object((fields) => ({ kind: 'checkpoint', signed: readSignature(fields) })),
  closed: object((fields) => ({
    kind: 'closed',
    why: fields.required('why', word(['rotated', 'stopped'])),
    signed: fields.has('key') || fields.has('signature') ? readSignature(fields) : null,
  })),
};
const KINDS = Object.keys(READERS) as Happening['kind'][];

function readHappening(fields: Fields): Happening {
  const [kind, value] = fields.exactlyOne(KINDS);
  return READERS[kind](value, `\`${kind}\``);
}

function readDecision(fields: Fields): DecisionEvent {
  const verdict = fields.required('verdict', word(['allow', 'deny']));
  const why = fields.required('why', word(VERDICT_REASONS));
  if (verdict !== verdictOf(why)) throw new NotTheForm(`\`${verdict}\` is not because of \`${why}\``);
  const grant = fields.optional('grant', readGrant);
  if ((grant === null) !== REASONS_WITHOUT_GRANT.includes(why)) {
    throw new NotTheForm(grant === null ? `\`${why}\` names no \`grant\`` : `\`${why}\` has a \`grant\``);
  }
  return {
    kind: 'decision',
    policy: fields.required('policy', digest),
    commit: fields.optional('commit', commitName),
    access: fields.required('access', readAccess),
    why,
    grant,
    process: fields.optional('process', readProcess),
    request: fields.optional('request', text),
    credentials: readCredentials(fields, why),
  };
}

/** Left out where there are none; what is refused carries none. */
function readCredentials(fields: Fields, why: VerdictReason): readonly string[] {
  const names = fields.optional('credentials', list(text)) ?? [];
  if (names.length > 0 && verdictOf(why) === 'deny') throw new NotTheForm(`\`${why}\` has \`credentials\``);
  return names;
}

const readGrant = object((fields): RecordedGrant => {
  return {
    id: fields.required('id', text),
    file: fields.required('file', text),
    line: fields.required('line', integer(1)),
    column: fields.required('column', integer(1)),
    trail: fields.required('trail', list(text)),
    owner: fields.optional('owner', text),
    approvedBy: fields.optional('approved_by', text),
    ticket: fields.optional('ticket', text),
    request: fields.optional('request', text),
  };
});
