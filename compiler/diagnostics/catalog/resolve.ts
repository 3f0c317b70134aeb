import { entry } from '../entry.ts';

const trailText = (trail: readonly string[]) => trail.map((name) => `\`${name}\``).join(' -> ');

export const resolveCycle = entry<{ trail: readonly string[] }>('NC1350', 'resolve/cycle', 'error', {
  message: ({ trail }) => `this extends itself: ${trailText(trail)}`,
  help: () => 'remove one of the `extends` entries on the way',
  explanation:
    'A blueprint takes over everything that the files under `extends` say, so a file that extends itself, directly or ' +
    'through others, has no end. The message shows the whole way around. Move what both need into a third file.',
});

export const resolveMissing = entry<{ kind: string; name: string; detail: string; nearest: string | null }>(
  'NC1351',
  'resolve/not-found',
  'error',
  {
    message: ({ kind, name, detail }) => `${kind} \`${name}\` cannot be read: ${detail}`,
    help: ({ kind, nearest }) =>
      nearest !== null
        ? `did you mean \`${nearest}\`?`
        : kind === 'file'
          ? null
          : `\`nemoclaw presets list\` shows what is there`,
    explanation:
      'An entry under `extends` names a shipped tier, a shipped preset or a file next to the blueprint. What cannot be ' +
      'read is an error and never passed over, because the blueprint would then mean something else than its reviewer saw.',
  },
);

export const resolveAccessLevel = entry<{
  preset: string;
  access: string | null;
  offered: readonly string[];
}>('NC1352', 'resolve/access-level', 'error', {
  message: ({ preset, access, offered }) =>
    offered.length === 0
      ? `preset \`${preset}\` offers no access levels`
      : access === null
        ? `preset \`${preset}\` needs an access level`
        : `preset \`${preset}\` does not offer access \`${access}\``,
  help: ({ offered }) =>
    offered.length === 0
      ? 'remove `access`'
      : `write ${offered.map((level) => `\`access: ${level}\``).join(' or ')}`,
  explanation:
    'A preset for a service lists the access levels that it offers, usually `read-only` and `read-write`. ' +
    'The level is written out in the blueprint so that the review shows it.',
});

export const resolveConflict = entry<{ what: string }>('NC1353', 'resolve/conflict', 'error', {
  message: ({ what }) => `two sources disagree about ${what}`,
  help: ({ what }) => `say in the blueprint itself what holds for ${what}`,
  explanation:
    'Two files that this blueprint extends give different answers and neither extends the other, so no order between ' +
    'them is meant. The blueprint itself overrides both; nemoclaw does not pick one by its place in a list.',
});

export const resolveSameFileConflict = entry<{ what: string }>('NC1354', 'resolve/contradiction', 'error', {
  message: ({ what }) => `${what} is given twice with different meanings`,
  help: () => 'keep one of the two',
  explanation: 'One file says two different things about the same path, limit or name. Neither is taken.',
});

export const resolveOverride = entry<{ what: string; from: readonly string[] }>(
  'NC1355',
  'resolve/override',
  'note',
  {
    message: ({ what, from }) => `this replaces ${what} from ${trailText(from)}`,
    explanation:
      'A blueprint may replace what it extends: the same path, limit, variable or network policy written again takes the ' +
      'place of the inherited one, whole. The note shows where the replaced one stood, so that a reviewer sees both.',
  },
);

export const resolveUnknownVariable = entry<{ name: string; nearest: string | null }>(
  'NC1356',
  'resolve/unknown-variable',
  'error',
  {
    message: ({ name }) => `variable \`${name}\` is not defined`,
    help: ({ nearest, name }) =>
      nearest !== null
        ? `did you mean \`\${${nearest}}\`?`
        : `define it under \`variables\` or give \`--set ${name}=VALUE\``,
    explanation:
      '`${name}` in a value stands for a variable. `${workdir}` and `${home}` are always there; others come from ' +
      '`variables` of the blueprint or of what it extends, or from `--set`. An undefined one is an error, never empty.',
  },
);

export const resolveReservedVariable = entry<{ name: string }>(
  'NC1357',
  'resolve/reserved-variable',
  'error',
  {
    message: ({ name }) => `variable \`${name}\` is given by the host and cannot be defined here`,
    help: ({ name }) =>
      name === 'workdir' ? 'use another name, or start with `--workdir DIR`' : 'use another name',
    explanation:
      '`workdir` and `home` describe where the agent runs. A blueprint that redefined them would hide that.',
  },
);

export const resolveVariableSyntax = entry<{ text: string }>('NC1358', 'resolve/variable-syntax', 'error', {
  message: ({ text }) => `\`${text}\` is not a variable reference`,
  help: () =>
    'write `${name}` with letters, digits, `_` and `-`; write `$${` for the two characters themselves',
  explanation:
    'A `${` that is not closed, or that holds other characters than a name, is refused instead of kept as text.',
});

export const resolveNested = entry<{ name: string }>('NC1359', 'resolve/variable-in-variable', 'error', {
  message: ({ name }) => `the value of variable \`${name}\` refers to another variable`,
  help: () => 'only `${workdir}` and `${home}` may stand in a value',
  explanation:
    'Variables are replaced once, so a value can be read without following a chain of definitions.',
});

export const resolveWrongKind = entry<{ name: string; wanted: string; found: string }>(
  'NC1360',
  'resolve/wrong-kind',
  'error',
  {
    message: ({ name, wanted, found }) => `\`${name}\` is a ${found}, not a ${wanted}`,
    explanation:
      'An entry under `extends` says whether it names a tier, a preset or a file with a blueprint, and the file must agree.',
  },
);

export const resolveDepth = entry<{ limit: number }>('NC1361', 'resolve/too-deep', 'error', {
  message: ({ limit }) => `more than ${limit} files are extended`,
  explanation:
    'A blueprint that draws on that many files cannot be reviewed. The limit also ends a hostile chain of files.',
});
