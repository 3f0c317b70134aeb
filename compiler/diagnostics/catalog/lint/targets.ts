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

export const lintReadOnlyBelowWritable = entry<{ path: string; above: string }>(
  'NC2152',
  'lint/read-only-below-writable',
  'note',
  {
    message: ({ path, above }) => `\`${path}\` can only be read, but \`${above}\` above it can be written`,
    help: () =>
      'name a target with `--target` to see whether it holds there, or write beside it instead of above',
    explanation:
      'Rules of Landlock add up along a path, so by itself it cannot take back below a folder what the folder grants. Where ' +
      'namespaces for mounts are at hand a mount does; elsewhere the agent could write the path, and whoever may write the ' +
      'folder may move what lies in it. With `--target` this note is replaced by a warning (`NC2150`) where it matters.',
  },
);
