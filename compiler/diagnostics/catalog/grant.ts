import { entry } from '../entry.ts';

export const grantBadTime = entry<{ text: string }>('NC1470', 'grant/invalid-time', 'error', {
  message: ({ text }) => `\`${text}\` is not a date or time`,
  help: () => 'write a date such as `2027-03-31`, or a time such as `2027-03-31T18:00:00Z`',
  explanation:
    'A grant that ends must say when in a way that nobody can misread: a calendar date (the grant then ends with that ' +
    'day in UTC), or a time with its offset as in RFC 3339.',
});

export const grantExpired = entry<{ id: string; ended: string }>('NC1471', 'grant/expired', 'error', {
  message: ({ id, ended }) => `the grant of \`${id}\` ended on ${ended}`,
  help: () => 'have it renewed with a new `expires`, or remove the entry',
  explanation:
    'An entry with `grant: { expires }` holds until then. Afterwards nothing is started with it: leaving the entry out ' +
    'could widen another one, so the blueprint has to be changed by a person.',
});

export const grantUsesUncounted = entry<{ id: string }>('NC2460', 'grant/uses-not-counted', 'warning', {
  message: ({ id }) => `nothing counts how often \`${id}\` is used, so \`max_uses\` does not end it`,
  help: () => 'give it an end in time with `expires`',
  explanation:
    'Uses are counted where the gateway decides, of connections and requests: the `max_uses` of an endpoint holds. The kernel ' +
    'decides about files, system calls and resources without asking anybody, and has no count of them. There the number is ' +
    'a word of whoever approved the entry, which `nemoclaw diff` compares and nobody enforces.',
});
