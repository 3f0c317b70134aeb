import type { InnerProtocol } from '../../../compiler/ir/egress.ts';
import type { Operations } from '../../../compiler/ir/operation.ts';

/** Methods of MCP (2025-06-18), which are methods of JSON-RPC as well; tools are its own. */
const MCP =
  /^(?:initialize|ping|(?:tools|resources|prompts|logging|completion|sampling|roots|elicitation|notifications)\/.+)$/;

/** The protocol that what was asked for inside a request belongs to; null where nobody has read it or nothing was. */
export function protocolOf(operations: Operations): InnerProtocol | null {
  if (operations.kind !== 'only') return null;
  const [first] = operations.of;
  switch (first.kind) {
    case 'upgrade':
    case 'message':
      return 'websocket';
    case 'graphql':
      return 'graphql';
    case 'answer':
      return 'json-rpc';
    case 'call': {
      const isMcp = operations.of.every(
        (one) => one.kind !== 'call' || one.tool !== null || MCP.test(one.method),
      );
      return isMcp ? 'mcp' : 'json-rpc';
    }
  }
}
