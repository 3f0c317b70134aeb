import { entry } from '../entry.ts';

const PATH_HELP: Record<string, string> = {
  relative: 'start with `/`, or with `${workdir}` for a path in the working folder',
  'dot-segment': 'write the path without `.` and `..`',
  'control-character': 'remove the line break or control character from the name',
  glob: 'name the folder: everything below it is included, and no kernel mechanism knows patterns',
};

export const pathInvalid = entry<{ path: string; problem: string }>(
  'NC1450',
  'filesystem/invalid-path',
  'error',
  {
    message: ({ path, problem }) => `\`${path}\` cannot be used as a path: ${problem.replaceAll('-', ' ')}`,
    help: ({ problem }) =>
      PATH_HELP[problem] ??
      'write an absolute path such as `/srv/project`, with single slashes and names of usual length',
    explanation:
      'A path in a blueprint is absolute and names one file or folder, which stands for everything below it. Relative ' +
      'paths, `.` and `..`, control characters and patterns are refused, because different layers (a mount, Landlock, ' +
      'Docker) would read them differently.',
  },
);

export const pathRoot = entry<{ mode: string }>('NC1451', 'filesystem/root', 'error', {
  message: ({ mode }) => `\`/\` cannot be ${mode === 'deny' ? 'denied' : `granted as ${mode}`}`,
  help: () =>
    'name the folders that the agent needs; `extends: [{ preset: base }]` holds the usual system ones',
  explanation:
    'Granting the whole file system would include every secret on the host and every device. The sandbox starts from ' +
    'an empty tree, and a blueprint says what is in it.',
});

export const workdirNotGranted = entry<{ workdir: string }>(
  'NC1452',
  'filesystem/workdir-not-granted',
  'error',
  {
    message: ({ workdir }) => `the agent starts in \`${workdir}\`, which the blueprint does not grant`,
    help: () => 'write `include_workdir: true` under `filesystem_policy`, or grant a folder that holds it',
    explanation:
      'The command starts in its working folder. If the blueprint does not let it read that folder, nothing that it does ' +
      'with relative paths can work, so this is said before anything runs.',
  },
);

export const belowProc = entry<{ path: string }>('NC1453', 'filesystem/below-proc', 'error', {
  message: ({ path }) => `\`${path}\` lies below \`/proc\` and cannot be granted by itself`,
  help: () => "grant `/proc`: inside the sandbox it lists only the sandbox's own processes",
  explanation:
    'The sandbox has its own process list, so `/proc` there shows nothing of the host. Entries below it belong to ' +
    'processes that do not exist yet when the rules are made, and a rule for one of them would bind to the wrong one.',
});

export const deniedNowhere = entry<{ path: string }>('NC1454', 'filesystem/denies-nothing', 'warning', {
  message: ({ path }) => `\`${path}\` is denied already: nothing grants it or a folder above it`,
  help: () =>
    'check the path for a mistake; no fix removes it, as it denies something as soon as a folder above it is granted',
  explanation:
    'Nothing is granted that is not named, so a denial only does something below a granted folder, or in place of an entry ' +
    'for the same path in a file that this one extends. `lint --fix` leaves it: ' +
    'with other variables, another home or working folder, or in a file that extends this one, it may be what keeps a secret.',
});

export const deviceFolder = entry<{ path: string }>('NC1455', 'filesystem/device-folder', 'warning', {
  message: ({ path }) => `granting \`${path}\` as a whole hands the agent every device of the host`,
  help: () => 'grant the devices one by one; `preset: base` has the harmless ones',
  explanation:
    'Folders such as `/dev` and `/sys` hold disks, memory and hardware settings. File permissions still apply, but a ' +
    'blueprint that is read by a person should name the devices that the agent needs.',
});

export const procWritable = entry<Record<string, never>>('NC1456', 'filesystem/proc-writable', 'error', {
  message: () => '`/proc` can only be granted for reading',
  help: () => 'move it to `read_only`',
  explanation:
    'Settings of the whole kernel lie below `/proc/sys`, and some of them name programs that the kernel runs as root. A ' +
    'program needs to read `/proc`; none needs to write there.',
});

export const socketFolder = entry<{ path: string }>('NC1457', 'filesystem/sockets', 'warning', {
  message: ({ path }) =>
    `services of the host listen at or below \`${path}\`; granting it hands them to the agent`,
  help: () => 'remove it, unless the agent is meant to speak to that service',
  explanation:
    'A unix socket is reached through its path, and no file right stands in between: whoever sees a socket can connect to ' +
    'it, even in a read-only folder. Some services, such as the one behind docker.sock, give whoever reaches them the host.',
});

export const deniedByOneName = entry<{ path: string; alias: string }>(
  'NC1458',
  'filesystem/denied-by-one-name',
  'warning',
  {
    message: ({ path, alias }) =>
      `\`${path}\` is denied, but on most hosts it is also \`${alias}\`, which is granted`,
    help: ({ alias }) => `deny \`${alias}\` as well`,
    explanation:
      'On current distributions `/bin`, `/sbin`, `/lib` and `/lib64` are links into `/usr`, so every file there has two names. ' +
      'A denial hides one name; the file stays reachable under the other as long as that is granted.',
  },
);
