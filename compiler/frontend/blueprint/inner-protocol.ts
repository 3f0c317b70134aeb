/** Protocols inside HTTP whose requests and messages can be told apart. */
export const INNER_PROTOCOLS = ['websocket', 'json-rpc', 'mcp', 'graphql'] as const;
export type InnerProtocol = (typeof INNER_PROTOCOLS)[number];

/** Types of operations (GraphQL specification, October 2021, section 2.3). */
export const GRAPHQL_TYPES = ['query', 'mutation', 'subscription'] as const;
export type GraphqlType = (typeof GRAPHQL_TYPES)[number];
