import { entry } from '../../entry.ts';

export const lintCostlyPattern = entry<{ pattern: string; states: string }>(
  'NC2120',
  'lint/costly-pattern',
  'warning',
  {
    message: ({ pattern, states }) =>
      `\`${pattern}\` has \`?\` where a \`*\` leaves open what it stands for: up to ${states} cases to compare`,
    help: () => 'use one `*` for the rest of the name instead of the `?`',
    explanation:
      'After `*` and a letter, each further `?` doubles what has to be remembered while the pattern is compared with others: ' +
      '`*a????????` costs 256 times what `*a*` does. Above a budget the whole policy is refused as too intricate.',
  },
);

export const lintAnyProgram = entry<{ what: string }>('NC2121', 'lint/any-program', 'warning', {
  message: ({ what }) => `${what} may be used by any program`,
  help: () => 'list the programs that need it under `binaries`, by their whole paths',
  explanation:
    'Without `binaries`, or with one that begins with `/**`, everything that runs in the sandbox has the grant, also a ' +
    'program that the agent wrote a moment ago.',
});

export const lintWidePorts = entry<{ ports: string; count: number }>('NC2122', 'lint/wide-ports', 'warning', {
  message: ({ ports, count }) => `\`${ports}\` are ${count} ports`,
  help: () => 'name the ports on which the service listens',
  explanation:
    'A service listens on a few ports. A range of more than a thousand reaches whatever else runs on the same host.',
});

export const lintFullAccess = entry<{ host: string }>('NC2123', 'lint/full-access', 'note', {
  message: ({ host }) => `\`access: full\` allows every method on every path of \`${host}\`, deletions too`,
  help: () => 'write `read-only` or `read-write`, or list `rules`',
  explanation:
    '`access: full` is every request that there is. Most agents need to read, or to change a few things, and a blueprint ' +
    'that says which is a better document.',
});

export const lintDeepWildcardHost = entry<{ host: string }>('NC2124', 'lint/deep-wildcard-host', 'note', {
  message: ({ host }) => `\`${host}\` covers names of any depth`,
  help: () => 'write `*` for one label, or name the hosts',
  explanation:
    '`**.example.com` matches `a.example.com` and `a.b.c.example.com` alike. Whoever may create a name anywhere below the ' +
    'domain, such as a forgotten delegation, can receive what the agent sends.',
});

export const lintOnlyLogged = entry<{ host: string }>('NC2125', 'lint/only-logged', 'warning', {
  message: ({ host }) => `no request to \`${host}\` is refused: \`enforcement: audit\` only writes them down`,
  help: () => 'write `enforcement: enforce` once the rules are known to be right',
  explanation:
    'With `enforcement: audit` neither `rules` nor `deny_rules` of the entry hold. It is meant for finding out what an agent ' +
    'needs, not for running one.',
});
