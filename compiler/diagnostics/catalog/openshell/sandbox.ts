import { entry } from '../../entry.ts';

// What files, identity, environment and kernel limits of an OpenShell policy mean differently here.

type Nothing = Record<string, never>;

export const readOnlyBelowWritable = entry<{ path: string; above: string }>(
  'NC1300',
  'openshell/read-only-below-writable',
  'warning',
  {
    message: ({ path, above }) =>
      `\`${path}\` is read-only here; under OpenShell it is writable, because \`${above}\` is`,
    explanation:
      'Landlock adds up the rules along a path, so under OpenShell a read-only folder below a writable one can be written. ' +
      'In a blueprint the most specific path decides, and the mount view enforces it: the folder is read-only, as written. ' +
      'It has to be there at the start, because the agent could otherwise make it and write what it likes.',
  },
);

export const hostPaths = entry<Nothing>('NC1301', 'openshell/host-paths', 'warning', {
  message: () => 'these paths are those of the host that the agent runs on, not of a container image',
  help: () => 'read the list with the host in mind, or compile for a target with an image',
  explanation:
    'Under OpenShell the sandbox is a container, so `/etc` is the folder of its image. Run on a host, the same line means ' +
    "the host's own `/etc`. A path that is missing is passed over in both; OpenShell may create missing writable ones.",
});

export const temporaryIsPrivate = entry<{ path: string }>(
  'NC1302',
  'openshell/temporary-is-private',
  'note',
  {
    message: ({ path }) => `\`${path}\` is a private, empty folder in memory here`,
    explanation:
      'In a container `/tmp` belongs to the sandbox alone. On a host it is shared with every other program, sockets included, ' +
      'so the writable `/tmp` of the policy becomes a scratch folder that ends with the sandbox.',
  },
);

export const baselineNotAdded = entry<{ paths: readonly string[] }>(
  'NC1303',
  'openshell/baseline-not-added',
  'warning',
  {
    message: ({ paths }) =>
      `OpenShell adds ${paths.map((path) => `\`${path}\``).join(', ')} when the sandbox starts; here nothing is added`,
    help: () => 'list what the agent needs, or extend `preset: base`',
    explanation:
      'When a policy has network policies, OpenShell grants a fixed list of system paths although the file does not name ' +
      'them. What is not written is not granted here, so programs that need these paths do not start until they are listed.',
  },
);

export const noFilesystemSection = entry<Nothing>('NC1304', 'openshell/no-filesystem-section', 'warning', {
  message: () => 'there is no `filesystem_policy`, so no path is granted here, not even the working folder',
  help: () => 'write a `filesystem_policy`, or extend this file from a blueprint that has one',
  explanation:
    'OpenShell then uses a default: the working folder writable, and system paths as the image or the gateway says. ' +
    'What is not written is not granted here.',
});

export const processPathWidened = entry<{ path: string }>('NC1305', 'openshell/process-path', 'warning', {
  message: ({ path }) => `\`${path}\` becomes \`/proc\`, which lists only the sandbox's own processes`,
  explanation:
    'An entry below `/proc` belongs to one process, and Landlock would bind the rule to the process that made it, not to the ' +
    'agent. The sandbox has a process list of its own, so `/proc` there shows nothing of the host. It shows the other ' +
    'processes of the same sandbox, which is more than was written.',
});

export const landlockDefault = entry<Nothing>('NC1306', 'openshell/landlock-default', 'note', {
  message: () => 'without `landlock` OpenShell starts even when the kernel cannot enforce; here it does not',
  help: () => 'write `landlock: { compatibility: best_effort }` to accept the weaker start',
  explanation:
    'The default of OpenShell is best effort, which logs a finding and runs on. The default of a blueprint is a hard ' +
    'requirement: a kernel that cannot enforce the files section does not start the agent.',
});

export const identityHere = entry<{ text: string }>('NC1307', 'openshell/identity', 'note', {
  message: ({ text }) => text,
  explanation:
    'OpenShell takes the identity from the container image or its gateway. Here the agent runs as whoever starts it, or ' +
    'under the number that is written; `sandbox` is 1000 as in the images of OpenShell. Files on the host belong to host ' +
    'users, so the identity decides what the file permissions add to the blueprint.',
});

export const environmentHere = entry<{ names: readonly string[] }>(
  'NC1308',
  'openshell/environment',
  'note',
  {
    message: ({ names }) =>
      `of the environment only ${names.map((name) => `\`${name}\``).join(', ')} pass on`,
    help: () => 'list more under `process.environment` of a blueprint that extends this file',
    explanation:
      'Under OpenShell the agent sees the environment of its container. The environment of a host holds credentials, so only ' +
      'names that programs need and that hold no secret are passed on.',
  },
);

export const syscallsHere = entry<Nothing>('NC1309', 'openshell/syscalls', 'note', {
  message: () =>
    'system calls are limited to the profile `agent`; OpenShell refuses some and allows the rest',
  help: () => 'add what is missing under `syscalls.allow` of a blueprint that extends this file',
  explanation:
    'OpenShell has a fixed list of refused system calls and allows every other. A blueprint has a list of allowed ones, and ' +
    'what is not on it is refused. A program that needs a rare call may notice.',
});

export const systemLinksAdded = entry<{ paths: readonly string[] }>(
  'NC1310',
  'openshell/system-links',
  'note',
  {
    message: ({ paths }) =>
      `${paths.map((path) => `\`${path}\``).join(', ')} are read-only too, which on most hosts are links into \`/usr\``,
    help: () => 'write them under `read_only`, so that the file says it',
    explanation:
      'In a container the links are followed to `/usr`, which is granted, so OpenShell need not name them. Here a path that ' +
      'is not granted does not exist, links included, and without `/lib64` no program finds its loader. On an old host where ' +
      'these are folders of their own, their programs can be read and started as well.',
  },
);
