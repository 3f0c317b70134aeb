import { entry } from '../entry.ts';

export const controlTwice = entry<{ id: string; framework: string }>('NC2020', 'controls/twice', 'error', {
  message: ({ id, framework }) => `the control \`${id}\` of \`${framework}\` is there twice`,
  help: () => 'put its evidence together into one control',
  explanation:
    'The report has one row a control, with all that is evidence for it. Two rows of one name would each tell half of it.',
});

export const reportDate = entry<{ text: string }>('NC2021', 'report/invalid-epoch', 'error', {
  message: ({ text }) => `\`SOURCE_DATE_EPOCH\` is \`${text}\`, which is no number of seconds since 1970`,
  help: () =>
    'set it to whole seconds, such as that of the last commit by `git log -1 --format=%ct`, or unset it',
  explanation:
    'The variable fixes the date that a report carries, so that the same inputs give the same bytes on another day. Its ' +
    'form is that of https://reproducible-builds.org/specs/source-date-epoch/: digits alone. A value of another form is ' +
    'refused, because a date that was guessed has no place in a document for an auditor.',
});

export const reportNotWritten = entry<{ path: string; detail: string }>(
  'NC2022',
  'report/not-written',
  'error',
  {
    message: ({ path, detail }) => `the report cannot be written to \`${path}\`: ${detail}`,
    explanation:
      'The file that `--out` names could not be made or replaced. An older one that stands there was left as it is.',
  },
);
