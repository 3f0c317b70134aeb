import { entry } from '../entry.ts';

export const filterTooLong = entry<{ instructions: number; most: number }>(
  'NC1400',
  'syscalls/filter-too-long',
  'error',
  {
    message: ({ instructions, most }) =>
      `the rules under \`syscalls\` need a filter of ${instructions} instructions, and the kernel takes ${most}`,
    help: () => 'replace many single argument values by a range (`less_than`, `at_least`) or by a `mask`',
    explanation:
      'The kernel runs the filter on every system call and limits its length. Rules without conditions cost almost ' +
      'nothing; conditions cost a few instructions each. A filter this long comes from thousands of conditions on ' +
      'single values, which a range or a mask can usually say at once.',
  },
);

export const filterNotPortable = entry<{ names: readonly string[] }>(
  'NC1401',
  'syscalls/no-container-profile',
  'warning',
  {
    message: ({ names }) =>
      `\`seccomp/profile.json\` is not written: its format takes too many entries for the conditions on ${quoted(names)}`,
    help: () => 'compare with `equals` or a `mask` there instead of `not_equals` or ranges',
    explanation:
      'Docker and runc take their rules as JSON, which has no 32-bit comparisons and no order among rules. Conditions ' +
      'are therefore rewritten as bit patterns, and some take hundreds of them. The filter that the launcher installs ' +
      'is not affected: it is compiled directly and enforces the rules exactly. Only the JSON for other tools is missing.',
  },
);

function quoted(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const shown = names.slice(0, 3).map((name) => `\`${name}\``);
  return `${shown.join(', ')}${more}`;
}
