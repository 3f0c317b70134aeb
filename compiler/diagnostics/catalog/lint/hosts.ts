import { entry } from '../../entry.ts';

export const lintStrangersCollect = entry<{ host: string; known: string; why: string }>(
  'NC2130',
  'lint/strangers-collect',
  'warning',
  {
    message: ({ host, known, why }) =>
      `what is sent to \`${host}\` can be read by strangers: ${host === known ? 'it' : `\`${known}\``} is ${why}`,
    help: () => 'name the one account, bucket or path that is yours, or do not grant it',
    explanation:
      'Anyone can open an account, a bucket or a channel there and read what arrives. An agent that was tricked by a ' +
      'document can send it whatever it can read, and to the firewall that looks like ordinary use of a known service.',
  },
);

export const lintStrangersPublish = entry<{ host: string; known: string; why: string }>(
  'NC2131',
  'lint/strangers-publish',
  'note',
  {
    message: ({ host, known, why }) =>
      `what is read from \`${host}\` can come from strangers: ${host === known ? 'it' : `\`${known}\``} is ${why}`,
    help: () => 'allow only the paths of those who are trusted, such as `/your-organisation/**`',
    explanation:
      'Anyone can publish there. What the agent reads from it can hold instructions meant for the agent, and programs that ' +
      'it may run.',
  },
);

export const lintTenantWildcard = entry<{ host: string; suffix: string; why: string }>(
  'NC2132',
  'lint/tenant-wildcard',
  'warning',
  {
    message: ({ host, suffix, why }) => `\`${host}\` covers names of strangers: below \`${suffix}\` ${why}`,
    help: () => 'name the hosts that are meant',
    explanation:
      'Below such a suffix each name belongs to another owner, and new ones can be had within minutes. A wildcard there ' +
      'grants access to servers of people whom nobody has looked at.',
  },
);
