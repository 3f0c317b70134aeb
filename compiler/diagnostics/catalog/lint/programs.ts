import { entry } from '../../entry.ts';

export const lintInterpreter = entry<{ names: readonly string[]; policy: string }>(
  'NC2140',
  'lint/interpreter',
  'note',
  {
    message: ({ names, policy }) =>
      `${names.map((name) => `\`${name}\``).join(', ')} ${names.length === 1 ? 'runs' : 'run'} whatever the agent writes, so \`${policy}\` is granted to all of it`,
    help: () =>
      'grant it to a program that does one thing, or keep the rules as narrow as if no program were named',
    explanation:
      'An interpreter or a shell does what its script says. Naming it as the program that has a grant limits nothing where the ' +
      'agent can write scripts: the limits that count are then host, method and path.',
  },
);

export const lintInterpreterTunnel = entry<{ host: string; name: string }>(
  'NC2141',
  'lint/interpreter-tunnel',
  'warning',
  {
    message: ({ host, name }) =>
      `\`${name}\` runs whatever the agent writes, and nobody looks into its connection to \`${host}\``,
    help: () =>
      'let the gateway terminate TLS and list `rules`, or grant the tunnel to a program that does one thing',
    explanation:
      'In a tunnel neither method nor path can be limited, and an interpreter limits nothing either. Together they hand the ' +
      'agent a free line to that host.',
  },
);

export const lintReplaceableProgram = entry<{ program: string; writable: string }>(
  'NC2142',
  'lint/replaceable-program',
  'warning',
  {
    message: ({ program, writable }) =>
      `the agent can replace \`${program}\`, because it may write to \`${writable}\``,
    help: () => 'keep the program where the agent cannot write, or pin its content with `sha256`',
    explanation:
      'A grant names a program by its path. Where the agent can write that path it can put a program of its own there, which ' +
      'then has the grant.',
  },
);

export const lintProgramIsLink = entry<{ program: string; real: string; root: string }>(
  'NC2143',
  'lint/program-is-link',
  'warning',
  {
    message: ({ program, real }) =>
      `\`${program}\` is reached through a link; the kernel calls it \`${real}\``,
    help: ({ real }) => `write \`${real}\``,
    explanation:
      'A running program is known by the path of its file, after all symbolic links. A grant for a path with a link in it ' +
      'matches no process, so what it allows does not work.',
  },
);

export const lintProgramMissing = entry<{ program: string; root: string }>(
  'NC2144',
  'lint/program-missing',
  'note',
  {
    message: ({ program, root }) => `there is no \`${program}\` below \`${root}\``,
    help: () => 'check the path, or remove it if the agent never runs there',
    explanation:
      'The grant is for a program that the looked-at file tree does not have. Blueprints for several distributions list paths ' +
      'of each, so this is only a note.',
  },
);

export const lintLinkUnclear = entry<{ program: string; why: string; root: string }>(
  'NC2145',
  'lint/link-unclear',
  'warning',
  {
    message: ({ program, why, root }) =>
      `where \`${program}\` leads to below \`${root}\` cannot be told: ${why}`,
    help: () => 'name the path of the program itself',
    explanation:
      'Symbolic links are followed within the looked-at file tree only, and only so many of them. A loop, or a folder that ' +
      'cannot be looked at, leaves it open which file the kernel would run.',
  },
);

export const lintRootUnreadable = entry<{ root: string; why: string }>(
  'NC2146',
  'lint/root-unreadable',
  'error',
  {
    message: ({ root, why }) => `the file tree \`${root}\` cannot be looked at: ${why}`,
    help: () => 'give `--root` a folder, such as one into which an image was unpacked, or `/`',
    explanation:
      "`--root` names the folder that is the agent's `/`. Programs are looked up below it, and links in it never lead out " +
      'of it.',
  },
);
