import type { Operations } from '../../../compiler/ir/operation.ts';
import { readMessages } from './json-rpc.ts';
import { knownMembers } from './members.ts';
import { CannotRead } from './reading.ts';
import type { InnerRequest } from './request.ts';
import { isObject, type JsonValue } from './strict-json.ts';

/**
 * The messages of MCP over its streamable HTTP transport (revisions 2025-03-26 to 2026-07-28): JSON-RPC 2.0, in which a
 * call of a tool names it. Headers that repeat what the body says must say the same, because a server may go by either.
 *
 * @throws CannotRead
 */
export function readMcp(value: JsonValue, { header }: InnerRequest): Operations {
  const operations = readMessages(value, toolOf);
  if (operations.kind !== 'only') return operations;
  const calls = operations.of.flatMap((one) => (one.kind === 'call' ? [one] : []));
  const methods = header('mcp-method');
  const names = header('mcp-name');
  if (methods.some((said) => calls.length !== 1 || calls[0]!.method !== said)) {
    throw new CannotRead('header-says-something-else');
  }
  // Of other methods it is the name of a prompt or a resource, which nothing is decided by.
  const isToolNamed = calls.length === 1 && calls[0]!.tool !== null;
  if (names.some((said) => isToolNamed && calls[0]!.tool !== decoded(said))) {
    throw new CannotRead('header-says-something-else');
  }
  return operations;
}

function toolOf(params: JsonValue | undefined): string {
  if (!isObject(params)) throw new CannotRead('tool-without-name');
  const { name } = knownMembers(params, ['name', 'arguments']);
  if (typeof name !== 'string' || name === '') throw new CannotRead('tool-without-name');
  return name;
}

const BASE64 = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/** Names that are no plain ASCII are sent as `=?base64?...?=` (MCP, revision 2026-07-28). */
function decoded(text: string): string {
  const [, encoded] = BASE64.exec(text) ?? [];
  return encoded === undefined ? text : Buffer.from(encoded, 'base64').toString('utf8');
}
