import {
  operationAccessWord,
  operationToolWithoutCall,
  operationUnnamed,
} from '../../diagnostics/catalog/operations.ts';
import { type GlobKind, globMatches } from '../../domain/glob.ts';
import {
  ALL_METHODS,
  type MethodSet,
  methodIndex,
  methodsInclude,
  NO_METHODS,
  parseMethod,
} from '../../domain/method.ts';
import type { RequestRule } from '../../frontend/blueprint/blueprint.ts';
import {
  GRAPHQL_TYPES,
  type GraphqlType,
  type InnerProtocol,
} from '../../frontend/blueprint/inner-protocol.ts';
import type { Located, Span } from '../../source/span.ts';
import type { HttpRule } from '../egress.ts';
import { ALL, type Extent, NONE, only } from '../extent.ts';
import { type OperationSet, TOOL_METHOD } from '../operation.ts';
import { globOf } from './glob.ts';
import type { Lowering } from './lowering.ts';

/** The methods of HTTP that carry operations, where a rule names none. */
const METHODS: Readonly<Record<InnerProtocol, readonly string[]>> = {
  // RFC 6455 section 4.1
  websocket: ['GET'],
  // By JSON-RPC over HTTP, and the streamable HTTP transport of MCP.
  'json-rpc': ['POST'],
  mcp: ['POST'],
  // GraphQL over HTTP
  graphql: ['GET', 'POST'],
};

/** A key by which each protocol can name everything. */
const KEYS: Readonly<Record<InnerProtocol, string>> = {
  websocket: 'message',
  'json-rpc': 'rpc_method',
  mcp: 'rpc_method',
  graphql: 'operation_type',
};

export function methodsOfProtocol(protocol: InnerProtocol | null): MethodSet {
  if (protocol === null) return ALL_METHODS;
  return METHODS[protocol].reduce((set, name) => set | (2 ** methodIndex(name)!), NO_METHODS);
}

export function methodsNamed(names: readonly string[]): MethodSet {
  return names.reduce((set, name) => {
    const parsed = parseMethod(name);
    return parsed.ok ? set | parsed.methods : set;
  }, NO_METHODS);
}

/** What a rule of `rules` allows inside a request. A message is sent on a WebSocket, which has to be opened. */
export function allowedOperations(
  rule: RequestRule,
  protocol: InnerProtocol | null,
  lowering: Lowering,
): Extent<OperationSet> {
  if (protocol === null) return ALL;
  const named = namedOperations(rule, protocol, lowering);
  if (protocol === 'websocket') return only({ ...(named ?? NO_MESSAGE), opens: true } as OperationSet);
  if (named !== null) return only(named);
  reportUnnamed(rule, protocol, lowering);
  return NONE;
}

const NO_MESSAGE: OperationSet = { kind: 'websocket', opens: false, text: NONE, binary: false };

/** What a rule of `deny_rules` refuses inside a request: without a word about it, everything. */
export function deniedOperations(
  rule: RequestRule,
  protocol: InnerProtocol | null,
  lowering: Lowering,
): Extent<OperationSet> {
  const named = protocol === null ? null : namedOperations(rule, protocol, lowering);
  return named === null ? ALL : only(named);
}

/** The access words beside a protocol inside HTTP ("Access Presets" of OpenShell's policy schema reference). */
export function operationsOfAccess(
  access: 'read-only' | 'read-write',
  span: Span,
  protocol: InnerProtocol,
  lowering: Lowering,
): Extent<readonly HttpRule[]> {
  const methods = methodsOfProtocol(protocol);
  const rule = (set: OperationSet): HttpRule => ({ methods, path: ALL, query: [], operations: only(set) });
  if (protocol === 'graphql') {
    const types: readonly GraphqlType[] = access === 'read-only' ? ['query'] : ['query', 'mutation'];
    return only([rule({ kind: 'graphql', types, name: ALL, fields: ALL })]);
  }
  if (protocol === 'websocket') {
    const text = access === 'read-only' ? NONE : ALL;
    return only([rule({ kind: 'websocket', opens: true, text, binary: false })]);
  }
  lowering.report(operationAccessWord, span, { access, protocol });
  return NONE;
}

function namedOperations(
  rule: RequestRule,
  protocol: InnerProtocol,
  lowering: Lowering,
): OperationSet | null {
  switch (protocol) {
    case 'websocket':
      return messages(rule, lowering);
    case 'graphql':
      return graphql(rule, lowering);
    default:
      return calls(rule, lowering);
  }
}

function calls({ rpcMethod, tool }: RequestRule, lowering: Lowering): OperationSet | null {
  if (rpcMethod === null && tool === null) return null;
  const method = globExtent(rpcMethod, 'text', lowering);
  const isLost = tool !== null && method.kind === 'only' && !globMatches(method.of, TOOL_METHOD);
  if (isLost) lowering.report(operationToolWithoutCall, rpcMethod!.span, { method: rpcMethod!.value });
  return { kind: 'call', method, tool: globExtent(tool, 'text', lowering) };
}

function graphql(rule: RequestRule, lowering: Lowering): OperationSet | null {
  const { operationType, operationName, fields } = rule;
  if (operationType === null && operationName === null && fields === null) return null;
  const word = operationType?.value ?? '*';
  const patterns = fields?.value.flatMap((field) => globOf(field, 'field', lowering) ?? []);
  return {
    kind: 'graphql',
    types: word === '*' ? GRAPHQL_TYPES : [word],
    name: globExtent(operationName, 'operation', lowering),
    fields: patterns === undefined ? ALL : only(patterns),
  };
}

function messages({ message, binaryMessages }: RequestRule, lowering: Lowering): OperationSet | null {
  const takesBinary = binaryMessages?.value === true;
  if (message === null && !takesBinary) return null;
  const text = message === null ? NONE : globExtent(message, 'message', lowering);
  return { kind: 'websocket', opens: false, text, binary: takesBinary };
}

function globExtent(text: Located<string> | null, kind: GlobKind, lowering: Lowering) {
  const glob = text === null ? null : globOf(text, kind, lowering);
  return glob === null ? ALL : only(glob);
}

/** A GET or a DELETE asks for nothing inside; a rule for POST that names nothing was meant otherwise. */
function reportUnnamed({ method, span }: RequestRule, protocol: InnerProtocol, lowering: Lowering): void {
  const methods = method === null ? methodsOfProtocol(protocol) : methodsNamed([method.value]);
  if (!methodsInclude(methods, methodIndex('POST')!)) return;
  lowering.report(operationUnnamed, span, { protocol, key: KEYS[protocol] });
}
