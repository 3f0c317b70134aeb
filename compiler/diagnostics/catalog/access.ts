import { entry } from '../entry.ts';

/** What all of these have in common: a test or a question is about one attempt that can really be made. */
const ONE_ATTEMPT =
  'A test and a question are about one attempt that a program can really make. What is a pattern, or no attempt at all, would ' +
  'be denied under every blueprint and so prove nothing.';

export const accessPath = entry<{ path: string; problem: string }>('NC1760', 'access/invalid-path', 'error', {
  message: ({ path, problem }) =>
    `\`${path}\` is not a path that can be tried: ${problem.replaceAll('-', ' ')}`,
  help: ({ problem }) =>
    ({
      relative: 'start with `/`; in a blueprint `${workdir}` stands for the working folder',
      pattern: 'name one file; a file that is not there is as good as any',
      'dot-segment': 'write the path without `.` and `..`',
      root: 'name something below `/`',
    })[problem] ?? null,
  explanation: `A path in a test is absolute and names one file or folder. ${ONE_ATTEMPT}`,
});

export const accessHost = entry<{ host: string; problem: string }>('NC1761', 'access/invalid-host', 'error', {
  message: ({ host, problem }) =>
    `\`${host}\` is not a host that can be asked for: ${problem.replaceAll('-', ' ')}`,
  help: ({ problem }) =>
    problem === 'pattern'
      ? 'name one host, such as `api.example.com`'
      : 'write a name such as `api.example.com` or an address such as `10.0.0.1`',
  explanation: `A host in a test is one DNS name or one IP address in its usual spelling. ${ONE_ATTEMPT}`,
});

export const accessPort = entry<{ port: string }>('NC1762', 'access/invalid-port', 'error', {
  message: ({ port }) => `\`${port}\` is not one port`,
  help: () => 'write a number from 1 to 65535',
  explanation: `A connection goes to one port, from 1 to 65535. ${ONE_ATTEMPT}`,
});

export const accessMethod = entry<{ method: string; nearest: string | null }>(
  'NC1763',
  'access/invalid-method',
  'error',
  {
    message: ({ method }) => `\`${method}\` is not an HTTP method that can be tried`,
    help: ({ nearest }) =>
      nearest === null
        ? 'write one in capitals, such as `GET`; `OTHER` stands for any without a name of its own'
        : `did you mean \`${nearest}\`?`,
    explanation:
      'A request has one method, written in capitals as it is sent. `OTHER` stands for all that are in no registry. ' +
      ONE_ATTEMPT,
  },
);

export const accessUrl = entry<{ text: string; problem: string }>('NC1764', 'access/invalid-url', 'error', {
  message: ({ text, problem }) => `\`${text}\` cannot be requested: ${problem.replaceAll('-', ' ')}`,
  help: ({ problem }) =>
    ({
      relative: 'start the path with `/`',
      fragment: 'write it without `#`: a fragment is never sent',
    })[problem] ?? null,
  explanation:
    'Spellings that two servers could read as two things are refused by the gateway before any rule is asked: dot segments, ' +
    'empty segments, escaped backslashes, escapes of escapes. No blueprint can allow such a request.',
});

export const accessAddress = entry<{ address: string; host: string | null }>(
  'NC1765',
  'access/invalid-address',
  'error',
  {
    message: ({ address, host }) =>
      host === null
        ? `\`${address}\` is not one IP address`
        : `the host \`${host}\` is an address already, and not \`${address}\``,
    help: ({ host }) =>
      host === null ? 'write an address such as `10.0.0.1` or `2001:db8::1`' : 'leave the address out',
    explanation: `The address is the one that the name resolved to. ${ONE_ATTEMPT}`,
  },
);

export const accessIncomplete = entry<{ given: string; missing: string }>(
  'NC1766',
  'access/incomplete',
  'error',
  {
    message: ({ given, missing }) => `\`${given}\` without \`${missing}\` is not a whole request`,
    help: ({ missing }) => `add \`${missing}\`, or leave both out for a stream that nobody looks into`,
    explanation:
      'A request has a method and a path. A connection with neither is a stream that nobody looks into, which counts as every ' +
      'request at once.',
  },
);

export const accessSyscallGroup = entry<{ name: string }>('NC1767', 'access/syscall-group', 'error', {
  message: ({ name }) => `\`${name}\` is a group of syscalls; one call can be tried`,
  help: () => 'name one call of the group',
  explanation: `Groups are for granting and denying. ${ONE_ATTEMPT}`,
});

export const accessArguments = entry<{ name: string; takes: number }>(
  'NC1768',
  'access/too-many-arguments',
  'error',
  {
    message: ({ name, takes }) => `\`${name}\` takes ${takes} argument${takes === 1 ? '' : 's'}`,
    help: () => 'leave out what is too much',
    explanation: `The kernel ignores registers that a call does not take. ${ONE_ATTEMPT}`,
  },
);

export const accessVariable = entry<{ name: string }>('NC1769', 'access/invalid-variable', 'error', {
  message: ({ name }) => `\`${name}\` is not the name of one environment variable`,
  help: () => 'write a name such as `PATH`, without `$` and without `*`',
  explanation: `Names of variables are letters, digits and underscores. ${ONE_ATTEMPT}`,
});

export const accessUser = entry<{ text: string }>('NC1770', 'access/invalid-user', 'error', {
  message: ({ text }) => `\`${text}\` is not the number of a user`,
  help: () => 'write a number such as `0` or `1000`; `id -u NAME` prints that of a name',
  explanation:
    'Users are known to the kernel by number. Names are looked up inside the sandbox, where they may mean another user.',
});

export const accessLimit = entry<{ name: string; nearest: string | null }>(
  'NC1771',
  'access/unknown-limit',
  'error',
  {
    message: ({ name }) => `there is no limit \`${name}\``,
    help: ({ nearest }) =>
      nearest === null
        ? 'write one of the limits that `resources` takes, such as `processes` or `file_size`'
        : `did you mean \`${nearest}\`?`,
    explanation: `Resources are limited by name. ${ONE_ATTEMPT}`,
  },
);

export const accessAmount = entry<{ text: string; unit: string }>(
  'NC1772',
  'access/invalid-amount',
  'error',
  {
    message: ({ text }) => `\`${text}\` is not an amount of this resource`,
    help: ({ unit }) =>
      ({
        bytes: 'write a number of bytes, or one with a unit such as `512MiB`',
        seconds: 'write a number of seconds, or one with a unit such as `10m`',
      })[unit] ?? 'write a whole number',
    explanation:
      'An amount is a whole number of pieces, bytes or seconds, as the limit of the same name has it.',
  },
);

export const accessTime = entry<{ text: string }>('NC1773', 'access/invalid-time', 'error', {
  message: ({ text }) => `\`${text}\` is not a moment`,
  help: () => 'write a time such as `2027-03-31T18:00:00Z`, or a day such as `2027-03-31` for its beginning',
  explanation:
    'Grants end, so the answer can depend on when it is tried. A moment is a time with its offset as in RFC 3339, or a ' +
    'calendar day, which stands for its beginning in UTC.',
});
