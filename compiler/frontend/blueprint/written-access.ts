import type { Located, Span } from '../../source/span.ts';
import type { GraphqlType } from './inner-protocol.ts';

/** What can be done to a file or folder, in the words of `right:` and of the command line. */
export const FILE_RIGHT_WORDS = [
  'read',
  'write',
  'execute',
  'list',
  'create',
  'create-folder',
  'create-link',
  'create-socket',
  'create-pipe',
  'create-character-device',
  'create-block-device',
  'remove',
  'remove-folder',
  'move',
  'truncate',
  'control',
] as const;
export type FileRightWord = (typeof FILE_RIGHT_WORDS)[number];

/**
 * One attempt as a person wrote it, in a test or on a command line, every value with its place. Whether it is an access
 * that can exist is found out in `ir/lower/access.ts`.
 */
export type WrittenAccess =
  | WrittenFileAccess
  | WrittenSyscall
  | WrittenIdentity
  | WrittenConnection
  | WrittenModelCall
  | WrittenResourceUse;

export interface WrittenFileAccess {
  readonly facet: 'filesystem';
  readonly span: Span;
  readonly right: Located<FileRightWord>;
  /** The path of the thing itself, also where it is made or removed. */
  readonly path: Located<string>;
}

export interface WrittenSyscall {
  readonly facet: 'syscalls';
  readonly span: Span;
  readonly name: Located<string>;
  readonly args: readonly Located<string | number>[];
}

export type WrittenIdentity = { readonly facet: 'process'; readonly span: Span } & (
  | { readonly environment: Located<string> }
  | { readonly user: Located<string | number> }
  | { readonly reaches: Located<'process-outside'> }
);

/** Without a method, a stream that nobody looks into; with one, a request, which has a path. */
export interface WrittenConnection {
  readonly facet: 'egress';
  readonly span: Span;
  readonly host: Located<string>;
  readonly port: Located<string | number>;
  readonly binary: Located<string>;
  readonly sha256: Located<string> | null;
  readonly method: Located<string> | null;
  /** With its query, as in a URL. */
  readonly path: Located<string> | null;
  readonly address: Located<string> | null;
  /** What the request asks for inside it; null for nothing. */
  readonly operation: WrittenOperation | null;
}

/** One thing that a request asks for; which of the parts go together is found out in `ir/lower/access-operation.ts`. */
export interface WrittenOperation {
  readonly rpcMethod: Located<string> | null;
  readonly tool: Located<string> | null;
  readonly operationType: Located<GraphqlType> | null;
  readonly operationName: Located<string> | null;
  readonly fields: Located<readonly Located<string>[]> | null;
  readonly upgrade: Located<true> | null;
  readonly message: Located<string> | null;
  readonly binaryMessage: Located<true> | null;
  /** Nobody can read the body. */
  readonly unread: Located<true> | null;
}

export interface WrittenModelCall {
  readonly facet: 'inference';
  readonly span: Span;
  readonly route: Located<string>;
  readonly model: Located<string>;
}

export interface WrittenResourceUse {
  readonly facet: 'resources';
  readonly span: Span;
  readonly limit: Located<string>;
  /** A number, or a number with a unit where a person typed it: `1GiB`. */
  readonly amount: Located<string | number>;
}
