import { entry } from '../../entry.ts';

export const lintLostOnTarget = entry<{
  target: string;
  action: string;
  more: number;
  why: string;
  gap: string;
}>('NC2150', 'lint/lost-on-target', 'warning', {
  message: ({ target, action, more, why }) =>
    `on \`${target}\` this does not hold: the agent could ${action}${more === 0 ? '' : `, and use ${more} more right${more === 1 ? '' : 's'} there`}; ${why}`,
  help: ({ gap }) => `choose another target, change the entry, or accept \`${gap}\` by name with a reason`,
  explanation:
    'The mechanisms of this target together let something through that the blueprint denies. With best effort for Landlock, ' +
    'or with the gap accepted, the agent would be started anyway. The message names one access; compile for the target to ' +
    'see whether it is refused.',
});

export const lintNotWorkingOnTarget = entry<{ target: string; action: string; more: number }>(
  'NC2151',
  'lint/not-working-on-target',
  'warning',
  {
    message: ({ target, action, more }) =>
      `on \`${target}\` the agent cannot ${action}${more === 0 ? '' : `, nor use ${more} more right${more === 1 ? '' : 's'} there`}, which is granted`,
    help: () => 'choose another target, or change the entry',
    explanation:
      'An older kernel, or a mechanism that knows fewer rights, refuses more than the blueprint says. What is refused is safe, ' +
      'but the agent will not work as written.',
  },
);
