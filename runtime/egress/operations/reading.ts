import type { Operations } from '../../../compiler/ir/operation.ts';

/** Why nobody can say what a request asks for. */
export type Unreadable =
  | 'too-large'
  | 'encoded-body'
  | 'content-type'
  | 'method'
  | 'empty-body'
  | 'not-utf8'
  | 'not-json'
  | 'too-deep'
  | 'key-twice'
  | 'key-in-another-case'
  | 'half-a-character'
  | 'batch-size'
  | 'not-json-rpc'
  | 'tool-without-name'
  | 'header-says-something-else'
  | 'not-graphql'
  | 'persisted-query'
  | 'said-twice'
  | 'no-such-operation'
  | 'fragment'
  | 'upgrade';

/** What a request asks for, or why that cannot be read; with the status of HTTP that says so to the client. */
export type Reading =
  | { readonly ok: true; readonly operations: Operations }
  | { readonly ok: false; readonly why: Unreadable; readonly status: 400 | 413 | 415 };

const STATUS: Partial<Readonly<Record<Unreadable, 413 | 415>>> = {
  'too-large': 413,
  'encoded-body': 415,
  'content-type': 415,
};

/** Stops a reading, and says why. Never leaves this folder. */
export class CannotRead extends Error {
  readonly why: Unreadable;

  constructor(why: Unreadable) {
    super(why);
    this.why = why;
  }
}

/** What was read, or why it was not. */
export function readingOf(read: () => Operations): Reading {
  try {
    return { ok: true, operations: read() };
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
    return { ok: false, why: error.why, status: STATUS[error.why] ?? 400 };
  }
}
