import { entry } from '../../entry.ts';

export const lintWithoutOwner = entry<{ what: string }>('NC2110', 'lint/without-owner', 'warning', {
  message: ({ what }) => `nobody answers for ${what}`,
  help: () => 'write `grant: { owner: ... }` at the entry, or `owners` under `metadata`',
  explanation:
    'A grant that reaches out of the sandbox should name a person or a team who can say why it is there. Without one nobody ' +
    'removes it when it is no longer needed. `owners` under `metadata` speak for the whole blueprint.',
});

export const lintWithoutEnd = entry<{ what: string }>('NC2111', 'lint/without-end', 'note', {
  message: ({ what }) => `${what} has no end`,
  help: () => 'write `expires` under `grant`, unless the agent needs it for good',
  explanation:
    'Most exceptions are for a task that ends. `grant: { expires: 2027-03-31 }` lets the access end by itself, at that ' +
    'date, without a new compilation.',
});

export const lintEnded = entry<{ what: string; ended: string }>('NC2112', 'lint/ended', 'warning', {
  message: ({ what, ended }) => `${what} ended on ${ended}`,
  help: () => 'remove it, or have it renewed with a new `expires`',
  explanation:
    'The grant has an end, and that is past. A network entry allows nothing any more and still stands in the blueprint as if ' +
    'it did; its denials go on. With any other entry the agent is no longer started.',
});

export const lintEndsSoon = entry<{ what: string; ends: string; days: number }>(
  'NC2113',
  'lint/ends-soon',
  'note',
  {
    message: ({ what, ends, days }) =>
      `${what} ends on ${ends}, ${days === 0 ? 'within a day' : `in ${days} day${days === 1 ? '' : 's'}`}`,
    help: () => 'have it renewed in time, if it is still needed',
    explanation: 'The grant ends within 14 days. Afterwards the agent can no longer do what it allows.',
  },
);
