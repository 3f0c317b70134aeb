import { entry } from '../entry.ts';

export const credentialSource = entry<{ name: string; isTwice: boolean }>(
  'NC2470',
  'credential/source',
  'error',
  {
    message: ({ name, isTwice }) =>
      isTwice ? `\`${name}\` is read from two places` : `nothing says where the value of \`${name}\` is read`,
    help: () =>
      'write `credential_env` with the name of a variable, or `credential_file` with a path; not both',
    explanation:
      'The value of a credential never stands in a blueprint. It is read when the sandbox is started: from an ' +
      'environment variable of whoever starts it, or from a file that only they can read.',
  },
);

export const credentialFilePath = entry<{ path: string }>('NC2471', 'credential/file-path', 'error', {
  message: ({ path }) => `\`${path}\` is no whole path of a file`,
  help: () => 'write an absolute path, such as `${home}/.config/agent/token`',
  explanation:
    'The file is read outside of the sandbox by whoever starts it, from whatever folder they are in; so its path is whole.',
});

export const credentialWildcard = entry<{ name: string; host: string }>(
  'NC2472',
  'credential/wildcard-host',
  'error',
  {
    message: ({ name, host }) => `\`${name}\` cannot be bound to \`${host}\`, which is more than one host`,
    help: () => 'name each host that is to receive it',
    explanation:
      'A credential is sent to every host that it is bound to. Behind a wildcard stand hosts that nobody listed, and often ' +
      'some that others can have for the asking, such as a bucket or a page of a customer.',
  },
);

export const credentialNotGranted = entry<{ name: string; host: string; port: number }>(
  'NC2473',
  'credential/endpoint-not-granted',
  'error',
  {
    message: ({ name, host, port }) =>
      `\`${name}\` is bound to \`${host}\` port ${port}, which no entry of \`network_policies\` grants`,
    help: ({ host, port }) =>
      `add an endpoint with \`host: ${host}\`, \`port: ${port}\` to \`network_policies\`, or correct the host or port`,
    explanation:
      'A credential only travels with requests that the blueprint allows. A binding without an endpoint would do nothing, ' +
      'and most often a name or a port is written wrong.',
  },
);

export const credentialInTunnel = entry<{ name: string; host: string; port: number }>(
  'NC2474',
  'credential/in-tunnel',
  'error',
  {
    message: ({ name, host, port }) =>
      `\`${name}\` cannot be put into a tunnel: nobody looks into connections to \`${host}\` port ${port}`,
    help: () => 'write `protocol: http` without `tls: skip` at that endpoint, with `access` or `rules`',
    explanation:
      'The gateway puts a credential into the header of a request, so it has to see the request. With `tls: skip` or ' +
      '`protocol: tcp` the stream is opaque, and the server would get the placeholder.',
  },
);

export const credentialHeader = entry<{ header: string }>('NC2475', 'credential/header', 'error', {
  message: ({ header }) => `\`${header}\` is no header field that can carry a credential`,
  help: () => 'name a field such as `authorization`, `x-api-key` or `private-token`',
  explanation:
    'A field has a name of letters, digits and `-`. Fields that are about the connection or the message itself, such as ' +
    '`host`, `content-length` and `proxy-authorization`, are written by the gateway or not passed on.',
});

export const credentialPassedIn = entry<{ name: string; variable: string; isValue: boolean }>(
  'NC2476',
  'credential/passed-in',
  'error',
  {
    message: ({ name, variable, isValue }) =>
      isValue
        ? `\`process.environment\` passes \`${variable}\` in, which holds the value of \`${name}\``
        : `\`process.environment\` speaks of \`${variable}\`, which is to hold the placeholder of \`${name}\``,
    help: ({ variable }) =>
      `take \`${variable}\` out of \`process.environment\`; a wildcard there has to leave it out`,
    explanation:
      'A credential that is bound stays outside: inside there is a placeholder, in a variable that the sandbox sets. An ' +
      'entry that passes the real variable in would undo that, and one for the variable of the placeholder would contradict it.',
  },
);

export const credentialVariableTwice = entry<{ name: string; variable: string }>(
  'NC2477',
  'credential/variable-twice',
  'error',
  {
    message: ({ name, variable }) =>
      `the placeholder of \`${name}\` has the variable \`${variable}\` of another one`,
    help: () => 'give each credential a `placeholder_env` of its own',
    explanation:
      'A variable has one value. Each placeholder stands for one credential and needs a variable for itself.',
  },
);

