import {
  flag,
  integer,
  list,
  matching,
  NotTheForm,
  object,
  text,
  word,
} from '../../ir/audit-event/fields.ts';
import { FACETS, type Facet } from '../../ir/facet.ts';
import { canonicalJson } from '../canonical-json.ts';
import { MANIFEST_NAME } from '../manifest.ts';
import { STATEMENT_TYPE } from './statement.ts';
import { readStrictJson } from './strict-json.ts';

/** What the predicate means; another meaning gets another number. `schemas/host-statement.schema.json`. */
export const HOST_PREDICATE_TYPE = 'https://nemoclaw.dev/predicates/host/v1';

export const HOST_VERDICTS = ['as applied', 'drifted', 'not enforced', 'nothing applied'] as const;

const COVERAGES = ['exact', 'stricter', 'looser', 'none'] as const;

/** What a host says of one sandbox at one moment. */
export interface HostPredicate {
  readonly host: string;
  readonly sandbox: string;
  /** RFC 3339 in UTC with milliseconds, by the clock of the host. */
  readonly at: string;
  readonly kernel: string;
  readonly tool: string;
  readonly verdict: (typeof HOST_VERDICTS)[number];
  /** What is in force; null where nothing was ever applied, or it is damaged. */
  readonly inForce: HostGeneration | null;
  /** Whether something runs in it. */
  readonly running: boolean;
  /** How each facet is held: by what, and what the kernel answered to its probes. */
  readonly facets: readonly HostFacet[];
  /** What is not as it should be, in words; what somebody accepted as well. */
  readonly notEnforced: readonly string[];
  /** When the probes were made, and on which kernel; null where none are known. */
  readonly probed: { readonly at: string; readonly kernel: string } | null;
  readonly breakGlass: readonly string[];
}

export interface HostGeneration {
  readonly generation: number;
  readonly bundle: string;
  readonly policy: string;
  readonly commit: string | null;
  readonly signer: string | null;
  readonly since: string;
}

export interface HostFacet {
  readonly facet: Facet;
  readonly coverage: (typeof COVERAGES)[number];
  readonly tried: number;
  readonly otherwise: number;
}

export type ReadHostStatement =
  | { readonly ok: true; readonly predicate: HostPredicate }
  | { readonly ok: false; readonly problem: string };

/** The bytes that are signed: an in-toto statement about the manifest that is in force. */
export function hostStatementBytes(predicate: HostPredicate): Uint8Array {
  const sha256 = predicate.inForce?.bundle.slice('sha256:'.length);
  const subject = sha256 === undefined ? [] : [{ name: MANIFEST_NAME, digest: { sha256 } }];
  const statement = { _type: STATEMENT_TYPE, subject, predicateType: HOST_PREDICATE_TYPE, predicate };
  return new TextEncoder().encode(canonicalJson(statement));
}

/** Reads the payload of an envelope whose signature was found to be good; it has one spelling. Never throws. */
export function readHostStatement(payload: Uint8Array): ReadHostStatement {
  const json = readStrictJson(payload);
  if (!json.ok) return { ok: false, problem: json.problem };
  try {
    const found = statement(json.value, 'the statement');
    const isItself = Buffer.from(payload).equals(hostStatementBytes(found));
    return isItself
      ? { ok: true, predicate: found }
      : { ok: false, problem: 'it is not in the one spelling of a statement' };
  } catch (error) {
    if (!(error instanceof NotTheForm)) throw error;
    return { ok: false, problem: error.message };
  }
}

const TIME = matching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'time');
const DIGEST = matching(/^sha256:[0-9a-f]{64}$/, 'digest');
const MOST = 1024;

function orNull<T>(read: (value: unknown, name: string) => T) {
  return (value: unknown, name: string): T | null => (value === null ? null : read(value, name));
}

const generation = object(
  (fields): HostGeneration => ({
    generation: fields.required('generation', integer(1)),
    bundle: fields.required('bundle', DIGEST),
    policy: fields.required('policy', DIGEST),
    commit: fields.required('commit', orNull(matching(/^[0-9a-f]{40,64}$/, 'name of a commit'))),
    signer: fields.required('signer', orNull(text)),
    since: fields.required('since', TIME),
  }),
);

const facet = object(
  (fields): HostFacet => ({
    facet: fields.required('facet', word(FACETS)),
    coverage: fields.required('coverage', word(COVERAGES)),
    tried: fields.required('tried', integer(0)),
    otherwise: fields.required('otherwise', integer(0)),
  }),
);

const probed = object((fields) => ({
  at: fields.required('at', TIME),
  kernel: fields.required('kernel', text),
}));

const predicate = object(
  (fields): HostPredicate => ({
    host: fields.required('host', text),
    sandbox: fields.required('sandbox', text),
    at: fields.required('at', TIME),
    kernel: fields.required('kernel', text),
    tool: fields.required('tool', text),
    verdict: fields.required('verdict', word(HOST_VERDICTS)),
    inForce: fields.required('inForce', orNull(generation)),
    running: fields.required('running', flag),
    facets: fields.required('facets', list(facet, MOST)),
    notEnforced: fields.required('notEnforced', list(text, MOST)),
    probed: fields.required('probed', orNull(probed)),
    breakGlass: fields.required('breakGlass', list(text, MOST)),
  }),
);

const statement = object((fields): HostPredicate => {
  fields.required('_type', word([STATEMENT_TYPE]));
  fields.required('predicateType', word([HOST_PREDICATE_TYPE]));
  // What it has to be follows from the predicate, and the one spelling holds it to that.
  fields.required('subject', (value) => value);
  return fields.required('predicate', predicate);
});
