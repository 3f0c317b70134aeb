import { only } from '../../../compiler/ir/extent.ts';
import { type Operation, type Operations, TOOL_METHOD } from '../../../compiler/ir/operation.ts';
import { knownMembers } from './members.ts';
import { CannotRead } from './reading.ts';
import { isObject, type JsonValue } from './strict-json.ts';

/** A longer batch is refused: each member is decided by itself. */
const LONGEST_BATCH = 64;
/** Longer than any name of a method or a tool, and short enough that each is written into the log whole. */
const LONGEST_NAME = 512;
const MEMBERS = ['jsonrpc', 'method', 'params', 'id', 'result', 'error'] as const;

/**
 * The messages of a body of JSON-RPC 2.0 (its specification, sections 4 to 6). The tool is read by `withTool`, which also
 * says whether there has to be one.
 *
 * @throws CannotRead
 */
export function readMessages(
  value: JsonValue,
  withTool: (params: JsonValue | undefined) => string | null,
): Operations {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > LONGEST_BATCH) throw new CannotRead('batch-size');
  const [first, ...others] = list.map((one) => readMessage(one as JsonValue, withTool));
  return only([first!, ...others] as const);
}

function readMessage(
  value: JsonValue,
  withTool: (params: JsonValue | undefined) => string | null,
): Operation {
  if (!isObject(value)) throw new CannotRead('not-json-rpc');
  const { jsonrpc, method, params, id, result, error } = knownMembers(value, MEMBERS);
  const isMessage = jsonrpc === '2.0' && isId(id);
  if (!isMessage) throw new CannotRead('not-json-rpc');
  if (method === undefined) {
    const isAnswer =
      (result === undefined) !== (error === undefined) && id !== undefined && params === undefined;
    if (!isAnswer) throw new CannotRead('not-json-rpc');
    return { kind: 'answer' };
  }
  const isCall =
    typeof method === 'string' && result === undefined && error === undefined && isParams(params);
  if (!isCall) throw new CannotRead('not-json-rpc');
  const tool = method === TOOL_METHOD ? withTool(params) : null;
  if (Math.max(method.length, tool?.length ?? 0) > LONGEST_NAME) throw new CannotRead('too-large');
  return { kind: 'call', method, tool };
}

function isId(id: JsonValue | undefined): boolean {
  return id === undefined || id === null || typeof id === 'string' || typeof id === 'number';
}

function isParams(params: JsonValue | undefined): boolean {
  return params === undefined || Array.isArray(params) || isObject(params);
}
