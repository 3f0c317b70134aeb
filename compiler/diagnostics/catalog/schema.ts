import { entry } from '../entry.ts';

const listed = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');
const oneOf = (words: readonly string[]) =>
  words.length === 1 ? `write ${listed(words)}` : `write one of ${listed(words)}`;

export const schemaUnknownKey = entry<{
  key: string;
  inside: string | null;
  /** A key of this mapping, or the path of keys where the thing is written. */
  nearest: string | null;
  known: readonly string[];
}>('NC1101', 'schema/unknown-key', 'error', {
  message: ({ key, inside }) =>
    inside === null ? `unknown key \`${key}\`` : `unknown key \`${key}\` in \`${inside}\``,
  help: ({ nearest, known }) => {
    if (nearest !== null) return `did you mean \`${nearest}\`?`;
    return known.length === 0 ? null : `the keys here are ${listed(known)}`;
  },
  explanation:
    'Every mapping of the language has a fixed set of keys. An unknown key is an error and never passed over, because a ' +
    'misspelt restriction that is silently ignored grants more than its author meant. `nemoclaw schema print` shows all ' +
    'keys, and docs/reference/blueprint.md explains them.',
});

export const schemaMissingKey = entry<{ key: string; inside: string | null; example: string | null }>(
  'NC1102',
  'schema/missing-key',
  'error',
  {
    message: ({ key, inside }) =>
      inside === null ? `\`${key}\` is missing` : `\`${key}\` is missing in \`${inside}\``,
    help: ({ key, example }) => (example === null ? null : `for example \`${key}: ${example}\``),
    explanation:
      'This key has no default, because no default would be safe or sensible. Write it out, so that a reviewer sees it.',
  },
);

export const schemaWrongType = entry<{ label: string; expected: string; found: string; hint: string | null }>(
  'NC1103',
  'schema/wrong-type',
  'error',
  {
    message: ({ label, expected, found }) => `expected ${expected} for \`${label}\`, found ${found}`,
    help: ({ hint }) => hint,
    explanation:
      'The value has another kind than the language wants at this place: a text, a number, `true` or `false`, a list or a ' +
      'mapping. YAML reads `yes` as a text and `1500` as a number; quotes make a text of anything. Values are never ' +
      'converted silently, because what was meant would be a guess.',
  },
);

export const schemaUnknownValue = entry<{
  label: string;
  value: string;
  nearest: string | null;
  allowed: readonly string[];
}>('NC1104', 'schema/unknown-value', 'error', {
  message: ({ label, value }) => `${value} is not a value of \`${label}\``,
  help: ({ nearest, allowed }) => (nearest !== null ? `did you mean \`${nearest}\`?` : oneOf(allowed)),
  explanation:
    'This key takes one of a few words. Another word is an error and never read as the nearest or as the default, because ' +
    'a mode that was misspelt would then be a weaker one than its author meant.',
});

export const schemaInvalidFormat = entry<{
  label: string;
  value: string;
  expected: string;
  example: string | null;
}>('NC1105', 'schema/invalid-format', 'error', {
  message: ({ label, value, expected }) => `${value} does not fit \`${label}\`: expected ${expected}`,
  help: ({ example }) => (example === null ? null : `for example \`${example}\``),
  explanation:
    'The text is not of the form that this key takes. The message says what the form is, and docs/reference/blueprint.md ' +
    'gives the exact pattern.',
});

export const schemaOutOfRange = entry<{
  label: string;
  value: string;
  minimum: number | null;
  maximum: number | null;
}>('NC1106', 'schema/out-of-range', 'error', {
  message: ({ label, value }) => `${value} is out of range for \`${label}\``,
  help: ({ minimum, maximum }) => {
    if (minimum === null) return `at most ${maximum}`;
    return maximum === null ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  },
  explanation:
    'The number is outside of what the thing can be: ports go from 1 to 65535, limits start at 1, arguments of a system ' +
    'call are numbered from 0 to 5.',
});

export const schemaEmpty = entry<{ label: string; expected: string; example: string | null }>(
  'NC1107',
  'schema/empty',
  'error',
  {
    message: ({ label, expected }) => `\`${label}\` is empty: expected ${expected}`,
    help: ({ example }) =>
      example === null ? 'write what belongs here, or remove the key' : `for example \`${example}\``,
    explanation:
      'An empty list or text could mean everything or nothing. It never carries a meaning here: leave the key out for its ' +
      'default, or write what is meant.',
  },
);

export const schemaLandlockStrict = entry<Record<string, never>>(
  'NC1108',
  'schema/landlock-strict',
  'error',
  {
    message: () => '`strict` is not a mode of Landlock: it would enforce nothing',
    help: () =>
      'write `hard_requirement` to refuse to start on a kernel that cannot enforce the filesystem section',
    explanation:
      'NemoClaw accepts `compatibility: strict` and silently treats it as best effort, so the agent starts even where ' +
      'Landlock is missing. What the word promises is called `hard_requirement`. It is the default here, so the whole ' +
      'section can be left out.',
  },
);

export const schemaTooMany = entry<{ label: string; found: number; maximum: number }>(
  'NC1109',
  'schema/too-many',
  'error',
  {
    message: ({ label, found, maximum }) =>
      `\`${label}\` has ${found} entries, at most ${maximum} are possible`,
    explanation: 'The list is longer than the thing that it describes, e.g. a system call has six arguments.',
  },
);

export const schemaMoreMistakes = entry<{ hidden: number }>('NC1110', 'schema/more-mistakes', 'note', {
  message: ({ hidden }) => (hidden === 1 ? 'and 1 more mistake' : `and ${hidden} more mistakes`),
  explanation:
    'Only the first mistakes of a file are shown, since the later ones often follow from them. Mend those and run again.',
});
