import { entry } from '../entry.ts';

// What rules say about the things that requests ask for inside them.

type Nothing = Record<string, never>;

export const operationForeignKey = entry<{ key: string; protocol: string; protocols: readonly string[] }>(
  'NC2380',
  'operations/key-of-another-protocol',
  'error',
  {
    message: ({ key, protocol }) => `\`${key}\` says nothing about requests of \`protocol: ${protocol}\``,
    help: ({ key, protocols }) => {
      const words = protocols.map((one) => `\`protocol: ${one}\``).join(' or ');
      return `write ${words} on the endpoint, or remove \`${key}\``;
    },
    explanation:
      'Bodies and messages are only read where the endpoint names the protocol that they are in. `rpc_method` belongs to ' +
      '`json-rpc` and `mcp`, `tool` to `mcp`, `operation_type`, `operation_name` and `fields` to `graphql`, `message` and ' +
      '`binary_messages` to `websocket`. Elsewhere such a key would look like a restriction and enforce nothing.',
  },
);

export const operationNoMethod = entry<Nothing>('NC2381', 'operations/no-method', 'error', {
  message: () => 'this rule says no `method`',
  help: () => 'add a method such as `method: GET`, or `method: "*"` for all of them',
  explanation:
    'A rule about plain HTTP says which methods it is about, because reading and writing differ by nothing else. Only where ' +
    'an endpoint has a protocol inside HTTP may the method be left out: it is then the one that the protocol uses.',
});

export const operationAccessWord = entry<{ access: string; protocol: string }>(
  'NC2382',
  'operations/access-without-meaning',
  'error',
  {
    message: ({ access, protocol }) => `\`access: ${access}\` says nothing about \`protocol: ${protocol}\``,
    help: () => 'list what may be called under `rules`, or write `access: full` for everything',
    explanation:
      'Whether a call of JSON-RPC or a tool of MCP reads or writes cannot be seen from outside: its name is all there is. So ' +
      'only `full` means something there, and everything less is a list of rules.',
  },
);

export const operationToolWithoutCall = entry<{ method: string }>(
  'NC2383',
  'operations/tool-of-another-call',
  'error',
  {
    message: ({ method }) =>
      `\`rpc_method: ${method}\` does not match \`tools/call\`, the only call with a \`tool\``,
    help: () => 'remove `rpc_method` from the rule, or `tool`',
    explanation:
      'In MCP a tool is called by the method `tools/call`, and its name is in the parameters. A rule that asks for another ' +
      'method and for a tool holds for no request.',
  },
);

export const operationsAsked = entry<{ keys: readonly string[] }>(
  'NC2385',
  'operations/several-asked',
  'error',
  {
    message: ({ keys }) => `${keys.map((key) => `\`${key}\``).join(' and ')} ask for different things`,
    help: () => 'ask for one thing at a time',
    explanation:
      'One access is one call of JSON-RPC, one operation of GraphQL, one message on a WebSocket, its opening, or a request ' +
      'whose body cannot be read.',
  },
);

export const operationIncomplete = entry<{ given: string; missing: string }>(
  'NC2386',
  'operations/incomplete',
  'error',
  {
    message: ({ given, missing }) => `\`${given}\` without \`${missing}\` is not a whole operation`,
    help: ({ missing }) => `add \`${missing}\``,
    explanation:
      'What is asked for inside a request is part of a request, so it needs a method and a path. An operation of GraphQL has a ' +
      'type and at least one field at the top.',
  },
);

export const operationName = entry<{ text: string }>('NC2387', 'operations/no-name', 'error', {
  message: ({ text }) => `\`${text}\` is not a name of GraphQL`,
  help: () => 'write letters, digits and `_`, and no digit first',
  explanation:
    'Operations and fields of GraphQL have names of letters, digits and `_`. An access names one of them, and no pattern.',
});

export const operationUnnamed = entry<{ protocol: string; key: string }>(
  'NC2384',
  'operations/nothing-named',
  'warning',
  {
    message: ({ protocol }) =>
      `this rule allows no operation of \`protocol: ${protocol}\`, only requests without one`,
    help: ({ key }) => `name what may be asked for, such as \`${key}: "*"\` for everything`,
    explanation:
      'Nothing is allowed that is not named. Beside a protocol inside HTTP, a rule that names no operation is about requests ' +
      'that carry none: a GET that opens the stream of events of MCP, or the DELETE that ends its session.',
  },
);
