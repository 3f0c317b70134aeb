import { entry } from '../entry.ts';

export const hostInvalid = entry<{ host: string; problem: string }>(
  'NC1550',
  'egress/invalid-host',
  'error',
  {
    message: ({ host, problem }) => `\`${host}\` cannot be used as a host: ${problem.replaceAll('-', ' ')}`,
    help: ({ problem }) =>
      ({
        scheme: 'write the name alone, such as `api.github.com`; the port has a key of its own',
        port: 'write the name alone; the port has a key of its own',
        path: 'write the name alone; paths are given under `rules`',
        'bare-wildcard': 'name the hosts; a wildcard needs a name behind it, such as `*.example.com`',
      })[problem] ??
      'write a name such as `api.github.com`, or an address in its usual spelling such as `10.1.2.3` or `fd00::1`',
    explanation:
      'A host is a DNS name, a name with `*` in place of its first label, or an IP address in its usual spelling. ' +
      'URLs, ports, user names and unusual spellings of addresses are refused, because programs read them differently.',
  },
);

export const portInvalid = entry<{ port: string }>('NC1551', 'egress/invalid-port', 'error', {
  message: ({ port }) => `\`${port}\` is not a port`,
  help: () => 'write a number from 1 to 65535, or a range such as `"8000-8010"`',
  explanation: 'TCP ports go from 1 to 65535. Port 0 means "any" to some programs and nothing to others.',
});

export const globInvalid = entry<{ pattern: string; problem: string }>(
  'NC1552',
  'egress/invalid-pattern',
  'error',
  {
    message: ({ pattern, problem }) =>
      `\`${pattern}\` is not a pattern that can be used here: ${problem.replaceAll('-', ' ')}`,
    help: () =>
      '`*` stands for anything within one segment, `**` for any number of segments, `?` for one character',
    explanation:
      'Patterns are paths with `*`, `**` and `?`. `/a/**` is everything below `/a` but not `/a` itself. Brackets, braces ' +
      'and backslashes mean different things to different tools and are refused.',
  },
);

export const cidrInvalid = entry<{ block: string; problem: string }>(
  'NC1553',
  'egress/invalid-address',
  'error',
  {
    message: ({ block, problem }) => `\`${block}\` is not an address block: ${problem.replaceAll('-', ' ')}`,
    help: () => 'write an address such as `10.1.2.3` or a block such as `10.0.0.0/8` or `fd00::/8`',
    explanation:
      'Address blocks are written with their first address. `10.1.2.3/8` is refused, because it is unclear whether one ' +
      'address or sixteen million are meant; so are octal and hexadecimal spellings.',
  },
);

export const methodInvalid = entry<{ method: string; nearest: string | null }>(
  'NC1554',
  'egress/invalid-method',
  'error',
  {
    message: ({ method }) => `\`${method}\` is not an HTTP method`,
    help: ({ nearest }) =>
      nearest === null ? 'write a method such as `GET`, or `"*"` for all' : `did you mean \`${nearest}\`?`,
    explanation:
      'Methods are written in capitals as in RFC 9110. `GET` includes `HEAD`; `"*"` stands for all.',
  },
);

export const saysNothing = entry<{ host: string }>('NC1555', 'egress/says-nothing', 'error', {
  message: ({ host }) => `nothing says what may be done at \`${host}\``,
  help: () =>
    'write `access: read-only`, `read-write` or `full`, or list `rules`; `tls: skip` and `protocol: tcp` make an opaque tunnel',
  explanation:
    'An endpoint without access, rules or protocol could mean everything or nothing, and tools disagree. Here it has to ' +
    'be said, so that a reviewer can read it.',
});

export const rulesInTunnel = entry<{ host: string }>('NC1556', 'egress/rules-in-tunnel', 'error', {
  message: ({ host }) =>
    `requests to \`${host}\` cannot be seen in an opaque tunnel, so its rules could not hold`,
  help: () => 'remove `tls: skip` or `protocol: tcp`, or remove the rules and `access`',
  explanation:
    'Methods and paths are inside the encrypted stream. With `tls: skip` or `protocol: tcp` nobody looks into it, so a ' +
    'rule would be decoration. Either the gateway terminates TLS, or the whole tunnel is granted.',
});

export const opaqueTunnel = entry<{ host: string }>('NC1557', 'egress/opaque-tunnel', 'note', {
  message: ({ host }) => `\`${host}\` is reached through a tunnel that nobody looks into`,
  explanation:
    'What goes through an opaque tunnel cannot be limited by method or path, nor written down. It counts as every ' +
    'request to that host.',
});

export const binaryHash = entry<{ text: string }>('NC1558', 'egress/invalid-hash', 'error', {
  message: ({ text }) => `\`${text}\` is not a SHA-256 digest`,
  help: () => 'write the 64 hexadecimal digits that `sha256sum FILE` prints',
  explanation: 'A pinned executable is named by the SHA-256 of its bytes, in hexadecimal.',
});

export const egressTooComplex = entry<{ dimension: string }>('NC1559', 'egress/too-complex', 'error', {
  message: ({ dimension }) => `the patterns for ${dimension} are too intricate to be compared exactly`,
  help: () => 'use fewer `?` after `*`, and fewer overlapping patterns for the same host',
  explanation:
    'Every policy is brought into a form in which equal meaning gives equal bytes. Patterns such as `*????????` double ' +
    'the work with every character. Above a fixed budget the policy is refused rather than compared by guess.',
});
