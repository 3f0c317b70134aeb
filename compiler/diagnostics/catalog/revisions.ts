import { entry } from '../entry.ts';

export const gitUnavailable = entry<{ detail: string }>('NC1850', 'git/unavailable', 'error', {
  message: ({ detail }) => `git cannot be asked: ${detail}`,
  help: () => 'install git, or compare two files: `nemoclaw diff OLD NEW`',
  explanation:
    'Policies of two revisions are read out of git, by the program of that name on the search path. Without it, or where ' +
    'it does not answer, nothing can be said about the change, and nothing is guessed.',
});

export const gitNoRepository = entry<{ folder: string; detail: string }>(
  'NC1851',
  'git/not-a-repository',
  'error',
  {
    message: ({ folder, detail }) => `\`${folder}\` is in no git repository that can be read: ${detail}`,
    help: () => 'change into the repository that holds the policies',
    explanation:
      'Revisions are looked up in the repository of the folder that the command runs in. Git also refuses a repository ' +
      'that belongs to another user; its own words are quoted, and say how to allow it.',
  },
);

export const gitUnknownRevision = entry<{ revision: string; isShallow: boolean }>(
  'NC1852',
  'git/unknown-revision',
  'error',
  {
    message: ({ revision }) => `\`${revision}\` names no commit of this repository`,
    help: ({ isShallow }) =>
      isShallow
        ? 'this clone is shallow; fetch the commit, in a workflow with `fetch-depth: 0` for actions/checkout'
        : 'write a branch, a tag or a commit; `git branch --all` lists the branches',
    explanation:
      'Both ends of a range have to be commits that are in the repository. In continuous integration the clone is often ' +
      'shallow and holds the newest commit only; then the base has to be fetched first. A remote branch has its remote ' +
      'before it, such as `origin/main`.',
  },
);

export const gitUnrelated = entry<{ base: string; head: string }>('NC1853', 'git/no-merge-base', 'error', {
  message: ({ base, head }) => `\`${base}\` and \`${head}\` have no commit in common`,
  help: () => 'write two dots to compare the commits themselves, or fetch the whole history',
  explanation:
    'A range with three dots compares the newer end with the last commit that both ends have in common. There is none, ' +
    'because the histories are unrelated or because the clone is too shallow to hold it.',
});

/** What git says where neither its configuration nor the system tells who makes a commit (ident.c). */
const OF_NOBODY = /unable to auto-detect|empty ident name|no (?:name|email) was given|who you are/;

export const gitFailed = entry<{ step: string; detail: string }>('NC1854', 'git/failed', 'error', {
  message: ({ step, detail }) => `git could not ${step}: ${detail}`,
  help: ({ detail }) =>
    OF_NOBODY.test(detail)
      ? 'say who you are: git config user.name "YOUR NAME"; git config user.email you@example.com'
      : null,
  explanation:
    'Git answered with an error, which is quoted, or with more than is taken from it. A repository that cannot be read ' +
    'whole cannot be compared: a part that is missing could hold what widens. Name the paths of the policies to look at ' +
    'less of a large repository.',
});

export const gitNoSuchPath = entry<{ path: string }>('NC1855', 'git/no-such-path', 'error', {
  message: ({ path }) => `\`${path}\` is on neither of the two sides`,
  help: () => 'paths are those of files and folders, as seen from the current folder',
  explanation:
    'A path after `--git` or `--staged` limits the comparison to what lies there. One that is on neither side is more likely a ' +
    'mistake than an empty answer, and an empty answer would look like a change without effect.',
});

export const gitUnmerged = entry<{ path: string }>('NC2024', 'git/unmerged', 'error', {
  message: ({ path }) => `\`${path}\` is not merged, so it has no one content to compare`,
  help: () => 'resolve the conflict and `git add` the file',
  explanation:
    'While a merge has conflicts, git holds several contents of a file: that of each side, and that of their common commit. ' +
    'What will be committed is known when the conflict is resolved.',
});
