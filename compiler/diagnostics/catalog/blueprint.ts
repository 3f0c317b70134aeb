import { entry } from '../entry.ts';

type Nothing = Record<string, never>;

export const blueprintInlineSecret = entry<{ key: string | null }>(
  'NC1200',
  'blueprint/inline-secret',
  'error',
  {
    message: ({ key }) =>
      key === null ? 'this looks like a credential' : `the value of \`${key}\` looks like a credential`,
    help: () =>
      'revoke it, keep the new one outside of the file and name the variable that holds it with `credential_env`',
    explanation:
      'A blueprint is committed, reviewed and copied, so a credential in it is a leaked one, even if the file is mended ' +
      'later: revoke it. Credentials stay outside of the sandbox; `credential_env` of an inference route names the ' +
      'environment variable that holds one. The value is recognised by the form that its issuer gives it, or by chance-like ' +
      'text under a name such as `token` or `password`, and is never printed.',
  },
);

export const blueprintExtensionKind = entry<{ found: readonly string[] }>(
  'NC1201',
  'blueprint/extends-one-of',
  'error',
  {
    message: ({ found }) =>
      found.length === 0
        ? 'this entry names no tier, preset or file'
        : `this entry names ${found.map((key) => `a \`${key}\``).join(' and ')}`,
    help: () => 'write exactly one of `tier`, `preset` and `file` in each entry of `extends`',
    explanation:
      'Each entry under `extends` stands for one source: a shipped tier, a shipped preset, or a file beside the blueprint.',
  },
);

export const blueprintTierAccess = entry<Nothing>('NC1202', 'blueprint/tier-has-no-access', 'error', {
  message: () => 'a tier offers no access levels',
  help: () => 'remove `access`, or extend single presets with the level that each needs',
  explanation:
    'A tier fixes the access level of every preset in it; that is what makes it one posture. To have a preset at another ' +
    'level, extend that preset beside the tier.',
});

export const blueprintPortTwice = entry<Nothing>('NC1203', 'blueprint/port-and-ports', 'error', {
  message: () => '`port` and `ports` are both written',
  help: () => 'move the port into `ports` and remove `port`',
  explanation:
    'One endpoint has either one port or a list of them. Which of the two would hold is a guess, so neither does.',
});

export const blueprintNoPort = entry<{ host: string }>('NC1204', 'blueprint/no-port', 'error', {
  message: ({ host }) => `the endpoint \`${host}\` has no port`,
  help: () => 'write `port: 443`, or `ports` with a list',
  explanation:
    'An endpoint is a host and a port. A missing port does not mean all ports: name those that are needed.',
});

export const blueprintNoRequests = entry<{ key: string; because: string }>(
  'NC1205',
  'blueprint/no-requests-to-check',
  'error',
  {
    message: ({ key, because }) => `\`${key}\` needs requests to look at, and \`${because}\` shows none`,
    help: ({ key, because }) =>
      because === 'tls: skip'
        ? `remove \`tls: skip\` to look into the connection, or remove \`${key}\``
        : `write \`protocol: http\`, or remove \`${key}\``,
    explanation:
      'Rules about methods and paths can only be enforced where requests are seen. With `protocol: tcp` or `tls: skip` the ' +
      'connection is an opaque tunnel, so the rule would look like a restriction and enforce nothing.',
  },
);

export const blueprintAccessAndRules = entry<Nothing>('NC1206', 'blueprint/access-and-rules', 'error', {
  message: () => '`access` and `rules` are both written',
  help: () => 'keep one of them; `deny_rules` may stand beside either',
  explanation:
    '`access` is a ready-made set of rules. Beside rules of its own it is unclear whether they should add to it or narrow it.',
});

