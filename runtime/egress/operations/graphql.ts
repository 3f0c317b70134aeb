import { createHash } from 'node:crypto';
import { only } from '../../../compiler/ir/extent.ts';
import type { Operation, Operations } from '../../../compiler/ir/operation.ts';
import { mediaTypeOf } from './content.ts';
import { readDocument } from './graphql-document.ts';
import { knownMembers } from './members.ts';
import { CannotRead } from './reading.ts';
import type { InnerRequest } from './request.ts';
import { isObject, type JsonValue, parseStrictJson, textOf } from './strict-json.ts';

const LONGEST_BATCH = 64;
const PARAMETERS = ['query', 'operationName', 'variables', 'extensions'] as const;
/** Names by which servers know a document that they keep (Apollo, Relay, WPGraphQL, Hasura). */
const KEPT_DOCUMENTS = [
  'id',
  'hash',
  'documentId',
  'doc_id',
  'queryId',
  'operationId',
  'sha256Hash',
  'operationHash',
];

/** One request of GraphQL over HTTP, with what is not there left undefined. */
type Asked = Readonly<Partial<Record<(typeof PARAMETERS)[number], JsonValue>>>;

/**
 * The operations of a request of GraphQL over HTTP: in the query of a GET, or in the body of a POST as JSON, one or a
 * batch, or as the document alone. A document that the server keeps and the request only names cannot be read.
 *
 * @throws CannotRead
 */
export function readGraphql(request: InnerRequest): Operations {
  const asked = request.method === 'POST' ? inBody(request) : [inQuery(request)];
  const [first, ...others] = asked.flatMap(operationsOf);
  if (first === undefined) throw new CannotRead('not-graphql');
  return only([first, ...others] as const);
}

function inQuery({ method, query, body }: InnerRequest): Asked {
  if (method !== 'GET' || body.length > 0) throw new CannotRead('method');
  const given = new Map<string, JsonValue>();
  for (const [name, value] of query) {
    if (given.has(name)) throw new CannotRead('said-twice');
    given.set(name, value);
  }
  const { query: document, operationName, variables, extensions } = parametersOf(given);
  return {
    ...(document === undefined ? {} : { query: document }),
    ...(operationName === undefined ? {} : { operationName }),
    ...(variables === undefined ? {} : { variables: parseStrictJson(variables as string) }),
    ...(extensions === undefined ? {} : { extensions: parseStrictJson(extensions as string) }),
  };
}

function inBody(request: InnerRequest): readonly Asked[] {
  const inUrl = new Map(request.query.map(([name]) => [name, null]));
  if (Object.keys(parametersOf(inUrl)).length > 0) throw new CannotRead('said-twice');
  const media = mediaTypeOf(request);
  const text = textOf(request.body);
  if (media === 'application/graphql') return [{ query: text }];
  if (media !== 'application/json') throw new CannotRead('content-type');
  const value = parseStrictJson(text);
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (list.length === 0 || list.length > LONGEST_BATCH) throw new CannotRead('batch-size');
  return list.map((one) => {
    if (!isObject(one)) throw new CannotRead('not-graphql');
    return parametersOf(one);
  });
}

/** What else is there does not matter, unless a server could take it for a document. */
function parametersOf(given: ReadonlyMap<string, JsonValue>): Asked {
  const { query, operationName, variables, extensions, ...kept } = knownMembers(given, [
    ...PARAMETERS,
    ...KEPT_DOCUMENTS,
  ]) as Record<string, JsonValue>;
  if (Object.keys(kept).length > 0) throw new CannotRead('persisted-query');
  const found = { query, operationName, variables, extensions };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Asked;
}

function operationsOf({ query, operationName, variables, extensions }: Asked): readonly Operation[] {
  if (query === undefined && extensions !== undefined) throw new CannotRead('persisted-query');
  if (typeof query !== 'string' || !isNullable(variables, isObject)) throw new CannotRead('not-graphql');
  if (!isNullable(operationName, (name) => typeof name === 'string')) throw new CannotRead('not-graphql');
  refuseKeptDocument(query, extensions);
  const operations = readDocument(query);
  const isMeant = (operation: Operation) => operation.kind === 'graphql' && operation.name === operationName;
  const isNamed = operationName !== undefined && operationName !== null;
  // Without a name a server takes the only one.
  if (isNamed ? !operations.some(isMeant) : operations.length > 1) throw new CannotRead('no-such-operation');
  return operations;
}

function isNullable(value: JsonValue | undefined, isRight: (value: JsonValue) => boolean): boolean {
  return value === undefined || value === null || isRight(value);
}

/** A hash beside the document must be the hash of it: a server may go by either. */
function refuseKeptDocument(query: string, extensions: JsonValue | undefined): void {
  if (extensions === undefined || extensions === null) return;
  if (!isObject(extensions)) throw new CannotRead('not-graphql');
  const { persistedQuery } = knownMembers(extensions, ['persistedQuery']);
  if (persistedQuery === undefined) return;
  const hash = isObject(persistedQuery) ? persistedQuery.get('sha256Hash') : undefined;
  if (hash !== createHash('sha256').update(query).digest('hex')) throw new CannotRead('persisted-query');
}
