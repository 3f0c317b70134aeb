import { entry } from '../entry.ts';

export const expiryUnfitPath = entry<{ path: string; branch: string; problem: string }>(
  'NC2652',
  'expiry/unfit-path',
  'error',
  {
    message: ({ path, branch, problem }) =>
      `\`${path}\` cannot be looked through on \`${branch}\`: ${problem}`,
    help: () =>
      'name blueprints or folders of the repository, as seen from the current folder; or none, for all of it',
    explanation:
      'What is looked through are blueprints on the branch of the remote that changes are merged into, not what lies in the ' +
      'working tree. A path that leads out of the repository, to nothing or to no blueprint is a mistake, and nothing is ' +
      'proposed. Policies in the form of OpenShell are not edited; `nemoclaw import` makes blueprints of them.',
  },
);

export const expiryInvalidBlueprint = entry<{ path: string; branch: string; first: string }>(
  'NC2653',
  'expiry/invalid-blueprint',
  'warning',
  {
    message: ({ path, branch, first }) =>
      `\`${path}\` on \`${branch}\` is not valid, and is left out: ${first}`,
    help: ({ path }) => `\`nemoclaw validate ${path}\` says what is wrong`,
    explanation:
      'What a change means can only be known for a blueprint that is valid before and after it. One that is not valid on the ' +
      'base branch is left as it is, with whatever grants of it have ended. It is an error where its path was named.',
  },
);

export const expiryWouldWiden = entry<{ path: string; entry: string; example: string }>(
  'NC2654',
  'expiry/would-widen',
  'warning',
  {
    message: ({ path, entry: name, example }) =>
      `\`${name}\` of \`${path}\` is left in, because without it the agent could do more: ${example}`,
    help: () => 'look at it by hand; `--even-widening` takes it out, in a pull request that says so',
    explanation:
      'An entry that denies, or that takes something back from a wider entry, goes on doing so when its grant has ended: taking ' +
      'it out would let the agent do more. What is proposed by itself is shown to narrow or to change nothing, so such an entry is ' +
      'left to a person.',
  },
);

export const expiryLeftIn = entry<{ path: string; entry: string; problem: string }>(
  'NC2655',
  'expiry/left-in',
  'warning',
  {
    message: ({ path, entry: name, problem }) => `\`${name}\` of \`${path}\` is left in: ${problem}`,
    help: () => 'take it out by hand',
    explanation:
      'An entry is only taken out where its lines can go without another one, where the blueprint is valid and enforceable ' +
      'without it, and where the whole difference can be shown. Where that fails the entry stays and is named.',
  },
);

export const expiryLogTooShort = entry<{
  sandbox: string;
  log: string;
  wanted: readonly [from: string, to: string];
  covered: readonly [from: string, to: string];
}>('NC2656', 'expiry/log-too-short', 'warning', {
  message: ({ sandbox, log, wanted, covered }) =>
    `\`${log}\` covers \`${sandbox}\` from ${covered[0]} to ${covered[1]} and not from ${wanted[0]} to ${wanted[1]}, so no entry counts as unused`,
  help: () =>
    'give a log that goes further back and up to now, or ask for a shorter time with `--unused-for`',
  explanation:
    'That a log tells of no use is only proof for the time that it covers: from its first event of the sandbox to its last one, ' +
    'or, with `--key`, to the last one that the key vouches for. It has to begin before the period, and to end within a day of ' +
    'now. Each log that is given and tells of the sandbox has to, because another host may have used the entry.',
});

export const expiryNoLog = entry<{ path: string; sandbox: string }>('NC2657', 'expiry/no-log', 'warning', {
  message: ({ path, sandbox }) =>
    `no log that was given tells of \`${sandbox}\`, so no entry of \`${path}\` counts as unused`,
  help: () => 'give the log of each host that runs it with `--log`',
  explanation:
    'The events of a log name their sandbox, which is called as its blueprint. A log of other sandboxes proves nothing about this ' +
    'one. Ended grants are found without a log.',
});

export const expiryLogOfOther = entry<{ sandbox: string; log: string }>(
  'NC2666',
  'expiry/log-of-another-name',
  'warning',
  {
    message: ({ sandbox, log }) =>
      `\`${log}\` tells of \`${sandbox}\`, and no blueprint that was looked at is called so: what was used there counts as used in each`,
    help: () => 'leave that log out if it is of another blueprint',
    explanation:
      'A sandbox may be run under another name than that of its blueprint, and its log has that name. Nobody can tell of which ' +
      'blueprint it is, so an entry that was used there is not called unused. It proves nothing about what was not used.',
  },
);

export const expiryForeignBranch = entry<{ branch: string; remote: string }>(
  'NC2658',
  'expiry/foreign-branch',
  'error',
  {
    message: ({ branch, remote }) =>
      `\`${remote}\` has a branch \`${branch}\` that is no removal of these entries; it is left alone`,
    help: ({ branch, remote }) =>
      `look at it, and remove it if nobody needs it: git push ${remote} --delete ${branch}`,
    explanation:
      'The name of the branch follows from the entries that it removes, so that another run finds the first proposal. Its commit ' +
      'names them in trailers, and changes nothing but their blueprints and lock files. A branch of that name that says something ' +
      'else was made by somebody else, and nothing is overwritten.',
  },
);

export const expiryDeclined = entry<{ path: string; entry: string; where: string }>(
  'NC2659',
  'expiry/declined',
  'note',
  {
    message: ({ path, entry: name, where }) =>
      `\`${name}\` of \`${path}\` stays: ${where} was closed without a merge`,
    help: () =>
      'give the grant another end, or delete the branch of that pull request to have it proposed again',
    explanation:
      'Whoever closes the pull request without merging it says no to this removal. It is not asked again as long as its branch is ' +
      'there and the entry is as it was then.',
  },
);

export const expiryWaits = entry<{ path: string; entry: string; branch: string }>(
  'NC2660',
  'expiry/waits',
  'note',
  {
    message: ({ path, entry: name, branch }) =>
      `\`${name}\` of \`${path}\` waits until \`${branch}\`, which changes the same blueprint, is merged or gone`,
    explanation:
      'Two open changes of one blueprint would meet in its lines and in its lock file. So what has ended since is proposed when the ' +
      'first change is merged, or is closed and its branch deleted.',
  },
);

export const expiryHistoryCut = entry<{ path: string; from: string }>(
  'NC2661',
  'expiry/history-cut',
  'warning',
  {
    message: ({ path, from }) =>
      `this clone does not know how \`${path}\` was on ${from}, so no entry of it counts as unused`,
    help: () => 'fetch the whole history (`git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout)',
    explanation:
      'An entry counts as unused only where it stood in the blueprint, as it is, for the whole period. That is read from the ' +
      'history of the base branch, which a shallow clone lacks.',
  },
);
