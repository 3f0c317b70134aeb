import type { InnerProtocol } from '../../../compiler/ir/egress.ts';
import { ALL, NONE, only } from '../../../compiler/ir/extent.ts';
import type { Operation, Operations } from '../../../compiler/ir/operation.ts';
import { LARGEST_BODY, mediaTypeOf } from './content.ts';
import { readGraphql } from './graphql.ts';
import { readMessages } from './json-rpc.ts';
import { readMcp } from './mcp.ts';
import { CannotRead, type Reading, readingOf } from './reading.ts';
import type { InnerRequest } from './request.ts';
import { isObject, type JsonValue, parseStrictJson, textOf } from './strict-json.ts';

/** What to decide about. */
export interface AskedOperations {
  readonly operations: Operations;
  /**
   * Why nobody can say what is asked for; the operations are `all` then, which entries that look into requests refuse. An
   * `upgrade` that cannot be read is to be refused without asking: nothing that is not HTTP may follow a plain request.
   */
  readonly unreadable: Extract<Reading, { ok: false }> | null;
}

/**
 * What a request asks for, as `decideEgress` wants to know it.
 *
 * @param protocols as `EgressIndex.protocolsFor` names them; a request must be read by each, because the server may
 */
export function operationsAsked(protocols: readonly InnerProtocol[], request: InnerRequest): AskedOperations {
  // Whatever the entries say, a connection that stops being HTTP is told from one that stays.
  if (request.header('upgrade').length > 0) return askedOf([readOperations('websocket', request)]);
  const readings = protocols
    .filter((protocol) => protocol !== 'websocket')
    .map((protocol) => readOperations(protocol, request));
  return askedOf(readings);
}

function askedOf(readings: readonly Reading[]): AskedOperations {
  const all: Operations[] = [];
  for (const reading of readings) {
    if (!reading.ok) return { operations: ALL, unreadable: reading };
    all.push(reading.operations);
  }
  const [first = ALL, ...others] = all;
  return { operations: others.reduce(both, first), unreadable: null };
}

/** What is read as two things has to be allowed as either. */
function both(one: Operations, other: Operations): Operations {
  if (one.kind === 'all' || other.kind === 'all') return ALL;
  if (one.kind === 'none' && other.kind === 'none') return NONE;
  const [first, ...more] = [...listOf(one), ...listOf(other)];
  return only([first!, ...more] as const);
}

function listOf(operations: Operations): readonly Operation[] {
  return operations.kind === 'only' ? operations.of : [{ kind: 'answer' }];
}

/**
 * What a request asks for by one protocol inside HTTP. Never throws, and takes time in proportion to the body.
 */
export function readOperations(protocol: InnerProtocol, request: InnerRequest): Reading {
  return readingOf(() => READERS[protocol](request));
}

/** One whole message on a WebSocket, put together from its frames, without extensions such as compression. */
export function readMessage(data: Uint8Array, isBinary: boolean): Reading {
  return readingOf(() => {
    if (data.length > LARGEST_BODY) throw new CannotRead('too-large');
    return only([{ kind: 'message', text: isBinary ? null : textOf(data) }] as const);
  });
}

const READERS: Readonly<Record<InnerProtocol, (request: InnerRequest) => Operations>> = {
  'json-rpc': (request) => (asksNothing(request) ? NONE : readMessages(jsonBody(request), toolIfNamed)),
  mcp: (request) => (asksNothing(request) ? NONE : readMcp(jsonBody(request), request)),
  graphql: readGraphql,
  websocket: readUpgrade,
};

/** A GET opens a stream of events, a DELETE ends a session. With a body they would be something nobody knows. */
function asksNothing({ method, body }: InnerRequest): boolean {
  if (method === 'POST') return false;
  if (body.length > 0) throw new CannotRead('method');
  return true;
}

function jsonBody(request: InnerRequest): JsonValue {
  if (mediaTypeOf(request) !== 'application/json') throw new CannotRead('content-type');
  return parseStrictJson(textOf(request.body));
}

/** Beside plain JSON-RPC a tool is only a parameter like others. */
function toolIfNamed(params: JsonValue | undefined): string | null {
  const name = isObject(params) ? params.get('name') : undefined;
  return typeof name === 'string' ? name : null;
}

/** The opening of a WebSocket (RFC 6455 section 4.2.1), and nothing that looks like it only to some. */
function readUpgrade({ method, header, body }: InnerRequest): Operations {
  const isOne = (name: string, value: string) => {
    const values = header(name);
    return values.length === 1 && values[0]!.trim().toLowerCase() === value;
  };
  const connection = header('connection').flatMap((value) => value.toLowerCase().split(','));
  const isUpgrade =
    method === 'GET' &&
    body.length === 0 &&
    isOne('upgrade', 'websocket') &&
    isOne('sec-websocket-version', '13') &&
    connection.some((option) => option.trim() === 'upgrade');
  if (!isUpgrade) throw new CannotRead('upgrade');
  return only([{ kind: 'upgrade' }] as const);
}
