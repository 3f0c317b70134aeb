import type { Glob } from '../domain/glob.ts';
import type { GraphqlType } from '../frontend/blueprint/inner-protocol.ts';
import type { Extent } from './extent.ts';

/**
 * One thing that a request asks for inside it: what its body, its query or a message on a WebSocket says. Everything is a
 * plain value, as in an access.
 */
export type Operation =
  /** The request asks to become a WebSocket. */
  | { readonly kind: 'upgrade' }
  /** One message from the agent on a WebSocket that the request has opened; null for one that is no text. */
  | { readonly kind: 'message'; readonly text: string | null }
  /** A call or a notification of JSON-RPC 2.0. The tool is `params.name` of MCP's `tools/call`, and null for any other. */
  | { readonly kind: 'call'; readonly method: string; readonly tool: string | null }
  /** An answer of JSON-RPC to what the server has asked: it asks for nothing itself. */
  | { readonly kind: 'answer' }
  /** An operation of GraphQL by its fields at the top, fragments and aliases resolved; null where it has no name. */
  | {
      readonly kind: 'graphql';
      readonly type: GraphqlType;
      readonly name: string | null;
      readonly fields: readonly [string, ...string[]];
    };

/**
 * What a request asks for. `all`: nobody has read it, so it may ask for anything. `none`: it was looked at and asks for
 * nothing, such as a GET that opens a stream. `only`: all of these; a batch has several.
 */
export type Operations = Extent<readonly [Operation, ...Operation[]]>;

/** The method whose `params.name` is a tool (MCP, `tools/call`). */
export const TOOL_METHOD = 'tools/call';

/** What a rule says about operations of one kind. */
export type OperationSet =
  /** `opens`: the upgrade itself is meant, beside the messages. */
  | {
      readonly kind: 'websocket';
      readonly opens: boolean;
      readonly text: Extent<Glob>;
      readonly binary: boolean;
    }
  /** Where the tool is `only`, calls of other methods are not meant. */
  | { readonly kind: 'call'; readonly method: Extent<Glob>; readonly tool: Extent<Glob> }
  | {
      readonly kind: 'graphql';
      readonly types: readonly GraphqlType[];
      readonly name: Extent<Glob>;
      readonly fields: Extent<readonly Glob[]>;
    };
