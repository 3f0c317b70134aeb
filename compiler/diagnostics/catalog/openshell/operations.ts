import { entry } from '../../entry.ts';

// What OpenShell's rules about WebSocket, GraphQL, MCP and JSON-RPC mean differently here.

type Nothing = Record<string, never>;

export const openshellParameters = entry<{ key: string }>('NC2400', 'openshell/parameters', 'warning', {
  message: ({ key }) => `\`${key}\` cannot be looked at here, so the rule is left out or denies more`,
  help: () => 'write a rule that does without it',
  explanation:
    'Of the parameters of a call a blueprint knows the name of the tool and nothing else. A rule that allows a call with ' +
    'certain parameters is left out, and one that denies it denies the call whatever its parameters are.',
});

export const openshellToolWildcard = entry<{ pattern: string }>(
  'NC2401',
  'openshell/tool-wildcard',
  'warning',
  {
    message: ({ pattern }) => `the wildcard in \`${pattern}\` also stands for a \`.\` here`,
    help: () => 'name the tools one by one where their names have dots',
    explanation:
      'OpenShell takes the name of a tool apart at its dots, and `*` stays within one part: `github.*` does not match ' +
      '`github.search.code`. In a blueprint `*` in a name is any text.',
  },
);

export const openshellRevisions = entry<Nothing>('NC2402', 'openshell/mcp-revisions', 'note', {
  message: () => 'revisions of MCP are not told apart here',
  explanation:
    'OpenShell checks each request by one revision of MCP and refuses methods that the revision does not have. Here a request ' +
    'is allowed by its method and tool alone. Batches are read, and each call in them must be allowed.',
});

export const openshellMcpSession = entry<Nothing>('NC2403', 'openshell/mcp-session', 'note', {
  message: () => 'requests of MCP that carry no call, GET and DELETE, are refused unless a rule names them',
  help: () =>
    'in a blueprint, add `- allow: { method: GET }` for the stream of events and `{ method: DELETE }`',
  explanation:
    'Rules of OpenShell speak of calls alone. A client of MCP may also open a stream of events by GET, and end its session by ' +
    'DELETE. In a blueprint what no rule allows is refused; clients go on without the two.',
});

export const openshellNoOperation = entry<{ missing: string }>(
  'NC2404',
  'openshell/rule-without-operation',
  'error',
  {
    message: ({ missing }) => `this rule says no \`${missing}\``,
    help: ({ missing }) => `write the \`${missing}\` that is meant`,
    explanation:
      'OpenShell refuses a rule that lacks it. In a blueprint the rule would mean something: everything, or nothing at all.',
  },
);

export const openshellFieldsApart = entry<Nothing>('NC2405', 'openshell/fields-apart', 'warning', {
  message: () => 'one operation may be allowed by several of these rules here, each for some of its fields',
  help: () => 'put fields that may be asked for together into one rule, and no others',
  explanation:
    'OpenShell allows an operation of GraphQL when all its fields match one rule. In a blueprint each field is decided by ' +
    'itself: where one rule allows `a` and another `b`, an operation may ask for both.',
});

export const openshellPersisted = entry<Nothing>('NC2406', 'openshell/persisted-queries', 'warning', {
  message: () => 'requests that only name a document by its hash are refused here',
  help: () => 'let the client send the document itself',
  explanation:
    'OpenShell can hold a list of documents that the server keeps, and what each asks for. Here what a request asks for is ' +
    'read from the request, so one without a document is refused.',
});

export const openshellMessages = entry<{ what: string }>('NC2407', 'openshell/websocket-rule', 'warning', {
  message: ({ what }) => `${what}, so this rule is left out`,
  help: () => 'write a rule for `GET` and one for `WEBSOCKET_TEXT` with the same path',
  explanation:
    'A WebSocket is opened by a request, and text is sent on it afterwards. A rule for text alone grants nothing under ' +
    'OpenShell unless another lets it be opened; in a blueprint it would do both. Operations of GraphQL on a WebSocket are ' +
    'not read here.',
});

export const openshellBesideUnread = entry<{ host: string; protocol: string }>(
  'NC2408',
  'openshell/read-beside-unread',
  'error',
  {
    message: ({ host, protocol }) =>
      `another endpoint for \`${host}\` would let requests of \`protocol: ${protocol}\` through unread`,
    help: () => 'narrow the paths of the other endpoint so that it does not cover this one',
    explanation:
      'In OpenShell the endpoint with the most special `path` decides alone. In a blueprint grants add up, so an endpoint that ' +
      'does not read what requests ask for would undo the rules of the one that does.',
  },
);

export const openshellBinary = entry<Nothing>('NC2409', 'openshell/binary-messages', 'note', {
  message: () => 'messages on a WebSocket that are no text are refused here',
  help: () => 'in a blueprint, add `binary_messages: true` to the rule',
  explanation:
    'OpenShell lets binary messages pass without looking at them. In a blueprint a message that nobody can read is refused ' +
    'unless a rule says otherwise.',
});
