import { entry } from '../../entry.ts';

// What of NVIDIA NemoClaw's blueprint.yaml means something else here, or has no place in a blueprint.

type Nothing = Record<string, never>;

export const basePolicy = entry<{ path: string }>('NC1320', 'openshell/base-policy', 'note', {
  message: ({ path }) => `\`${path}\` is read from beside this file, not from a container image`,
  explanation:
    'The additions of a NemoClaw blueprint build on the policy named by `base`. What that policy grants is part of the ' +
    'meaning, so the file has to be there; without it the blueprint is refused.',
});

export const imageNotUsed = entry<{ image: string; pinned: boolean }>(
  'NC1321',
  'openshell/image',
  'warning',
  {
    message: ({ image, pinned }) =>
      pinned
        ? `the image \`${image}\` is not part of a blueprint and is not used`
        : `the image \`${image}\` is not part of a blueprint and is not used; it is not pinned by a digest either`,
    help: ({ pinned }) =>
      pinned
        ? 'name the image in the target file'
        : 'name the image in the target file, with `@sha256:` and its digest',
    explanation:
      'A blueprint says what the agent may do; where it runs is the target. A tag such as `latest` can name other bytes ' +
      'tomorrow, so what was reviewed is not what runs.',
  },
);

export const digestEmpty = entry<Nothing>('NC1322', 'openshell/digest-empty', 'warning', {
  message: () => 'the digest is empty, so nothing ties this file to an image',
  explanation:
    'NemoClaw fills the field in at release time. Until then any image passes. It is not used here; the lock file of a ' +
    'compiled blueprint holds the digests that count.',
});

export const forwardPorts = entry<Nothing>('NC1323', 'openshell/forward-ports', 'note', {
  message: () => '`forward_ports` is not carried over: nothing outside can connect into the sandbox',
  explanation:
    'OpenShell forwards these ports from the host to programs in the sandbox. A blueprint grants what the agent may do, and ' +
    'has no entry for connections that come in.',
});

export const profileNotTaken = entry<{ name: string; taken: string | null }>(
  'NC1324',
  'openshell/profile-not-taken',
  'note',
  {
    message: ({ name, taken }) =>
      taken === null
        ? `the inference profile \`${name}\` is not taken`
        : `the inference profile \`${name}\` is not taken; \`${taken}\` is`,
    help: () => 'write the route that is wanted under `inference` of a blueprint',
    explanation:
      'NemoClaw uses one inference profile at a time, chosen when the sandbox is set up, `default` unless told otherwise. ' +
      'Routes of a blueprint all hold at once, so only the default profile becomes one.',
  },
);

export const dynamicEndpoint = entry<{ name: string }>('NC1325', 'openshell/dynamic-endpoint', 'warning', {
  message: ({ name }) =>
    `the address of the inference profile \`${name}\` is only known at start, so it grants nothing`,
  help: () => 'write the URL, so that it can be reviewed',
  explanation:
    'With `dynamic_endpoint` or an empty `endpoint` the URL comes from whoever starts the sandbox. A grant whose destination ' +
    'is not in the file cannot be reviewed, so no route is made of it.',
});

export const credentialDefault = entry<Nothing>('NC1326', 'openshell/credential-default', 'warning', {
  message: () => '`credential_default` is not carried over: a credential does not belong in a file',
  help: () => 'set the environment variable that `credential_env` names',
  explanation:
    'The value is used as the credential when the environment variable is not set. Even a dummy teaches that credentials ' +
    'stand in files, and a real one would be in the history for ever.',
});

export const notCarriedOver = entry<{ key: string; effect: string }>(
  'NC1327',
  'openshell/not-carried-over',
  'note',
  {
    message: ({ key, effect }) => `\`${key}\` is not carried over: ${effect}`,
    explanation: 'NemoClaw uses this part of the file to set up things that a blueprint has no entry for.',
  },
);
