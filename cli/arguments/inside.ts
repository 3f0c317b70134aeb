import { type Command, Option } from 'commander';
import { GRAPHQL_TYPES, type GraphqlType } from '../../compiler/frontend/blueprint/inner-protocol.ts';

/** What a request asks for inside it, as it was typed. */
export interface InsideWords {
  readonly rpcMethod: string | null;
  readonly tool: string | null;
  readonly graphql: GraphqlType | null;
  readonly operationName: string | null;
  readonly fields: readonly string[];
  readonly upgrade: boolean;
  readonly message: string | null;
  readonly binaryMessage: boolean;
  readonly unread: boolean;
}

/** What commander makes of the options. */
export interface InsideValues {
  readonly rpcMethod?: string;
  readonly tool?: string;
  readonly graphql?: GraphqlType;
  readonly operationName?: string;
  readonly field?: readonly string[];
  readonly upgrade?: boolean;
  readonly message?: string;
  readonly binaryMessage?: boolean;
  readonly unread?: boolean;
}

/** The options that say what METHOD URL asks for inside; without any, nothing. */
export function withInsideOptions(command: Command): Command {
  return command
    .option('--rpc-method <name>', 'the request calls a method of JSON-RPC or MCP')
    .option('--tool <name>', 'the request calls a tool of MCP')
    .addOption(new Option('--graphql <type>', 'it holds an operation of GraphQL').choices(GRAPHQL_TYPES))
    .option('--operation-name <name>', 'name of that operation')
    .option('--field <name...>', 'fields at the top of that operation')
    .option('--upgrade', 'the request asks to become a WebSocket')
    .option('--message <text>', 'a text that is sent on the WebSocket that it became')
    .option('--binary-message', 'a message that is no text is sent there')
    .option('--unread', 'the body of the request cannot be read');
}

/** Null where none of the options is given. */
export function insideOf(values: InsideValues): InsideWords | null {
  const inside: InsideWords = {
    rpcMethod: values.rpcMethod ?? null,
    tool: values.tool ?? null,
    graphql: values.graphql ?? null,
    operationName: values.operationName ?? null,
    fields: values.field ?? [],
    upgrade: values.upgrade === true,
    message: values.message ?? null,
    binaryMessage: values.binaryMessage === true,
    unread: values.unread === true,
  };
  const { fields, ...others } = inside;
  const isAsked = fields.length > 0 || Object.values(others).some((one) => one !== null && one !== false);
  return isAsked ? inside : null;
}
