import { ARCHITECTURES, type Target } from '../../backends/target.ts';
import {
  type Fields,
  integer,
  list,
  matching,
  NotTheForm,
  object,
  text,
  word,
} from '../../ir/audit-event/fields.ts';
import type { Digest } from '../digest.ts';
import { ARTIFACT_PATH, MANIFEST_NAME } from '../manifest.ts';
import {
  type BundlePredicate,
  type BundleStatement,
  hexadecimal,
  type Issued,
  PREDICATE_TYPE,
  type Source,
  STATEMENT_TYPE,
  statementBytes,
} from './statement.ts';
import { readStrictJson } from './strict-json.ts';

/** A statement that was read; or another kind of one; or why it is none. */
export type ReadStatement =
  | { readonly ok: true; readonly statement: BundleStatement }
  | { readonly ok: false; readonly reason: 'other-kind'; readonly key: string; readonly found: string }
  | { readonly ok: false; readonly reason: 'repeated-key'; readonly key: string }
  | { readonly ok: false; readonly reason: 'not-the-form'; readonly problem: string };

/** More files than any bundle has. */
const MOST_FILES = 1024;
const MOST_INPUTS = 1024;

/**
 * Reads the payload of an envelope whose signature was found to be good. Strict: it is the one spelling of a statement that
 * says what `schemas/bundle-statement.schema.json` allows and nothing else. Never throws.
 */
export function readStatement(payload: Uint8Array): ReadStatement {
  const json = readStrictJson(payload);
  if (!json.ok) {
    return json.repeated === null
      ? { ok: false, reason: 'not-the-form', problem: json.problem }
      : { ok: false, reason: 'repeated-key', key: json.repeated };
  }
  const other = otherKind(json.value);
  if (other !== null) return { ok: false, reason: 'other-kind', ...other };
  try {
    const statement = readForm(json.value, 'the statement');
    if (!Buffer.from(payload).equals(statementBytes(statement))) {
      return { ok: false, reason: 'not-the-form', problem: 'it is not in the one spelling of a statement' };
    }
    return { ok: true, statement };
  } catch (error) {
    if (!(error instanceof NotTheForm)) throw error;
    return { ok: false, reason: 'not-the-form', problem: error.message };
  }
}

/** The key that says that this is a statement about something else; null where it is none at all. */
function otherKind(value: unknown): { readonly key: string; readonly found: string } | null {
  if (typeof value !== 'object' || value === null) return null;
  const { _type, predicateType } = value as Record<string, unknown>;
  if (typeof _type === 'string' && _type !== STATEMENT_TYPE) return { key: '_type', found: _type };
  if (typeof predicateType === 'string' && predicateType !== PREDICATE_TYPE) {
    return { key: 'predicateType', found: predicateType };
  }
  return null;
}

const digest = matching(/^sha256:[0-9a-f]{64}$/, 'digest') as (value: unknown, name: string) => Digest;
const count = integer(1);
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function time(value: unknown, name: string): string {
  const written = text(value, name);
  const read = TIME.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(read) || new Date(read).toISOString() !== written) {
    throw new NotTheForm(`${name} is no time such as \`2026-01-31T18:00:00.000Z\``);
  }
  return written;
}

function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new NotTheForm(`${name} is neither true nor false`);
  return value;
}

function orNull<T>(read: (value: unknown, name: string) => T) {
  return (value: unknown, name: string): T | null => (value === null ? null : read(value, name));
}

const target = object(
  (fields: Fields): Target => ({
    landlockAbi: fields.required('landlockAbi', integer(0)),
    architecture: fields.required('architecture', word(ARCHITECTURES)),
    engine: fields.required('engine', word(['process', 'docker'])),
    privilege: fields.required('privilege', word(['rootless', 'root'])),
    userNamespaces: fields.required('userNamespaces', flag),
    image: fields.required('image', orNull(text)),
  }),
);

const tool = object((fields: Fields) => ({
  name: fields.required('name', word(['nemoclaw'] as const)),
  version: fields.required('version', text),
}));

const input = object((fields: Fields) => ({
  name: fields.required('name', text),
  digest: fields.required('digest', digest),
}));

const source = object(
  (fields: Fields): Source => ({
    repository: fields.required('repository', orNull(matching(/^[!-~]{1,1024}$/, 'address'))),
    commit: fields.required('commit', matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'name of a commit')),
    path: fields.required('path', text),
    uncommitted: fields.required('uncommitted', list(text, MOST_INPUTS)),
  }),
);

const issued = object(
  (fields: Fields): Issued => ({ serial: fields.required('serial', count), at: fields.required('at', time) }),
);

const predicate = object(
  (fields: Fields): BundlePredicate => ({
    name: fields.required('name', text),
    bundle: fields.required('bundle', digest),
    policy: fields.required('policy', digest),
    tool: fields.required('tool', tool),
    target: fields.required('target', target),
    inputs: fields.required('inputs', list(input, MOST_INPUTS)),
    source: fields.required('source', source),
    issued: fields.required('issued', issued),
  }),
);

const subject = object((fields: Fields) => ({
  name: fields.required('name', matching(ARTIFACT_PATH, 'path below a bundle')),
  digest: fields.required(
    'digest',
    object((digests) => ({ sha256: digests.required('sha256', matching(/^[0-9a-f]{64}$/, 'SHA-256')) })),
  ),
}));

const readForm = object((fields: Fields): BundleStatement => {
  const statement = {
    _type: fields.required('_type', word([STATEMENT_TYPE] as const)),
    subject: fields.required('subject', list(subject, MOST_FILES)),
    predicateType: fields.required('predicateType', word([PREDICATE_TYPE] as const)),
    predicate: fields.required('predicate', predicate),
  };
  const names = statement.subject.map(({ name }) => name);
  if (names.some((name, at) => at > 0 && names[at - 1]! >= name)) {
    throw new NotTheForm('`subject` does not name each file once, in the order of their names');
  }
  const manifest = statement.subject.find(({ name }) => name === MANIFEST_NAME);
  if (manifest?.digest.sha256 !== hexadecimal(statement.predicate.bundle)) {
    throw new NotTheForm('`bundle` is not the digest of the manifest in `subject`');
  }
  return statement;
});
