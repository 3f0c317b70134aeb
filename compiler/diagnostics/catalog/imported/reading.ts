import { effectEntry } from '../../effect.ts';
import { entry } from '../../entry.ts';

// Reading the settings of another tool into a blueprint, whichever tool it is.

type Nothing = Record<string, never>;

export const importExact = effectEntry<{ written: string; taken: string }>(
  'NC1900',
  'import/exact',
  'exact',
  {
    message: ({ written, taken }) => `\`${written}\` ${taken}`,
    explanation:
      'The setting allows and refuses the same here as it does in the tool that it was written for.',
  },
);

export const importUnknownKey = entry<{ key: string; inside: string | null; nearest: string | null }>(
  'NC1901',
  'import/unknown-key',
  'error',
  {
    message: ({ key, inside }) =>
      inside === null ? `unknown setting \`${key}\`` : `unknown setting \`${key}\` in \`${inside}\``,
    help: ({ nearest }) =>
      nearest === null ? 'remove it, or look for a newer nemoclaw' : `did you mean \`${nearest}\`?`,
    explanation:
      'The tool that these settings were written for passes over what it does not know. Here it is an error: a misspelt or ' +
      'newer setting may be a restriction, and a blueprint without it would allow more than its author meant.',
  },
);

export const importWrongType = entry<{ label: string; expected: string }>(
  'NC1902',
  'import/wrong-type',
  'error',
  {
    message: ({ label, expected }) => `expected ${expected} for \`${label}\``,
    explanation:
      'The value has another kind than the tool takes at this place, so the tool refuses the file or passes over the setting.',
  },
);

export const importUnknownLanguage = entry<Nothing>('NC1903', 'import/unknown-language', 'error', {
  message: () => 'this is no file that can be imported',
  help: () =>
    'sandbox-runtime settings have `network` or `filesystem`, Claude Code settings `sandbox` or `permissions`, a workflow ' +
    'a step that uses step-security/harden-runner; `--from` says which of them is meant',
  explanation:
    'What a file is shows in its first keys: the settings of sandbox-runtime or of Claude Code, a GitHub workflow with ' +
    'harden-runner, or a plain list of endpoints such as `github.com:443`. Policies of OpenShell and NemoClaw need no import; ' +
    'they are read as they are.',
});

export const importTooMany = entry<{ label: string; found: number; maximum: number }>(
  'NC1904',
  'import/too-many',
  'error',
  {
    message: ({ label, found, maximum }) =>
      `\`${label}\` has ${found} entries; at most ${maximum} are imported`,
    explanation:
      'Nobody can review a list of that length. It is refused rather than cut, because what was cut would be a guess.',
  },
);

export const importNoPlace = effectEntry<{ key: string; why: string }>('NC1905', 'import/no-place', 'lost', {
  message: ({ key, why }) => `\`${key}\` has no place in a blueprint: ${why}`,
  explanation:
    'The setting is about the other tool itself, about another operating system, or about something that a blueprint does ' +
    'not decide. Leaving it out allows neither more nor less here.',
});

export const importStricterSetting = effectEntry<{ key: string; why: string }>(
  'NC1906',
  'import/stricter-setting',
  'stricter',
  {
    message: ({ key, why }) => `\`${key}\` is not carried over: ${why}`,
    explanation:
      'The setting opens something in the other tool that a blueprint keeps closed, or does not know how to open.',
  },
);

export const importTier = effectEntry<Nothing>('NC1907', 'import/tier', 'stricter', {
  message: () =>
    'the blueprint extends the tier `restricted`, which also limits the environment, system calls, processes and memory',
  help: () =>
    'read it with `nemoclaw presets show restricted`, and add what the agent needs to the blueprint',
  explanation:
    'The other tool does not limit these. A blueprint always does, because the environment holds credentials and the kernel ' +
    'has calls that no agent needs. The tier also brings the system folders without which no program starts.',
});
