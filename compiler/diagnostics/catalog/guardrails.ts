import { entry } from '../entry.ts';

export const guardrailsKinds = entry<{ name: string; what: string; count: number }>(
  'NC2000',
  'guardrails/exactly-one',
  'error',
  {
    message: ({ name, what, count }) =>
      `the guardrail \`${name}\` has ${count === 0 ? 'none' : count} of the ${what}, and needs exactly one`,
    help: () => 'write one property a guardrail; give each of several a guardrail of its own',
    explanation:
      'A guardrail is one property: accesses that are never allowed, accesses that only some binaries may have, something ' +
      'that a blueprint must say, or a ceiling. One verdict stands behind one name, so two properties are two guardrails.',
  },
);

export const guardrailsNameTwice = entry<{ name: string }>('NC2001', 'guardrails/name-twice', 'error', {
  message: ({ name }) => `there are two guardrails called \`${name}\``,
  help: () => 'give each a name of its own',
  explanation: 'Verdicts and exceptions name a guardrail, so its name must be the only one in the file.',
});

export const guardrailsCeiling = entry<{ file: string }>('NC2002', 'guardrails/ceiling-unusable', 'error', {
  message: ({ file }) => `the ceiling \`${file}\` is no blueprint that can be used`,
  help: () => 'the findings before this one say why; the path is relative to the file of guardrails',
  explanation:
    'A ceiling is a blueprint that allows everything that may be allowed at all. It has to be valid by itself. While it is ' +
    'not, nothing is proved.',
});

export const guardrailBroken = entry<{ name: string; example: string; reason: string | null }>(
  'NC2010',
  'guardrails/broken',
  'error',
  {
    message: ({ name, example }) => `this breaks the guardrail \`${name}\`: ${example}`,
    help: ({ reason }) => reason,
    explanation:
      'A guardrail is a property that no blueprint may have. The example is an access that the blueprint allows and the ' +
      'guardrail forbids, or an entry that does not say what it must. Narrow the entry, or ask the owners of the guardrail.',
  },
);

export const guardrailUnknown = entry<{ name: string; dimension: string }>(
  'NC2011',
  'guardrails/inconclusive',
  'error',
  {
    message: ({ name, dimension }) =>
      `the guardrail \`${name}\` cannot be proved: the patterns of \`${dimension}\` are too intricate`,
    help: () => 'write fewer wildcards in one pattern, above all `?` after `*`',
    explanation:
      'A proof looks at every access there is, which some patterns make exponentially costly. Over a fixed budget there is ' +
      'no answer, and no answer counts as no.',
  },
);
