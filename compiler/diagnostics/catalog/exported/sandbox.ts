import { effectEntry } from '../../effect.ts';

// What identity, environment, system calls, limits and models of a blueprint come to under OpenShell.

type Nothing = Record<string, never>;

export const exportIdentity = effectEntry<Nothing>('NC1968', 'export/identity', 'lost', {
  message: () => 'the agent runs as the user that OpenShell or its image chooses',
  explanation:
    'The blueprint names no user, or one that OpenShell refuses (root). A policy without `process` leaves the choice to ' +
    'OpenShell, which never takes root.',
});

export const exportEnvironment = effectEntry<Nothing>('NC1969', 'export/environment', 'looser', {
  message: () => 'under OpenShell the agent sees the whole environment of its container',
  help: () => 'keep credentials out of the image and of what starts the container',
  explanation:
    'A policy of OpenShell does not limit environment variables. They are those of the container, not of the host, but the ' +
    'blueprint passes on a few by name only.',
});

export const exportSyscalls = effectEntry<Nothing>('NC1970', 'export/syscalls', 'looser', {
  message: () => 'OpenShell refuses a fixed list of system calls and allows all others',
  explanation:
    'A blueprint has a list of allowed system calls. OpenShell has a filter of its own that policies cannot change, so calls ' +
    'outside of the list of the blueprint work there unless that filter refuses them.',
});

export const exportSyscallRule = effectEntry<{ name: string }>('NC1971', 'export/syscall-denial', 'looser', {
  message: ({ name }) => `the denial of \`${name}\` is lost: OpenShell has one fixed filter of system calls`,
  explanation: 'A policy of OpenShell has no section for system calls, and none for their arguments.',
});

export const exportSyscallAllowed = effectEntry<{ name: string }>(
  'NC1972',
  'export/syscall-allowance',
  'stricter',
  {
    message: ({ name }) => `whether \`${name}\` works is up to the fixed filter of OpenShell`,
    explanation:
      'The blueprint allows a call beyond its profile. OpenShell has one filter for all sandboxes, which may refuse it.',
  },
);

export const exportLimit = effectEntry<{ name: string }>('NC1973', 'export/limit', 'looser', {
  message: ({ name }) => `the limit \`${name}\` is lost: OpenShell has none`,
  help: () => 'limit the container that OpenShell starts',
  explanation: 'A policy of OpenShell does not limit processes, memory, files or time.',
});

export const exportCredential = effectEntry<{ name: string }>('NC2487', 'export/credential', 'stricter', {
  message: ({ name }) => `the credential \`${name}\` is not part of a policy of OpenShell`,
  help: () => 'set it up as a provider of OpenShell; a policy there cannot name where its value is read',
  explanation:
    'Under OpenShell credentials belong to providers, which are set up apart from policies. A policy that is exported grants ' +
    'the same requests, and they go without the credential.',
});

export const exportRoute = effectEntry<{ name: string }>('NC1974', 'export/route', 'stricter', {
  message: ({ name }) => `the inference route \`${name}\` is not part of a policy of OpenShell`,
  help: () => 'set the provider up with `openshell inference`; the agent reaches it as `inference.local`',
  explanation: 'OpenShell routes calls to models by the configuration of its gateway, not by a policy.',
});
