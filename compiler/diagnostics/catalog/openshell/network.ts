import { entry } from '../../entry.ts';

// What `network_policies` of OpenShell mean differently here.

type Nothing = Record<string, never>;

export const onlyLogged = entry<Nothing>('NC1270', 'openshell/only-logged', 'warning', {
  message: () => 'without `enforcement` OpenShell only logs what breaks these rules; here it is refused',
  help: () => 'write `enforcement: enforce`, or `audit` if logging is all that is meant',
  explanation:
    'The default of OpenShell is `audit`: a request that no rule allows goes out and is written down. The default of a ' +
    'blueprint is to enforce. Requests that worked under OpenShell may be refused now, which is what the rules say.',
});

export const rulesIgnored = entry<{ key: string }>('NC1271', 'openshell/rules-ignored', 'warning', {
  message: ({ key }) => `without \`protocol: rest\` OpenShell ignores \`${key}\`; here it is enforced`,
  help: () => 'add `protocol: rest`, or remove the rules if any traffic is meant',
  explanation:
    'OpenShell looks at requests only where `protocol` is written; without it every byte passes and the rules below are ' +
    'never read. A reviewer who reads the rules believes in them, so they are enforced here, and what is not HTTP is refused.',
});

export const noBinary = entry<{ key: string }>('NC1272', 'openshell/no-binary', 'warning', {
  message: ({ key }) => `\`${key}\` lists no \`binaries\`, so no program may use it`,
  help: () => 'list the programs that need it; `- path: "/**"` is every program',
  explanation:
    'In OpenShell a network policy without binaries matches no program and grants nothing, although it looks like a grant. ' +
    'It is read the same here: the whole entry is left out. In a blueprint the same text would mean every program.',
});

export const allowsNothing = entry<{ host: string }>('NC1273', 'openshell/allows-nothing', 'warning', {
  message: ({ host }) => `no request to \`${host}\` is allowed: there are no \`rules\` and no \`access\``,
  help: () => 'add `access: read-only`, or the rules that are needed',
  explanation:
    'With `protocol: rest` only requests that a rule allows go out. OpenShell refuses such an endpoint when it loads the ' +
    'policy. Here the endpoint is left out, which grants nothing.',
});

export const protocolLeftOut = entry<{ protocol: string; host: string }>(
  'NC1274',
  'openshell/protocol-left-out',
  'warning',
  {
    message: ({ protocol, host }) =>
      `\`protocol: ${protocol}\` cannot be inspected here, so \`${host}\` is not granted at all`,
    help: () => 'if an uninspected tunnel is acceptable, write `protocol: tcp` without rules',
    explanation:
      'OpenShell reads the statements of SQL and checks each. The gateway here knows HTTP, and what requests of WebSocket, ' +
      'GraphQL, MCP and JSON-RPC ask for. Letting the connection through with its messages unread would allow more than the policy ' +
      'says, so the endpoint is left out.',
  },
);

export const inspectedWins = entry<{ host: string }>('NC1275', 'openshell/inspected-wins', 'warning', {
  message: ({ host }) =>
    `another entry has rules for \`${host}\` and the same programs, so this one without rules is left out`,
  help: () => 'give this entry rules of its own, or other `binaries`',
  explanation:
    'Where one endpoint inspects requests and another for the same host, port and program does not, OpenShell inspects, and ' +
    'the second adds nothing. In a blueprint grants add up and the second would undo the first, so it is left out.',
});

export const callingProgram = entry<Nothing>('NC1276', 'openshell/calling-program', 'warning', {
  message: () => '`binaries` means the connecting program itself here, not what the listed program starts',
  help: () =>
    'list the real files that connect, such as `/usr/bin/node` for a script, as `readlink -f` prints them',
  explanation:
    'In OpenShell a listed program lends its grant to every program that it starts, and its file is remembered by a hash the ' +
    'first time that it connects. In a blueprint only the connecting program counts, so helpers have to be listed, and a ' +
    'file is pinned only where `sha256` is written. Links are followed: the real file is what counts.',
});

export const starInSegment = entry<{ pattern: string }>('NC1277', 'openshell/star-in-segment', 'note', {
  message: ({ pattern }) => `the wildcard in \`${pattern}\` stays within one segment here`,
  help: () => 'write `**` where several segments are meant',
  explanation:
    'In some versions of OpenShell `*` crosses `/`, in others it does not. In a blueprint it never does, and `**` stands for ' +
    'any number of segments. Where the versions differ this reading allows less.',
});

