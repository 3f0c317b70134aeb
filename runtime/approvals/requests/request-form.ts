import { HIGHEST_PORT, LOWEST_PORT } from '../../../compiler/domain/port.ts';
import { operationsForm } from '../../../compiler/ir/audit-event/access-form.ts';
import type { LineDigest } from '../../../compiler/ir/audit-event/event.ts';
import {
  type Fields,
  integer,
  matching,
  NotTheForm,
  object,
  text,
  word,
} from '../../../compiler/ir/audit-event/fields.ts';
import { readOperations } from '../../../compiler/ir/audit-event/read-operations.ts';
import { identityOf, REQUEST_ID, requestId } from './identity.ts';
import {
  type Answer,
  ASKABLE_REASONS,
  ASKED_PROTOCOLS,
  type Overflow,
  type PendingRequest,
} from './request.ts';

/** Raised when a document of an older version could be read as something that it does not say. */
export const REQUEST_VERSION = 1;

/** What was read, or why it is none; the problem continues "the file is damaged: ...". */
export type ReadDocument<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** A request as `schemas/request.schema.json` describes it. What is null is left out. */
export function requestForm(request: PendingRequest): Readonly<Record<string, unknown>> {
  const { id, sandbox, asked, first, last, count, why, because, nearest, policy, pid, audit, counted } =
    request;
  const { http } = asked;
  return {
    version: REQUEST_VERSION,
    id,
    sandbox,
    asked: {
      ...asked,
      http: http === null ? undefined : { ...http, operations: operationsForm(http.operations) },
    },
    first: timeText(first),
    last: timeText(last),
    count,
    why,
    because: because ?? undefined,
    nearest: nearest ?? undefined,
    protocol: request.protocol ?? undefined,
    policy,
    pid: pid ?? undefined,
    audit: audit === null ? undefined : { sequence: audit.sequence, digest: audit.digest },
    counted: counted ?? undefined,
  };
}

/** An answer as `schemas/request-answer.schema.json` describes it. */
export function answerForm(id: string, answer: Answer): Readonly<Record<string, unknown>> {
  const common = { version: REQUEST_VERSION, request: id, answer: answer.kind, by: answer.by };
  const at = timeText(answer.at);
  switch (answer.kind) {
    case 'denied':
      return { ...common, at, reason: answer.reason };
    case 'proposed':
      return { ...common, at, where: answer.where };
    case 'allowed':
      return { ...common, at, reason: answer.reason, until: timeText(answer.until) };
  }
}

export function overflowForm({ count, first, last, counted }: Overflow): Readonly<Record<string, unknown>> {
  return {
    version: REQUEST_VERSION,
    count,
    first: timeText(first),
    last: timeText(last),
    counted: counted ?? undefined,
  };
}

/** The one spelling of a document on the disk. */
export function documentText(form: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(form, null, 2)}\n`;
}

/** Reads a request strictly. Its id must be the one of what was asked, so that no file stands for another access. */
export function readRequest(written: string): ReadDocument<PendingRequest> {
  return read(written, requestOf, requestForm);
}

/** Reads an answer strictly, with the id of the request that it is about. */
export function readAnswer(written: string): ReadDocument<{ readonly id: string; readonly answer: Answer }> {
  return read(written, answerOf, ({ id, answer }) => answerForm(id, answer));
}

export function readOverflow(written: string): ReadDocument<Overflow> {
  return read(written, overflowOf, overflowForm);
}

function read<T>(
  written: string,
  of: (fields: Fields) => T,
  form: (value: T) => Readonly<Record<string, unknown>>,
): ReadDocument<T> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  try {
    const value = object((fields) => {
      const version = fields.required('version', count);
      if (version !== REQUEST_VERSION) {
        throw new NotTheForm(`its version is ${version}, and ${REQUEST_VERSION} is known`);
      }
      return of(fields);
    })(parsed, 'the document');
    // Twice the same key, or a number in another form: two readers could read two things.
    if (documentText(form(value)) !== written) return { ok: false, problem: 'it is not in its one spelling' };
    return { ok: true, value };
  } catch (error) {
    if (!(error instanceof NotTheForm)) throw error;
    return { ok: false, problem: error.message };
  }
}

const HIGHEST_PID = 0x7fff_ffff;
const count = integer(0);
const digest = matching(/^sha256:[0-9a-f]{64}$/, 'digest') as (value: unknown, name: string) => LineDigest;
const id = matching(REQUEST_ID, 'request such as `req-0123456789ab`');
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function timeText(time: number): string {
  return new Date(time).toISOString();
}

function time(value: unknown, name: string): number {
  const written = text(value, name);
  const read = TIME.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(read)) throw new NotTheForm(`${name} is no time such as \`2026-01-31T18:00:00.000Z\``);
  return read;
}

const asked = object((fields) => ({
  host: fields.required('host', text),
  port: fields.required('port', integer(LOWEST_PORT, HIGHEST_PORT)),
  binary: fields.required('binary', text),
  http: fields.optional(
    'http',
    object((inner) => ({
      method: inner.required('method', text),
      path: inner.required('path', text),
      operations: readOperations(inner),
    })),
  ),
}));

const nearest = object((fields) => ({
  id: fields.required('id', text),
  file: fields.required('file', text),
  line: fields.required('line', integer(1)),
  column: fields.required('column', integer(1)),
}));

const audit = object((fields) => ({
  sequence: fields.required('sequence', count),
  digest: fields.required('digest', digest),
}));

function requestOf(fields: Fields): PendingRequest {
  const request = {
    id: fields.required('id', id),
    sandbox: fields.required('sandbox', text),
    asked: fields.required('asked', asked),
    first: fields.required('first', time),
    last: fields.required('last', time),
    count: fields.required('count', integer(1)),
    why: fields.required('why', word(ASKABLE_REASONS)),
    because: fields.optional('because', text),
    nearest: fields.optional('nearest', nearest),
    protocol: fields.optional('protocol', word(ASKED_PROTOCOLS)),
    policy: fields.required('policy', digest),
    pid: fields.optional('pid', integer(1, HIGHEST_PID)),
    audit: fields.optional('audit', audit),
    counted: fields.optional('counted', count),
  };
  if (request.id !== requestId(request.sandbox, identityOf(request.asked))) {
    throw new NotTheForm('`id` is not the one of what was asked');
  }
  return request;
}

function answerOf(fields: Fields): { id: string; answer: Answer } {
  const kind = fields.required('answer', word(['denied', 'proposed', 'allowed'] as const));
  const common = { by: fields.required('by', text), at: fields.required('at', time) };
  const request = fields.required('request', id);
  switch (kind) {
    case 'denied':
      return { id: request, answer: { kind, ...common, reason: fields.required('reason', text) } };
    case 'proposed':
      return { id: request, answer: { kind, ...common, where: fields.required('where', text) } };
    case 'allowed': {
      const reason = fields.required('reason', text);
      return { id: request, answer: { kind, ...common, reason, until: fields.required('until', time) } };
    }
  }
}

function overflowOf(fields: Fields): Overflow {
  return {
    count: fields.required('count', integer(1)),
    first: fields.required('first', time),
    last: fields.required('last', time),
    counted: fields.optional('counted', count),
  };
}