export const credentialVariableMissing = entry<{ name: string }>(
  'NC2478',
  'credential/variable-missing',
  'error',
  {
    message: ({ name }) => `nothing says in which variable the agent finds the placeholder of \`${name}\``,
    help: () => 'write `placeholder_env` with the name of a variable, such as `GH_TOKEN`',
    explanation:
      'A credential that is read from a variable has its placeholder in the variable of the same name, unless ' +
      '`placeholder_env` gives another. A file has no such name.',
  },
);

export const credentialAudited = entry<{ name: string; host: string }>(
  'NC2479',
  'credential/audited-endpoint',
  'warning',
  {
    message: ({ name, host }) =>
      `every request to \`${host}\` may carry \`${name}\`, because the rules there are not enforced`,
    help: () => 'take `enforcement: audit` away before the endpoint gets a credential',
    explanation:
      'With `enforcement: audit` an endpoint lets through what its rules do not allow and only writes it down. A request ' +
      'with a real credential can do all that the credential can.',
  },
);

export const credentialMaxUses = entry<{ name: string }>('NC2480', 'credential/max-uses', 'error', {
  message: ({ name }) => `uses of \`${name}\` are not counted`,
  help: () => 'write `max_uses` at the endpoint in `network_policies`, where each request is a use',
  explanation:
    'Uses are counted where requests are allowed. A limit that nobody counts would be decoration; the end of a credential ' +
    '(`expires`) is in force.',
});

export const credentialBoundTwice = entry<{ name: string; host: string; port: number; header: string }>(
  'NC2481',
  'credential/bound-twice',
  'error',
  {
    message: ({ name, host, port, header }) =>
      `\`${name}\` is bound to \`${header}\` at \`${host}\` port ${port} twice`,
    help: () => 'remove one of the two',
    explanation: 'Two bindings to one place could say two things, such as whether plain HTTP will do.',
  },
);

export const credentialMissing = entry<{ name: string; variable: string; isEmpty: boolean }>(
  'NC2482',
  'credential/missing',
  'error',
  {
    message: ({ name, variable, isEmpty }) =>
      `the credential \`${name}\` is missing: \`${variable}\` is ${isEmpty ? 'empty' : 'not set'}`,
    help: ({ variable }) =>
      `set \`${variable}\` for whoever runs this, or write \`optional: true\` where the agent can do without`,
    explanation:
      'The blueprint says that the agent works with this credential, and its value is read from that environment variable ' +
      'when the sandbox is started. Without it the agent would fail later and less clearly, so it is not started.',
  },
);

export const credentialFileUnusable = entry<{ name: string; path: string; detail: string }>(
  'NC2483',
  'credential/file-unusable',
  'error',
  {
    message: ({ name, path, detail }) =>
      `the credential \`${name}\` cannot be read from \`${path}\`: ${detail}`,
    help: () => 'it has to be a file of yours that nobody else can read: `chmod 600 FILE`',
    explanation:
      'A secret that others can read or replace is none. The file has to belong to whoever starts the sandbox and be closed ' +
      'to the group and to everybody else. One line break at its end is no part of the value.',
  },
);

export const credentialUnusable = entry<{ name: string; from: string; problem: string }>(
  'NC2484',
  'credential/value-unusable',
  'error',
  {
    message: ({ name, from, problem }) =>
      `the value of \`${name}\` in \`${from}\` cannot be used: ${problem}`,
    help: () => 'look for a line break, a blank at an end, or another text in its place',
    explanation:
      'A value goes into a header field, so it is one line of printable ASCII, without blanks at its ends, of 8 to 8192 ' +
      'characters. A shorter one could not be told from ordinary text when a server repeats it in an answer. The value ' +
      'itself is never printed.',
  },
);

export const credentialWithinReach = entry<{ name: string; path: string; entry: string }>(
  'NC2485',
  'credential/within-reach',
  'error',
  {
    message: ({ name, path, entry: granted }) =>
      `the agent could read \`${name}\` itself: \`${path}\` lies below \`${granted}\`, which is granted`,
    help: () => 'keep the file elsewhere, or deny it in `filesystem_policy`',
    explanation:
      'A credential is kept outside of the sandbox so that the agent never sees it. A file that the agent can open as well ' +
      'is not outside.',
  },
);

export const credentialAnyProgram = entry<{ name: string; host: string }>(
  'NC2486',
  'credential/any-program',
  'warning',
  {
    message: ({ name, host }) => `every program in the sandbox may use \`${name}\` at \`${host}\``,
    help: () => 'name the programs in `binaries` of the network policy that grants the host',
    explanation:
      'The placeholder is in the environment, where every program of the agent finds it. Who may send it is decided by the ' +
      'endpoint of its host; without `binaries` that is everybody.',
  },
);
