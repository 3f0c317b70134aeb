import { entry } from '../entry.ts';

export const limitInvalid = entry<{ text: string; unit: string }>(
  'NC1720',
  'resources/invalid-amount',
  'error',
  {
    message: ({ text, unit }) => `\`${text}\` is not an amount of ${unit}`,
    help: ({ unit }) =>
      ({
        bytes: 'write a number of bytes, or one with a unit such as `512MiB` or `2GB`',
        seconds: 'write a number of seconds, or one with a unit such as `90s`, `10m` or `2h`',
      })[unit] ?? 'write a whole number above 0',
    explanation:
      'Limits are whole numbers above 0. Sizes take KB, MB, GB (thousands) and KiB, MiB, GiB (1024), times take s, m and h.',
  },
);
