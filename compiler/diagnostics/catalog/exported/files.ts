import { effectEntry } from '../../effect.ts';
import { entry } from '../../entry.ts';

// What files of a blueprint come to under OpenShell.

type Nothing = Record<string, never>;

export const exportDenialLost = effectEntry<{ path: string; above: string }>(
  'NC1960',
  'export/denial-lost',
  'looser',
  {
    message: ({ path, above }) =>
      `\`${path}\` cannot be denied under OpenShell, because \`${above}\` is granted`,
    help: ({ above }) => `grant single folders below \`${above}\` instead of the whole of it`,
    explanation:
      'OpenShell hands its paths to Landlock, whose rules only add up: what is granted for a folder holds for everything ' +
      'below it. There is no list of denied paths.',
  },
);

export const exportReadOnlyLost = effectEntry<{ path: string; above: string }>(
  'NC1961',
  'export/read-only-lost',
  'looser',
  {
    message: ({ path, above }) =>
      `\`${path}\` can be written under OpenShell, because \`${above}\` is writable`,
    help: ({ above }) => `grant single folders below \`${above}\` for writing instead of the whole of it`,
    explanation:
      'Landlock adds up the rules along a path, so a read-only folder below a writable one can be written. Here the most ' +
      'specific path decides, and the mount view enforces it.',
  },
);

export const exportExecuteLost = effectEntry<{ path: string }>('NC1962', 'export/execute-lost', 'looser', {
  message: ({ path }) => `programs in \`${path}\` can be started under OpenShell`,
  explanation: 'A path of OpenShell that can be read can be executed; there is no word for reading alone.',
});

export const exportBaseline = effectEntry<{ paths: readonly string[] }>(
  'NC1963',
  'export/baseline-added',
  'looser',
  {
    message: ({ paths }) =>
      `OpenShell adds ${paths.map((path) => `\`${path}\``).join(', ')} to every policy with network policies`,
    help: () => 'use an image whose folders of these names hold nothing that the agent should not see',
    explanation:
      'When a policy grants any network, OpenShell adds a list of paths of its own when the sandbox starts: `/usr`, `/lib`, ' +
      '`/etc`, `/app`, `/var/log`, `/proc` and `/dev/urandom` to read, `/tmp`, `/dev/null` and in older versions `/sandbox` to ' +
      'write. They are those of the container image, not of the host, but the blueprint does not grant them.',
  },
);

export const exportScratch = effectEntry<{ path: string }>('NC1964', 'export/scratch', 'lost', {
  message: ({ path }) => `\`${path}\` is a folder of the container under OpenShell, not one in memory`,
  explanation:
    'A scratch folder is empty at the start and gone at the end. Under OpenShell it is part of the container, which belongs to ' +
    'the sandbox as well, and may hold what the image put there.',
});

export const exportWorkdir = effectEntry<{ workdir: string }>('NC1965', 'export/workdir', 'lost', {
  message: ({ workdir }) =>
    `the agent starts in the folder that OpenShell's image names, not in \`${workdir}\``,
  help: () => 'export with `--workdir /sandbox`, the folder of its images',
  explanation: 'A policy of OpenShell says which paths may be used, not where programs start.',
});

export const exportMissingPaths = effectEntry<Nothing>('NC1966', 'export/missing-paths', 'stricter', {
  message: () => 'older versions of OpenShell do not start when a path of the policy is missing in the image',
  explanation:
    'With a hard requirement older versions refuse to start for one missing path; newer ones pass it over, as `optional` of ' +
    'a blueprint does.',
});

export const exportTooManyPaths = entry<{ found: number; maximum: number }>(
  'NC1967',
  'export/too-many-paths',
  'error',
  {
    message: ({ found, maximum }) => `the blueprint grants ${found} paths, OpenShell takes ${maximum}`,
    help: () => 'grant folders in place of the files in them',
    explanation: 'OpenShell refuses a policy with more than 256 paths in its two lists together.',
  },
);
