import { entry } from '../entry.ts';

export const syscallUnknown = entry<{ name: string; nearest: string | null }>(
  'NC1440',
  'syscalls/unknown-name',
  'error',
  {
    message: ({ name }) => `there is no syscall${name.startsWith('@') ? ' group' : ''} \`${name}\``,
    help: ({ nearest }) =>
      nearest === null ? '`nemoclaw explain NC1440` lists the groups' : `did you mean \`${nearest}\`?`,
    explanation:
      "A syscall is named as in the kernel's table, such as `openat` or `ptrace`. A name with `@` in front is a group, " +
      'such as `@mount`, `@debug` or `@io-uring`. An unknown name is refused: a misspelt denial would deny nothing.',
  },
);

export const syscallProfileUnknown = entry<{ name: string; nearest: string | null }>(
  'NC1441',
  'syscalls/unknown-profile',
  'error',
  {
    message: ({ name }) => `there is no syscall profile \`${name}\``,
    help: ({ nearest }) => (nearest === null ? 'write `agent` or `none`' : `did you mean \`${nearest}\`?`),
    explanation:
      'A profile is the list to start from. `agent` runs shells, node, python, git, compilers and their like; `none` is ' +
      'empty, for those who list every call themselves.',
  },
);

export const syscallValue = entry<{ text: string }>('NC1442', 'syscalls/unknown-constant', 'error', {
  message: ({ text }) => `\`${text}\` is not a number or a constant that is known here`,
  help: ({ text }) =>
    /^0[0-9]/.test(text)
      ? `write \`0o${text.slice(1)}\` for the mode, or the number without a zero before it`
      : 'write a number, a constant such as `AF_UNIX` or `CLONE_NEWUSER`, or several joined by `|`',
  explanation:
    "Argument values are 64-bit numbers, decimal, hexadecimal (`0x`) or octal (`0o`), or constants from the kernel's headers. " +
    'A number that begins with 0 is refused, because C and YAML read it as two.',
});

export const syscallErrno = entry<{ text: string; nearest: string | null }>(
  'NC1443',
  'syscalls/unknown-error',
  'error',
  {
    message: ({ text }) => `\`${text}\` is not an error that a syscall can return`,
    help: ({ nearest }) =>
      nearest === null ? 'write a name such as `EPERM` or `ENOSYS`' : `did you mean \`${nearest}\`?`,
    explanation:
      'A refused call returns an error number to the program. `ENOSYS` makes most programs try an older call.',
  },
);

export const syscallExecveNeeded = entry<Record<string, never>>('NC1444', 'syscalls/execve-needed', 'error', {
  message: () => 'without `execve` the agent itself cannot be started',
  help: () => 'allow `execve`; to stop the agent from starting programs, grant it no executable files',
  explanation:
    "The filter is in force before the agent's program is loaded, so loading it is already a filtered call.",
});

export const syscallLimitLifted = entry<{ name: string }>('NC1445', 'syscalls/limit-lifted', 'warning', {
  message: ({ name }) => `this allows every use of \`${name}\`; the profile allows only some`,
  help: () => 'add a condition under `when`, if only one more use is needed',
  explanation:
    'The profile holds this call to a few of its uses on purpose, because others make namespaces, open raw sockets, ' +
    'write to a terminal or run code from memory. Allowed without a condition, the call can do all of that.',
});

const FAULTS: Record<string, string> = {
  'no-such-argument': 'the call does not take that many arguments',
  'too-wide': 'the kernel reads fewer bits of this argument, so the condition would always or never hold',
  'outside-mask': 'the value has bits outside of the mask, so the condition would never hold',
  'needs-mask':
    'the kernel reads 16 bits of this argument; only `equals` can be asked, with or without `mask`',
};

export const syscallTest = entry<{ name: string; fault: string }>(
  'NC1446',
  'syscalls/invalid-condition',
  'error',
  {
    message: ({ name, fault }) => `this condition on \`${name}\` cannot be meant: ${FAULTS[fault] ?? fault}`,
    explanation:
      'A condition looks at exactly the bits of an argument that the kernel reads. One that asks for others could be dodged ' +
      'or would do nothing, so it is refused.',
  },
);

export const syscallsTooComplex = entry<{ call: string }>('NC1447', 'syscalls/too-complex', 'error', {
  message: ({ call }) =>
    `the conditions on arguments, with those on \`${call}\`, are too intricate to be compared exactly`,
  help: () => 'use fewer conditions that name bits of several arguments of one call together',
  explanation:
    'Every policy is brought into a form in which equal meaning gives equal bytes. Many rules that each name a bit of one ' +
    'argument together with a bit of another double the work with every rule. Above a fixed budget the policy is refused ' +
    'rather than compared by guess.',
});
