import { entry } from '../entry.ts';

export const syncAddress = entry<{ address: string }>('NC2600', 'sync/address', 'error', {
  message: ({ address }) => `\`${address}\` is no address that is followed`,
  help: () => 'write file:///PATH, git://, https:// or ssh://, or USER@HOST:PATH',
  explanation:
    'A repository is fetched over these protocols alone. Others start programs that the address names, or can be changed on the way ' +
    'by anybody and do not say so.',
});

export const syncBranch = entry<{ branch: string }>('NC2601', 'sync/branch', 'error', {
  message: ({ branch }) => `\`${branch}\` is no name of a branch`,
  explanation: 'The name is given to git as it is, so it has to be one (git-check-ref-format(1)).',
});

export const syncFetchFailed = entry<{ detail: string }>('NC2602', 'sync/fetch-failed', 'error', {
  message: ({ detail }) => `the branch could not be fetched: ${detail}`,
  help: ({ detail }) =>
    detail.includes('dubious ownership')
      ? 'what was accepted last stays in force; git does not read a folder of another user: follow it over ssh or https'
      : 'what was accepted last stays in force; look at the address, the branch and the network',
  explanation: 'Without an answer nothing changes on the host.',
});

export const syncNotSigned = entry<{ commit: string; detail: string }>('NC2603', 'sync/not-signed', 'error', {
  message: ({ commit, detail }) => `commit \`${commit}\` is not signed by an allowed signer: ${detail}`,
  help: () =>
    'sign the commit, or an annotated tag on it, with a key of the file of allowed signers (git commit -S)',
  explanation:
    'A host accepts the commit at the end of the branch only when it, or a tag that points at it, has a good signature of OpenSSH by ' +
    'somebody in the file of allowed signers. What git is configured to believe counts for nothing.',
});

export const syncRewritten = entry<{ commit: string; accepted: string }>(
  'NC2604',
  'sync/rewritten',
  'error',
  {
    message: ({ commit, accepted }) =>
      `the branch was rewritten: commit \`${commit}\` does not descend from \`${accepted}\`, which was accepted`,
    help: () =>
      'look at why; revert in place of rewriting, or say why it is right: --allow-rewritten REASON, which is kept',
    explanation:
      'A branch that only grows can be followed: each new commit has what was accepted before it in its history. One that goes back or ' +
      'elsewhere could bring back what was taken away, by a commit that was signed once.',
  },
);

export const syncLock = entry<{ path: string; problem: string }>('NC2605', 'sync/lock', 'error', {
  message: ({ path, problem }) => `the commit is not what was reviewed: \`${path}\` ${problem}`,
  help: () =>
    'run `nemoclaw compile` for the target of this host, look at what changed and commit the lock file',
  explanation:
    'The host compiles the blueprint of the commit by itself, and every byte has to be what the committed lock file names. A lock ' +
    'that was edited by hand, or made by another version, is found so.',
});

export const syncRolledBack = entry<{ commit: string }>('NC2606', 'sync/rolled-back-by-hand', 'warning', {
  message: ({ commit }) =>
    `commit \`${commit}\` was accepted, and somebody went back from it on this host; it is not applied again`,
  help: () => 'revert the commit; a new commit is followed',
  explanation: 'A rollback on the host holds until the branch has a new commit.',
});

export const syncOtherSource = entry<{ found: string; wanted: string }>(
  'NC2607',
  'sync/other-source',
  'error',
  {
    message: ({ found, wanted }) => `this sandbox follows \`${found}\`, and not \`${wanted}\``,
    help: () => 'give the other one a sandbox of its own; or say why it moved: --allow-rewritten REASON',
    explanation:
      'Of another branch or repository it cannot be said whether its commits are older than what was accepted.',
  },
);

export const syncStateDamaged = entry<{ problem: string }>('NC2608', 'sync/state-damaged', 'error', {
  message: ({ problem }) => `what was accepted before is not known: ${problem}`,
  help: () => 'find out who changed it; then move the folder `sync` away',
  explanation: 'Without it, an old commit could not be told from a new one.',
});
