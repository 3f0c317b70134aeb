import { effectEntry } from '../../effect.ts';
import { entry } from '../../entry.ts';

// What is said about hosts in the settings of sandbox-runtime, Claude Code and harden-runner.

type Nothing = Record<string, never>;

export const importHostInvalid = entry<{ host: string }>('NC1925', 'import/invalid-host', 'error', {
  message: ({ host }) => `\`${host}\` is no host that sandbox-runtime takes`,
  help: () =>
    'write a name such as `example.com`, `*.example.com` or `[2001:db8::1]`, with `:443` behind it for one port',
  explanation:
    'Settings with such a host are refused by sandbox-runtime itself: URLs, paths, wildcards that are not a whole first label, names ' +
    'without a dot other than `localhost`, and IPv6 addresses without brackets. Only `deniedDomains` takes `*` alone.',
});

export const localhostClosed = effectEntry<{ host: string }>('NC1926', 'import/localhost', 'stricter', {
  message: ({ host }) => `\`${host}\` is not granted: services of the host stay out of reach`,
  help: () =>
    'if a service of the host is meant, add an endpoint with its port and `allowed_ips: [127.0.0.1]`; what the agent itself ' +
    'starts needs no entry',
  explanation:
    'In the sandbox `localhost` is the sandbox, and programs in it reach each other. sandbox-runtime also leads such ' +
    'connections through its proxy to the host, where databases and developer tools often listen without a password.',
});

export const publicOnly = effectEntry<Nothing>('NC1927', 'import/public-addresses', 'stricter', {
  message: () => 'names that resolve to private addresses are refused here unless `allowed_ips` lists them',
  explanation:
    'The other tool connects to whatever address a name has. A blueprint means public addresses unless `allowed_ips` says ' +
    'otherwise, so that a name whose address changes cannot lead into the internal network.',
});

export const unixSockets = effectEntry<{ key: string }>('NC1928', 'import/unix-sockets', 'stricter', {
  message: ({ key }) => `\`${key}\` opens no socket of the host here`,
  help: () => 'grant the path of the socket under `filesystem_policy` if that service is meant',
  explanation:
    'A unix socket is reached through its path, and a blueprint grants paths one by one. On Linux sandbox-runtime ignores ' +
    '`allowUnixSockets`; with `allowAllUnixSockets` it opens every socket on the disk, the one of Docker included.',
});

export const inspectionLost = effectEntry<{ key: string }>('NC1929', 'import/inspection-lost', 'looser', {
  message: ({ key }) => `\`${key}\` is not carried over: what that proxy holds back goes out here`,
  help: () => 'write `protocol: http` with `rules` for these hosts, so that requests are checked here',
  explanation:
    'The settings send the traffic of some hosts through a proxy that opens it and may refuse requests. The import makes ' +
    'opaque tunnels of these hosts, as of all others.',
});

export const nobodyAsked = effectEntry<{ key: string }>('NC1930', 'import/nobody-asked', 'stricter', {
  message: ({ key }) => `\`${key}\`: nobody is asked here, what is not granted is refused`,
  help: () => 'grant it in the blueprint if the answer would be yes',
  explanation:
    'The other tool can stop and ask a person about what its settings do not decide. A blueprint is decided before the ' +
    'agent starts, so that the whole of it can be reviewed.',
});
