import { entry } from '../../entry.ts';

export const lintGrantedAlready = entry<{ what: string }>('NC2100', 'lint/granted-already', 'warning', {
  message: ({ what }) => `${what} grants nothing that is not granted already`,
  help: () => 'remove it; the agent can do the same without it',
  explanation:
    'Everything that this entry allows is allowed by others, so the blueprint means the same without it. Such entries ' +
    'hide what an agent really needs: whoever removes the other one later believes that the access is gone, and it is ' +
    'not. That the meaning stays was computed, not guessed from the words.',
});

export const lintDeniedWhole = entry<{ what: string }>('NC2101', 'lint/denied-whole', 'warning', {
  message: ({ what }) => `${what} grants nothing: all of it is denied`,
  help: () => 'remove it, or narrow the denial',
  explanation:
    'A denial beats every permission, wherever it stands. This entry allows only what some `deny_rules` refuse, or what ' +
    'they and other entries make needless, so it has no effect. Either the grant or the denial is not what was meant.',
});

export const lintDenialWithoutEffect = entry<{ what: string }>(
  'NC2102',
  'lint/denial-without-effect',
  'warning',
  {
    message: ({ what }) => `${what} denies nothing that would be allowed without it`,
    help: () =>
      'check its method and path for a mistake; `--fix` leaves it, as it would refuse what is granted here one day',
    explanation:
      'What is not granted is denied anyway, so a denial only does something where it overlaps a grant for the same host, ' +
      'port and program. A denial without effect is often a misspelt path that leaves the real one open. No denial is ever removed by ' +
      '`--fix`: with other variables, or in a file that extends this one, it may be what keeps something shut.',
  },
);

export const lintPathRepeats = entry<{ path: string; above: string }>(
  'NC2103',
  'lint/path-repeats',
  'warning',
  {
    message: ({ path, above }) => `\`${path}\` is granted like this by \`${above}\` above it`,
    help: () => 'remove it; a grant holds for everything below its path',
    explanation:
      'The nearest entry above a path decides. An entry with the same rights as the one above it changes nothing and only ' +
      'makes the list longer. To insist that the path must be there at the start, write `optional: false`: such entries ' +
      'are not reported.',
  },
);

export const lintInheritedAlready = entry<{ what: string; from: string }>(
  'NC2104',
  'lint/inherited-already',
  'note',
  {
    message: ({ what, from }) => `${what} is said like this by \`${from}\` already`,
    help: () => 'remove it, unless the blueprint should keep it whatever it extends',
    explanation:
      'What a blueprint extends is part of it. Saying the same again has no effect today; it would keep the entry if the ' +
      'extended file gave it up, which may or may not be wanted.',
  },
);

export const lintVariableCovered = entry<{ name: string; by: string }>(
  'NC2105',
  'lint/variable-covered',
  'warning',
  {
    message: ({ name, by }) => `\`${name}\` is passed on by \`${by}\` already`,
    help: () => 'remove it, or remove the name with `*` if single variables are meant',
    explanation:
      'A name that ends in `*` passes on every variable that begins so. A shorter list of whole names is easier to review.',
  },
);

export const lintSyscallAllowedAlready = entry<{ name: string }>(
  'NC2106',
  'lint/syscall-allowed-already',
  'warning',
  {
    message: ({ name }) => `allowing \`${name}\` here changes nothing`,
    help: () => 'remove it; the profile or another rule allows the same, or a denial refuses it',
    explanation:
      'Rules for system calls add up and a denial wins. This one was taken out for a trial and every call, with every value ' +
      'of its arguments, was decided as before.',
  },
);

export const lintSyscallDeniedAlready = entry<{ name: string }>(
  'NC2107',
  'lint/syscall-denied-already',
  'note',
  {
    message: ({ name }) => `\`${name}\` is refused without this denial, too`,
    help: () => 'keep it if it should hold whatever the profile allows one day; else remove it',
    explanation:
      'What the profile does not allow is refused anyway. The denial has no effect today, and would have one if a later ' +
      'profile or another file allowed the call.',
  },
);
