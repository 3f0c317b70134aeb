import { entry } from '../entry.ts';

export const unknownUser = entry<{ kind: 'user' | 'group'; name: string; nearest: string | null }>(
  'NC1480',
  'process/unknown-user',
  'error',
  {
    message: ({ kind, name }) => `${kind} \`${name}\` does not exist on the target`,
    help: ({ nearest }) =>
      nearest === null
        ? 'write a number, leave it out to run as whoever starts the agent, or give a target that has the user'
        : `did you mean \`${nearest}\`?`,
    explanation:
      'The identity inside the sandbox is looked up where the agent will run: on this host, or in the users of the ' +
      'target file. A name that is not there would otherwise end as some other identity.',
  },
);

export const runAsRoot = entry<{ name: string }>('NC1481', 'process/root', 'error', {
  message: ({ name }) => `an agent cannot run as \`${name}\``,
  help: () => 'use an ordinary user, or leave it out to run as whoever starts the agent',
  explanation:
    'User id 0 inside a sandbox is a habit that many programs treat as permission to change their system, and it is ' +
    'one kernel bug away from being real. No agent needs it.',
});

export const environmentName = entry<{ name: string }>('NC1482', 'process/environment-name', 'error', {
  message: ({ name }) => `\`${name}\` is not the name of an environment variable`,
  help: () => 'use letters, digits and `_`; a `*` at the end passes on all that begin so, as in `LC_*`',
  explanation:
    'Names are matched exactly, or by their beginning when they end in `*`. A lone `*` would pass on every secret.',
});

export const environmentLoader = entry<{ name: string }>('NC1483', 'process/loader-variable', 'warning', {
  message: ({ name }) => `\`${name}\` lets whoever sets it run code in every program of the sandbox`,
  help: () => 'remove it, unless the agent cannot work without it',
  explanation:
    'Variables such as LD_PRELOAD, NODE_OPTIONS or PYTHONSTARTUP name code that programs load when they start. The ' +
    'identity of a program then says little about what it does.',
});

export const groupWithoutUser = entry<{ name: string }>('NC1484', 'process/group-without-user', 'error', {
  message: ({ name }) => `group \`${name}\` is given without a user`,
  help: () => 'write `run_as_user` beside it, or leave the group out',
  explanation:
    'An identity is a user and a group together. A group alone would leave it open whose other rights the agent has.',
});