export const manySegments = entry<{ pattern: string; taken: string }>(
  'NC1281',
  'openshell/many-segments',
  'note',
  {
    message: ({ pattern, taken }) => `\`${pattern}\` is taken as \`${taken}\`, which is the same here`,
    explanation:
      'In OpenShell `**` between two `/` stands for at least one segment. In a blueprint it stands for none as well, so a ' +
      '`*` is put before it and the pattern matches what it matched.',
  },
);

export const denyWidened = entry<{ pattern: string; taken: string }>(
  'NC1278',
  'openshell/deny-widened',
  'note',
  {
    message: ({ pattern, taken }) => `\`${pattern}\` is denied as ${taken}`,
    explanation:
      'In some versions of OpenShell `*` in a path crosses `/`. For a denial that is the wider reading, so it is the one that ' +
      'is taken: nothing that any version refuses is let through.',
  },
);

export const queryAlternatives = entry<{ key: string }>('NC1280', 'openshell/query-alternatives', 'note', {
  message: ({ key }) => `the alternatives for \`${key}\` become one rule each`,
  explanation:
    'A request that repeats the parameter must match one of them with all its values here; OpenShell lets every value match ' +
    'another alternative.',
});

export const opaqueStream = entry<Nothing>('NC1282', 'openshell/opaque-stream', 'warning', {
  message: () => 'endpoints without `protocol` are tunnels that nobody looks into here',
  help: () => 'write `protocol: rest` with `access: full` to keep requests visible',
  explanation:
    'Newer versions of OpenShell open TLS there too and refuse HTTP requests that are addressed to another host, or whose ' +
    'paths are malformed; older ones pass everything. Here it is an opaque tunnel, so a large provider that serves several ' +
    'names from one address can be reached under another name.',
});

export const privateAddresses = entry<Nothing>('NC1283', 'openshell/private-addresses', 'note', {
  message: () => 'names that resolve to private addresses are refused here unless `allowed_ips` lists them',
  explanation:
    'OpenShell lets an exactly named host resolve to a private address. A blueprint means public addresses unless ' +
    '`allowed_ips` says otherwise, so that a name whose address changes cannot lead into the internal network.',
});

export const localName = entry<{ host: string }>('NC1284', 'openshell/local-name', 'warning', {
  message: ({ host }) =>
    `\`${host}\` looks like a name of a private network, which needs \`allowed_ips\` here`,
  help: () => 'add the address or block of the service under `allowed_ips`',
  explanation:
    'OpenShell lets an exactly named host resolve to a private address. A blueprint means public addresses unless ' +
    '`allowed_ips` says otherwise, so this endpoint would be granted and never reached.',
});

export const gatewayName = entry<{ host: string }>('NC1285', 'openshell/gateway-name', 'warning', {
  message: ({ host }) => `\`${host}\` is a name that only OpenShell's gateway answers; it is not granted`,
  help: () => 'write an `inference` section, or extend `preset: local-inference`',
  explanation:
    'OpenShell gives the sandbox made-up names for its model router and for the host that it runs on. Outside OpenShell they ' +
    'belong to nobody, or to whoever answers first, so they are not granted.',
});

export const credentialsNotFilledIn = entry<{ key: string }>(
  'NC1286',
  'openshell/credentials-not-filled-in',
  'warning',
  {
    message: ({ key }) =>
      `\`${key}\` is not carried over: what is put into requests is not said by a policy of OpenShell`,
    help: () => 'in a blueprint, bind the secret to this host under `credentials`',
    explanation:
      "OpenShell's proxy replaces placeholders in requests by credentials, or signs the request, so that the agent never sees " +
      'them. Which ones is set up apart from the policy, so here requests go out as the agent writes them, and a placeholder ' +
      'reaches the service and is refused there. A blueprint can bind credentials to hosts by itself.',
  },
);

export const withoutEffect = entry<{ key: string; why: string }>(
  'NC1287',
  'openshell/without-effect',
  'note',
  {
    message: ({ key, why }) => `\`${key}\` has no effect: ${why}`,
    help: () => 'remove it',
    explanation:
      'The key is accepted by OpenShell but changes nothing there, or nothing in this place. It is passed over here as well.',
  },
);

export const encodedSlash = entry<Nothing>('NC1288', 'openshell/encoded-slash', 'warning', {
  message: () => '`allow_encoded_slash` is not carried over: `%2F` in a path is refused here',
  help: () => 'grant a tunnel without rules if the service cannot do without it',
  explanation:
    'OpenShell refuses `%2F` in a path unless an endpoint asks for it. Servers disagree whether it separates two segments, ' +
    'so a rule for a path could mean two things, and the gateway here refuses such requests everywhere.',
});
