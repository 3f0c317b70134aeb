import { entry } from '../../entry.ts';

// What of OpenShell's language is refused rather than read in a way that somebody did not mean.

type Nothing = Record<string, never>;

export const pathInBothLists = entry<{ path: string }>('NC1250', 'openshell/path-in-both-lists', 'error', {
  message: ({ path }) => `\`${path}\` is both read-only and read-write`,
  help: () => 'keep it in one of the two lists',
  explanation:
    'OpenShell hands both lists to Landlock, whose rules add up, so the path ends up writable and the read-only line is ' +
    'decoration. Which of the two was meant cannot be known, so the file is refused until it says one thing.',
});

export const hostMissing = entry<Nothing>('NC1251', 'openshell/host-missing', 'error', {
  message: () => 'an endpoint without `host` lets every name through on its port',
  help: () => 'write the `host` that is meant',
  explanation:
    'OpenShell accepts an endpoint without a host when it has `allowed_ips`, and then any name may be asked for as long ' +
    'as it resolves into those blocks. A grant that names no host cannot be reviewed, and a name that an attacker owns ' +
    'may resolve to any address.',
});

export const portMissing = entry<{ host: string }>('NC1252', 'openshell/port-missing', 'error', {
  message: ({ host }) => `the endpoint \`${host}\` says no port`,
  help: () => 'add `port: 443`, or `ports` for several',
  explanation:
    'An endpoint is a host and a port. OpenShell reads one without a port as a grant that never matches; here it is an ' +
    'error, because nobody writes that on purpose.',
});

export const portAndPorts = entry<Nothing>('NC1253', 'openshell/port-and-ports', 'error', {
  message: () => '`port` and `ports` are both written',
  help: () => 'keep `ports` with all of them',
  explanation:
    'Some versions of OpenShell refuse this, others take `ports` and drop `port`. The two readings differ.',
});

export const accessAndRules = entry<Nothing>('NC1254', 'openshell/access-and-rules', 'error', {
  message: () => '`access` and `rules` cannot stand together',
  help: () => 'keep `rules` where they are narrower, or `access` alone',
  explanation: 'Both say which requests are allowed. OpenShell refuses the combination, and so does this.',
});

export const denyWithoutAllow = entry<Nothing>('NC1255', 'openshell/deny-without-allow', 'error', {
  message: () => '`deny_rules` need `access` or `rules` to take something away from',
  help: () => 'add `access: full` if everything else is meant to be allowed',
  explanation:
    'A denial alone does not say what is allowed. OpenShell refuses such an endpoint, and guessing `full` here would ' +
    'grant what nobody wrote.',
});

export const ruleIncomplete = entry<{ missing: 'method' | 'path' }>(
  'NC1256',
  'openshell/rule-incomplete',
  'error',
  {
    message: ({ missing }) => `this rule says no \`${missing}\``,
    help: ({ missing }) =>
      missing === 'method' ? 'write a method, or `"*"` for any' : 'write a path, or `"/**"` for every path',
    explanation:
      'In OpenShell an HTTP rule needs both, and one that lacks a part matches nothing. In a blueprint a rule without a ' +
      'path means every path. To avoid that one text means nothing there and everything here, it is refused.',
  },
);

export const blockedRange = entry<{ block: string; range: string }>(
  'NC1257',
  'openshell/blocked-range',
  'error',
  {
    message: ({ block, range }) =>
      `\`${block}\` includes ${range} addresses, which OpenShell never connects to`,
    help: () => 'name the blocks that the service is in, such as `10.20.0.0/16`',
    explanation:
      'OpenShell refuses loopback, link-local (cloud metadata) and unspecified addresses whatever `allowed_ips` says, so ' +
      'this entry grants nothing there. A blueprint takes a block at its word, and would open them.',
  },
);

export const middleware = entry<{ key: string }>('NC1258', 'openshell/middleware', 'error', {
  message: ({ key }) => `the middleware \`${key}\` cannot be carried out`,
  help: () => 'remove it if requests may go out as the agent writes them',
  explanation:
    'A middleware looks into allowed requests and changes or stops some, for example to remove secrets. Nothing here does ' +
    'that yet. To leave it out would send what OpenShell holds back, so the file is refused.',
});

export const inspectedAndLeftOut = entry<{ host: string; protocol: string }>(
  'NC1259',
  'openshell/left-out-beside-kept',
  'error',
  {
    message: ({ host, protocol }) =>
      `\`protocol: ${protocol}\` cannot be inspected here, and another endpoint for \`${host}\` would let its requests through`,
    help: () => 'narrow the other endpoint so that it does not cover this one, or remove this one',
    explanation:
      'OpenShell applies the rules of every endpoint that matches a request, and refuses what the more special one refuses. ' +
      'Leaving out the endpoint whose messages cannot be inspected would remove its refusals but keep the permission next to it.',
  },
);

export const endpointPath = entry<{ path: string }>('NC1260', 'openshell/endpoint-path', 'error', {
  message: ({ path }) => `the endpoint is for \`${path}\` only, which its rules go beyond`,
  help: () => 'write the paths out in `rules`, all of them below the path of the endpoint',
  explanation:
    '`path` on an endpoint selects the requests that the endpoint is about, and its rules then hold within it. A blueprint ' +
    'has rules only, so the two are combined where the rules stay within the path, and refused where they do not.',
});

export const keyInvalid = entry<{ key: string }>('NC1261', 'openshell/key', 'error', {
  message: ({ key }) => `\`${key}\` cannot be the key of a network policy`,
  help: () => 'use letters, digits, `_`, `-` and `.`; write the name for people under `name`',
  explanation:
    'The key names the grant in logs, requests and reports. A key with spaces or control characters could be mistaken for ' +
    'something else there.',
});

export const queryUnusable = entry<{ key: string; why: string }>('NC1262', 'openshell/query', 'error', {
  message: ({ key, why }) => `the query parameter \`${key}\` asks for ${why}`,
  help: () => 'write the wanted queries as rules of their own',
  explanation:
    'Each alternative of a query parameter becomes a rule. Without any the rule would match nothing, and alternatives for ' +
    'several parameters multiply until nobody can read what is allowed.',
});

export const rulesOnStream = entry<{ key: string }>('NC1263', 'openshell/rules-on-stream', 'error', {
  message: ({ key }) => `\`protocol: tcp\` is a stream of bytes, so \`${key}\` could not hold`,
  help: () => 'write `protocol: rest`, or remove the rules if any traffic is meant',
  explanation:
    'Methods and paths are parts of HTTP requests, and nobody looks for requests in a plain stream. OpenShell refuses the ' +
    'combination, because a reviewer would believe in rules that nothing enforces.',
});
