import { canonicalJson } from '../../../compiler/bundle/canonical-json.ts';
import type { Digest } from '../../../compiler/bundle/digest.ts';
import type { Issued } from '../../../compiler/bundle/signature/statement.ts';
import {
  commitName,
  type Fields,
  integer,
  list,
  matching,
  NotTheForm,
  object,
  text,
  word,
} from '../../../compiler/ir/audit-event/fields.ts';

/** Why another generation came into force. */
export const REASONS = ['apply', 'rollback', 'probe-failed'] as const;
export type Reason = (typeof REASONS)[number];

/** `probing`: nobody has said yet whether its probes were refused as they should. */
export const OUTCOMES = ['probing', 'proved', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One moment at which a generation came into force. */
export interface Switch {
  readonly generation: number;
  /** Of its manifest, so that no other bundle can take its place. */
  readonly bundle: Digest;
  /** Of what is known of it, so that nobody gives it another commit, signer or reason afterwards. */
  readonly record: Digest;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** Who, by the name of the user on this machine. */
  readonly by: string;
  readonly why: Reason;
  readonly outcome: Outcome;
}

/** What is known of a generation beside its files. Never changed once it is written. */
export interface GenerationRecord {
  readonly number: number;
  readonly bundle: Digest;
  /** The commit that it is of, in hexadecimal; null where nobody vouches for one. */
  readonly commit: string | null;
  /** Who signed it, in words; null where nobody did. */
  readonly signer: string | null;
  /** What tells it from an older one, as the signer says; null where nobody signed it. */
  readonly issued: Issued | null;
  /** What was accepted although it is not as it should be, each with the reason that a person gave. */
  readonly exceptions: readonly Exception[];
}

/** What somebody accepted by name: no signature; older than one before; files that nobody committed; a rewritten branch. */
export const EXCEPTIONS = ['unsigned', 'older', 'uncommitted', 'rewritten'] as const;

export interface Exception {
  readonly kind: (typeof EXCEPTIONS)[number];
  readonly reason: string;
}

export type ReadRecord<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

const VERSION = 1;
/** Switches that are remembered. */
export const MOST_SWITCHES = 200;
export const MOST_GENERATIONS = 9_999_999_999;

export function switchesText(switches: readonly Switch[]): string {
  const form = ({ at, ...rest }: Switch) => ({ ...rest, at: new Date(at).toISOString() });
  return canonicalJson({ version: VERSION, switches: switches.map(form) });
}

export function recordText(record: GenerationRecord): string {
  const { number, bundle, commit, signer, issued, exceptions } = record;
  return canonicalJson({ version: VERSION, number, bundle, commit, signer, issued, exceptions });
}

/** The newest that was ever accepted, also where the generation in force said the same already. */
export function newestText(newest: Issued): string {
  return canonicalJson({ version: VERSION, newest });
}

/** Reads what `newestText` wrote. */
export function readNewestText(written: string): ReadRecord<Issued> {
  return read(written, (fields) => fields.required('newest', issued), newestText);
}

/** Reads what `switchesText` wrote; the last one is in force. */
export function readSwitchesText(written: string): ReadRecord<readonly Switch[]> {
  return read(
    written,
    (fields) => fields.required('switches', list(switchOf, MOST_SWITCHES)),
    (value) => switchesText(value),
  );
}

/** Reads what `recordText` wrote. */
export function readRecordText(written: string): ReadRecord<GenerationRecord> {
  return read(
    written,
    (fields) => ({
      number: fields.required('number', number),
      bundle: fields.required('bundle', digest),
      commit: fields.required('commit', orNull(commitName)),
      signer: fields.required('signer', orNull(text)),
      issued: fields.required('issued', orNull(issued)),
      exceptions: fields.required('exceptions', list(exception, EXCEPTIONS.length)),
    }),
    recordText,
  );
}

const number = integer(1, MOST_GENERATIONS);
const digest = matching(/^sha256:[0-9a-f]{64}$/, 'digest') as (value: unknown, name: string) => Digest;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function orNull<T>(read: (value: unknown, name: string) => T) {
  return (value: unknown, name: string): T | null => (value === null ? null : read(value, name));
}

const issued = object(
  (fields: Fields): Issued => ({
    serial: fields.required('serial', integer(1)),
    at: fields.required('at', matching(TIME, 'time')),
  }),
);

const exception = object(
  (fields: Fields): Exception => ({
    kind: fields.required('kind', word(EXCEPTIONS)),
    reason: fields.required('reason', text),
  }),
);

function time(value: unknown, name: string): number {
  const written = text(value, name);
  const milliseconds = TIME.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new NotTheForm(`${name} is no time`);
  return milliseconds;
}

const switchOf = object(
  (fields: Fields): Switch => ({
    generation: fields.required('generation', number),
    bundle: fields.required('bundle', digest),
    record: fields.required('record', digest),
    at: fields.required('at', time),
    by: fields.required('by', text),
    why: fields.required('why', word(REASONS)),
    outcome: fields.required('outcome', word(OUTCOMES)),
  }),
);

function read<T>(written: string, of: (fields: Fields) => T, textOf: (value: T) => string): ReadRecord<T> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  try {
    const value = object((fields) => {
      const version = fields.required('version', integer(0));
      if (version !== VERSION) throw new NotTheForm(`its version is ${version}, and ${VERSION} is known`);
      return of(fields);
    })(parsed, 'the document');
    // Twice the same key, or a number in another form: two readers could read two things.
    if (textOf(value) !== written) return { ok: false, problem: 'it is not in its one spelling' };
    return { ok: true, value };
  } catch (error) {
    if (!(error instanceof NotTheForm)) throw error;
    return { ok: false, problem: error.message };
  }
}