export const blueprintSha256 = entry<{ length: number }>('NC1207', 'blueprint/sha256-form', 'error', {
  message: () => 'this is not a SHA-256 in hex',
  help: ({ length }) =>
    length === 64
      ? 'only the digits 0-9 and the letters a-f belong in it'
      : `it has 64 hex digits, this has ${length}; \`sha256sum FILE\` prints it`,
  explanation:
    'A binary can be pinned to one content by the SHA-256 of its file, written as 64 hex digits without a prefix. A pin that ' +
    'cannot match anything would deny the binary everything, for a reason that is hard to find.',
});

export const blueprintCondition = entry<{ found: readonly string[] }>(
  'NC1208',
  'blueprint/one-comparison',
  'error',
  {
    message: ({ found }) =>
      found.length === 0
        ? 'this condition compares with nothing'
        : `this condition has ${found.length} comparisons`,
    help: () =>
      'write exactly one of `equals`, `not_equals`, `less_than`, `at_most`, `greater_than` and `at_least`; ' +
      'further conditions are further entries of `when`',
    explanation:
      'Each entry of `when` compares one argument with one value, and all entries must hold. A range is two entries.',
  },
);

export const blueprintMask = entry<{ comparison: string }>('NC1209', 'blueprint/mask-needs-equals', 'error', {
  message: ({ comparison }) => `\`mask\` cannot stand beside \`${comparison}\``,
  help: () => 'compare masked bits with `equals`, in a `deny` entry where they must differ',
  explanation:
    'The kernel can compare an argument as a whole, or test whether the bits under a mask equal a value. It cannot test that ' +
    'masked bits differ or are smaller. To allow a call unless some bits are set, allow it and deny it where they are.',
});

export const blueprintSetPattern = entry<{ name: string }>(
  'NC1210',
  'blueprint/pattern-with-value',
  'error',
  {
    message: ({ name }) => `\`${name}\` stands for several variables and cannot be set to one value`,
    help: () => 'name each variable that is set',
    explanation:
      '`*` at the end of a name passes on all variables with that beginning; there is no one to set.',
  },
);

export const blueprintTestFacet = entry<{ found: readonly string[] }>(
  'NC1211',
  'blueprint/test-one-facet',
  'error',
  {
    message: ({ found }) =>
      found.length === 0 ? 'this test tries nothing' : `this test tries ${found.length} things at once`,
    help: () =>
      'write exactly one of `filesystem`, `syscalls`, `process`, `egress`, `inference` and `resources`',
    explanation:
      'A test is one access with the answer that it must get. Two accesses in one test could fail for either.',
  },
);

export const blueprintCannotFormat = entry<Nothing>('NC1212', 'blueprint/cannot-format', 'error', {
  message: () => 'this file cannot be formatted without changing what it says',
  help: () => 'the file was left as it is; simplify the unusual part, or leave it unformatted',
  explanation:
    'After formatting, the result is read again and compared with the file: all values must be the same, and all comments ' +
    'must still be there. Here they were not, so nothing was changed. A text over several lines or a comment at an unusual ' +
    'place can be the cause. This is worth a bug report with the file.',
});

export const blueprintTestParts = entry<{ name: string }>('NC1214', 'blueprint/test-parts', 'error', {
  message: ({ name }) => `the test \`${name}\` is neither one access with its answer nor one property`,
  help: () => 'write `expect` and `access`, or one of `never` and `only`',
  explanation:
    'A test is one access with the answer that it must get (`expect` and `access`, with `by` and `at` if they matter), or a ' +
    'property of all accesses that is proved (`never` or `only`). Both at once would be two tests under one name.',
});

export const blueprintTestProcess = entry<{ found: readonly string[] }>(
  'NC1213',
  'blueprint/test-one-question',
  'error',
  {
    message: ({ found }) =>
      found.length === 0
        ? 'this test asks nothing about the process'
        : `this test asks ${found.length} things about the process at once`,
    help: () => 'write exactly one of `environment`, `user` and `reaches`',
    explanation:
      'A test is one access with the answer that it must get: seeing a variable, acting as a user, or reaching a process outside.',
  },
);
