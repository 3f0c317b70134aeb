import { effectEntry } from '../../effect.ts';
import { entry } from '../../entry.ts';

// What only harden-runner has.

type Nothing = Record<string, never>;

export const endpointInvalid = entry<{ endpoint: string; why: string }>(
  'NC1940',
  'import/invalid-endpoint',
  'error',
  {
    message: ({ endpoint, why }) => `\`${endpoint}\` is no endpoint: ${why}`,
    help: () => 'write `github.com:443`, several of them apart by spaces or on lines of their own',
    explanation:
      'An endpoint is a host and a port. harden-runner reads what stands behind the colon as a number and takes 0 where it is ' +
      'none, so a mistake there is an endpoint that nobody can reach.',
  },
);

export const endpointExpression = entry<{ key: string }>('NC1941', 'import/expression', 'error', {
  message: ({ key }) => `\`${key}\` holds an expression, whose value is not in the file`,
  help: () => 'put the endpoints themselves into a file, one on a line, and import that',
  explanation:
    'GitHub fills expressions in when the workflow runs. What is allowed then cannot be read here, and a guess could allow ' +
    'more.',
});

export const severalSteps = entry<{ jobs: readonly string[] }>('NC1942', 'import/several-steps', 'error', {
  message: ({ jobs }) => `${jobs.length} steps use harden-runner, with different settings`,
  help: ({ jobs }) => `choose one with \`--job\`: ${jobs.map((job) => `\`${job}\``).join(', ')}`,
  explanation:
    'Each job has endpoints of its own. Taken together they would give every job what only one of them needs.',
});

export const noStep = entry<{ job: string | null; nearest: string | null }>(
  'NC1943',
  'import/no-step',
  'error',
  {
    message: ({ job }) =>
      job === null ? 'no step uses harden-runner' : `no step of the job \`${job}\` uses harden-runner`,
    help: ({ nearest }) => (nearest === null ? null : `did you mean \`${nearest}\`?`),
    explanation:
      'The import looks for steps with `uses: step-security/harden-runner@...`, in the jobs of a workflow or in a composite ' +
      'action.',
  },
);

export const policyElsewhere = entry<{ key: string }>('NC1944', 'import/policy-elsewhere', 'error', {
  message: ({ key }) => `\`${key}\` takes the endpoints from a store, they are not in the file`,
  help: () => 'copy the endpoints of the policy into a file, one on a line, and import that',
  explanation:
    'With a policy store the workflow only names the policy. Without the endpoints the blueprint would be another one.',
});

export const auditBlocks = effectEntry<Nothing>('NC1945', 'import/audit-blocks', 'stricter', {
  message: () => '`egress-policy: audit` only logs; here everything that is not listed is refused',
  help: () => 'run the job with `audit` until the list is complete, then import it',
  explanation:
    'In audit mode harden-runner lets every connection through and writes it down; the list of endpoints has no effect. ' +
    'Audit in a blueprint is about requests to a granted host, and never opens others.',
});

export const oneLabel = effectEntry<{ host: string }>('NC1946', 'import/one-label', 'stricter', {
  message: ({ host }) => `the wildcard in \`${host}\` stands for one label here`,
  help: ({ host }) =>
    host.startsWith('*.') ? `write \`*${host}\` in the blueprint if deeper names are meant` : null,
  explanation:
    'The documentation of harden-runner shows wildcards with one label in their place and does not say whether they match several. A ' +
    'blueprint has `*` for one label and `**` for any number, and the import takes the narrower.',
});

export const runnerDomains = effectEntry<Nothing>('NC1947', 'import/runner-domains', 'stricter', {
  message: () =>
    'what harden-runner opens by itself for the runner, its cache and its own service is not granted',
  help: () => 'add the hosts that the agent needs, as the audit log of the job shows them',
  explanation:
    'A runner of GitHub has to reach the services that it belongs to. An agent under a blueprint is no runner and reaches ' +
    'what is listed.',
});

export const filesNotSaid = effectEntry<Nothing>('NC1948', 'import/files-not-said', 'stricter', {
  message: () =>
    'harden-runner limits no files; the blueprint grants system folders to read and the working folder to write',
  help: () => 'add more under `filesystem_policy`',
  explanation:
    'A job can read and write whatever its user can. A blueprint cannot grant `/`; the import takes the tier `restricted`.',
});

export const anyRoot = effectEntry<{ key: string }>('NC1949', 'import/no-root', 'stricter', {
  message: ({ key }) =>
    `\`${key}\` is off, but here no program can become root and no container can be started`,
  explanation:
    'Programs under a blueprint never gain rights that they did not start with, so `sudo` fails, and the socket of Docker is ' +
    'not granted.',
});

export const hostsLeftOut = effectEntry<{ endpoint: string }>('NC1950', 'import/host-left-out', 'stricter', {
  message: ({ endpoint }) => `\`${endpoint}\` is not granted: a wildcard needs a name behind it`,
  help: () => 'name the hosts',
  explanation: 'A grant for every host cannot be reviewed, so there is no way to write one in a blueprint.',
});
