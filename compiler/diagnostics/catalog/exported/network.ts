import { effectEntry } from '../../effect.ts';

// What the network of a blueprint comes to under OpenShell.

type Nothing = Record<string, never>;

export const exportLeftOut = effectEntry<{ host: string; why: string }>(
  'NC1978',
  'export/endpoint-left-out',
  'stricter',
  {
    message: ({ host, why }) => `\`${host}\` is left out: ${why}`,
    explanation:
      'OpenShell refuses a policy with such an endpoint, or never lets it match. Leaving it out grants nothing, where the ' +
      'blueprint grants it.',
  },
);

export const exportRequestDenialLost = effectEntry<{ host: string }>(
  'NC1979',
  'export/request-denial-lost',
  'looser',
  {
    message: ({ host }) => `what is denied for \`${host}\` is lost with the endpoint that is left out`,
    help: () => 'say the denial in the entries that grant the host',
    explanation:
      'A denial of a blueprint holds against every entry for the same host and program. Without its endpoint another entry ' +
      'may allow the request under OpenShell.',
  },
);

export const exportHash = effectEntry<{ path: string }>('NC1980', 'export/hash', 'looser', {
  message: ({ path }) => `\`${path}\` is not pinned: OpenShell takes whatever file it finds there first`,
  explanation:
    'OpenShell remembers the hash of a program the first time that it connects, and refuses another one later. A policy ' +
    'cannot say which one is meant.',
});

export const exportDescendants = effectEntry<Nothing>('NC1981', 'export/descendants', 'looser', {
  message: () => 'under OpenShell a listed program lends its grant to every program that it starts',
  help: () =>
    'list programs that start no others, such as `/usr/bin/curl`, rather than shells and interpreters',
  explanation:
    'In a blueprint only the connecting program counts. OpenShell also looks at its parents, so whatever a listed program ' +
    'starts may use its grant.',
});

export const exportWildcard = effectEntry<{ pattern: string }>(
  'NC1982',
  'export/wildcard-crosses',
  'looser',
  {
    message: ({ pattern }) => `the wildcard in \`${pattern}\` crosses \`/\` in older versions of OpenShell`,
    help: () => 'name the paths, or make sure that OpenShell is at least at 0.1',
    explanation:
      'Here and in current versions of OpenShell `*` and `?` stay within a segment; in older versions `*` stands for any ' +
      'number of segments, so a grant with it reaches further. Alone between two `/` it may also stand for nothing there.',
  },
);

export const exportQueryNarrower = effectEntry<{ pattern: string }>(
  'NC1983',
  'export/query-narrower',
  'stricter',
  {
    message: ({ pattern }) => `the wildcard in \`${pattern}\` does not match a \`.\` under OpenShell`,
    explanation:
      'OpenShell takes the value of a query parameter apart at its dots, so `1.*` does not match `1.2.3` there.',
  },
);

export const exportQueryDenial = effectEntry<{ pattern: string }>('NC1984', 'export/query-denial', 'looser', {
  message: ({ pattern }) =>
    `the denial of \`${pattern}\` does not match values with a \`.\` in place of a wildcard under OpenShell`,
  help: () => 'deny the parameter whatever its value is: `"*"`',
  explanation:
    'OpenShell takes the value of a query parameter apart at its dots, and a wildcard stays within one part. A value with ' +
    'more dots than the pattern gets past the denial.',
});

export const exportPrivateAddresses = effectEntry<Nothing>('NC1985', 'export/private-addresses', 'looser', {
  message: () => 'under OpenShell a host that is named exactly may resolve to a private address',
  help: () => 'add `allowed_ips` with the addresses of the service',
  explanation:
    'A blueprint means public addresses unless `allowed_ips` lists others. OpenShell lets an exact name resolve to any ' +
    'address but loopback, link-local and unspecified ones, so a name whose address changes can lead into the internal ' +
    'network.',
});

export const exportBlockLeftOut = effectEntry<{ block: string }>(
  'NC1986',
  'export/block-left-out',
  'stricter',
  {
    message: ({ block }) =>
      `\`${block}\` is left out: OpenShell refuses blocks with loopback or link-local addresses`,
    explanation:
      'OpenShell never connects to loopback, link-local (cloud metadata) or unspecified addresses, and refuses a policy whose ' +
      '`allowed_ips` reach into them.',
  },
);

export const exportTunnelOpened = effectEntry<{ host: string }>(
  'NC1987',
  'export/tunnel-opened',
  'stricter',
  {
    message: ({ host }) =>
      `the tunnel to \`${host}\` is opened, and inspected where another entry has rules for it`,
    explanation:
      'Another entry has rules for the same host and port. OpenShell wants both to treat TLS alike, so `tls: skip` cannot be ' +
      'written, and for a program that both name only what the rules allow goes through.',
  },
);

export const exportControlPorts = effectEntry<{ ports: readonly number[] }>(
  'NC1988',
  'export/control-ports',
  'stricter',
  {
    message: ({ ports }) => `OpenShell blocks the ports ${ports.join(', ')} of cluster control planes`,
    explanation:
      'OpenShell never connects to ports 2379, 2380, 6443, 10250 and 10255 of a host that is named exactly, by its address, ' +
      'or with `allowed_ips`.',
  },
);
