import { entry } from '../entry.ts';

export const proposalNoRemote = entry<{ name: string | null; remotes: readonly string[] }>(
  'NC2530',
  'proposal/no-remote',
  'error',
  {
    message: ({ name, remotes }) =>
      name === null
        ? remotes.length === 0
          ? 'this repository has no remote to propose to'
          : `this repository has several remotes and none is called \`origin\`: ${remotes.map((one) => `\`${one}\``).join(', ')}`
        : `this repository has no remote \`${name}\``,
    help: () => 'name one with `--remote`; `git remote add NAME URL` adds one',
    explanation:
      'A proposal is a branch on a remote of the repository that holds the blueprints, so that others can review it. The remote ' +
      'is `origin`, or the only one that there is, or the one that `--remote` names. URLs are not taken on the command line.',
  },
);

export const proposalNoBase = entry<{ branch: string | null; remote: string }>(
  'NC2531',
  'proposal/no-base',
  'error',
  {
    message: ({ branch, remote }) =>
      branch === null
        ? `the remote \`${remote}\` does not say which branch is its main one`
        : `the remote \`${remote}\` has no branch \`${branch}\``,
    help: () => 'name the branch that blueprints are merged into with `--base`',
    explanation:
      'A proposal changes what is on a branch of the remote, not what lies in the working tree. Without `--base` it is the branch ' +
      'that the HEAD of the remote names. A repository without a commit has none.',
  },
);

export const proposalNoBlueprint = entry<{ sandbox: string; branch: string; found: readonly string[] }>(
  'NC2532',
  'proposal/no-blueprint',
  'error',
  {
    message: ({ sandbox, branch, found }) =>
      found.length === 0
        ? `no blueprint on \`${branch}\` is called \`${sandbox}\``
        : `several blueprints on \`${branch}\` may be the one of \`${sandbox}\`: ${found.map((one) => `\`${one}\``).join(', ')}`,
    help: () => 'name the file with `--blueprint`, as seen from the current folder',
    explanation:
      'A request belongs to a sandbox. Its blueprint is the one whose `metadata.name` is the name of the sandbox. Where none or ' +
      'several are called so, nothing is guessed. Policies in the form of OpenShell are not edited; `nemoclaw import` makes ' +
      'blueprints of them.',
  },
);

export const proposalBlueprintUnfit = entry<{ path: string; problem: string }>(
  'NC2533',
  'proposal/unfit-blueprint',
  'error',
  {
    message: ({ path, problem }) => `\`${path}\` cannot be added to: ${problem}`,
    explanation:
      'The file that a proposal edits has to be a blueprint in the repository, on the branch that is proposed to, that is valid as ' +
      'it is there. It is edited as text: all lines and comments stay, and lines are added. What is in the working tree does not ' +
      'count, because nobody has reviewed it.',
  },
);

export const proposalSeveralSandboxes = entry<{ sandboxes: readonly string[] }>(
  'NC2534',
  'proposal/several-sandboxes',
  'error',
  {
    message: ({ sandboxes }) =>
      `these requests are of several sandboxes: ${sandboxes.map((one) => `\`${one}\``).join(', ')}`,
    help: () => 'propose those of each sandbox by themselves',
    explanation:
      'One proposal changes one blueprint, so that whoever owns it reviews all of it. Requests of several sandboxes belong to ' +
      'several blueprints.',
  },
);

export const proposalNotExact = entry<{ request: string; problem: string }>(
  'NC2535',
  'proposal/no-exact-entry',
  'error',
  {
    message: ({ request, problem }) => `no entry says exactly what \`${request}\` asks for: ${problem}`,
    help: () => 'choose a wider entry with `--widen`, such as `--widen path`, or write one by hand',
    explanation:
      'A proposed entry allows exactly what was asked for. Where a part of that was masked because it looks like a secret, was too ' +
      'long to be written down, or would mean more as a pattern, there is no such entry. A wider one is a decision of a person.',
  },
);

export const proposalDenied = entry<{ request: string; entry: string; place: string }>(
  'NC2536',
  'proposal/denied-by-entry',
  'error',
  {
    message: ({ request, entry: id, place }) =>
      `an added entry would not let \`${request}\` through: \`${id}\` (${place}) denies it`,
    help: () => 'change that denial by hand, if it is to be changed at all',
    explanation:
      'A denial beats every permission, so adding an entry changes nothing about it. Taking a denial out of a blueprint opens all ' +
      'that it denied, which is not what a request asks for. So it is left to a person.',
  },
);

export const proposalNotMeant = entry<{ path: string; problem: string }>(
  'NC2537',
  'proposal/other-meaning',
  'error',
  {
    message: ({ path, problem }) => `nothing is proposed for \`${path}\`: ${problem}`,
    explanation:
      'Before anything is written, the edited blueprint is compiled and compared with the one before, over all accesses. It has ' +
      'to mean exactly the old one together with the new entry, and to let through what was asked for. Where that cannot be ' +
      'shown, such as for patterns that are too intricate to compare, nothing is proposed.',
  },
);

export const proposalLockStale = entry<{ lock: string; target: string; problem: string }>(
  'NC2538',
  'proposal/lock-not-current',
  'error',
  {
    message: ({ lock, target, problem }) =>
      `\`${lock}\` cannot be brought up to date for \`${target}\`: ${problem}`,
    help: () =>
      'bring the lock file up to date on the base branch with `nemoclaw compile`, then propose again',
    explanation:
      'A lock file beside a blueprint has to match it, so a proposal changes both in one commit. That is done only where the ' +
      'lock file matches the blueprint on the base branch, since else the change would hide other differences.',
  },
);

export const proposalForeignBranch = entry<{ branch: string; remote: string }>(
  'NC2539',
  'proposal/foreign-branch',
  'error',
  {
    message: ({ branch, remote }) =>
      `\`${remote}\` has a branch \`${branch}\` that is no proposal of these requests; it is left alone`,
    help: ({ branch, remote }) =>
      `look at it, and remove it if nobody needs it: git push ${remote} --delete ${branch}`,
    explanation:
      'The name of the branch follows from the requests, so that proposing them twice finds the first proposal. Its commit names ' +
      'them in trailers. A branch of that name without them was made by somebody else, and nothing is overwritten.',
  },
);

/** What git says of a lock file that it finds. */
const IS_LOCKED = /\.lock': File exists/;

export const proposalPushRefused = entry<{ remote: string; branch: string; detail: string }>(
  'NC2540',
  'proposal/push-refused',
  'error',
  {
    message: ({ remote, branch, detail }) => `\`${remote}\` did not take the branch \`${branch}\`: ${detail}`,
    help: ({ detail }) =>
      IS_LOCKED.test(detail)
        ? 'nothing was changed; another git holds this file, or one that was killed left it: see which, and propose again'
        : 'nothing was changed; see to it that you may push there, and propose again',
    explanation:
      'The proposal was made and could not be pushed. No branch of this repository and no file has changed. Git is never asked to ' +
      'prompt for a password here: log in before, or use a credential helper or an SSH agent.',
  },
);

export const proposalNotKept = entry<{ path: string; detail: string }>(
  'NC2541',
  'proposal/not-kept',
  'error',
  {
    message: ({ path, detail }) => `the proposal is pushed, but \`${path}\` could not be written: ${detail}`,
    help: () => 'make room for it and propose again; that finds the branch and completes it',
    explanation:
      'Beside the branch a proposal leaves a patch and a text to review in the state folder of the sandbox, and notes with the ' +
      'request where it was proposed. The branch is pushed first, so that proposing again completes what is missing.',
  },
);

export const proposalCovered = entry<{ request: string; entry: string; path: string; branch: string }>(
  'NC2542',
  'proposal/covered',
  'note',
  {
    message: ({ request, entry: id, path, branch }) =>
      `\`${request}\` is allowed already by \`${id}\` of \`${path}\` on \`${branch}\``,
    help: () => 'apply the blueprint to the sandbox',
    explanation:
      'The blueprint has changed since the access was refused, so that it is allowed now. Nothing needs to be proposed; the ' +
      'sandbox has to get the newer blueprint.',
  },
);

export const proposalGuardrail = entry<{ guardrail: string; example: string }>(
  'NC2543',
  'proposal/breaks-guardrail',
  'warning',
  {
    message: ({ guardrail, example }) => `the proposal breaks the guardrail \`${guardrail}\`: ${example}`,
    help: () => 'the proposal says so to whoever reviews it; expect it to be turned down',
    explanation:
      'Guardrails are what no blueprint of an organisation may break. A proposal that breaks one is made all the same, because a ' +
      'person reviews it, and it says so in its text. The gate on the pull request does not let it pass.',
  },
);

export const proposalWithoutLog = entry<{ request: string; problem: string }>(
  'NC2544',
  'proposal/no-evidence',
  'error',
  {
    message: ({ request, problem }) => `the audit log does not bear out \`${request}\`: ${problem}`,
    help: () => '`nemoclaw audit verify` looks at the whole log',
    explanation:
      'A request says which line of the audit log tells of it, by number and digest. A proposal names that digest as its evidence. ' +
      'Where the line is not there or is another one, the request or the log was changed, and nothing is proposed.',
  },
);

export const proposalBadBranch = entry<{ branch: string }>('NC2545', 'proposal/invalid-branch', 'error', {
  message: ({ branch }) => `\`${branch}\` is no name of a branch`,
  explanation:
    'The branch to propose to is named as `git branch` shows it, such as `main`. Names that git does not allow are refused ' +
    'before git is asked for anything, and no name is ever read as an option or by a shell.',
});

export const proposalEditedSince = entry<{ branch: string; path: string }>(
  'NC2667',
  'proposal/edited-since',
  'warning',
  {
    message: ({ branch, path }) =>
      `\`${branch}\` was made for an older \`${path}\`, and was edited by hand since: it is left as it is`,
    help: () => 'bring it up to date by hand, or delete the branch and propose again',
    explanation:
      'The base branch has another blueprint or lock file by now than the one that the proposal was made for, most likely because ' +
      'another proposal was merged. Proposing again makes a proposal anew for what is there now. This one has words that the tool ' +
      'did not write, which would be lost.',
  },
);

export const proposalEndedAlready = entry<{ expires: string }>('NC2673', 'proposal/ended-already', 'error', {
  message: ({ expires }) => `a grant until \`${expires}\` has ended already`,
  help: () => 'name a later day or time with `--expires`, or how long with `--for`',
  explanation: 'A grant ends by itself. One that has ended before anybody reviews it lets nothing through.',
});

export const proposalMoreThanAsked = entry<{
  branch: string;
  sides: readonly string[];
  expires: string | null;
}>('NC2676', 'proposal/more-than-asked', 'error', {
  message: ({ branch, sides, expires }) => {
    const wider = sides.length === 0 ? [] : [`is wider than what was asked for (\`${sides.join(' ')}\`)`];
    const later = expires === null ? [] : [`has the end \`${expires}\``];
    return `\`${branch}\` ${[...wider, ...later].join(' and ')}, which nobody has asked for now`;
  },
  help: ({ sides, expires }) => {
    const words = [
      ...(sides.length === 0 ? [] : [`--widen ${sides.join(' ')}`]),
      ...(expires === null ? [] : [`--expires ${expires}`]),
    ];
    return `say it yourself, \`${words.join(' ')}\`, or something less`;
  },
  explanation:
    'A proposal that the base branch has outrun is made anew in the name of whoever proposes it again. The branch on the remote may be ' +
    'of anybody who may push. So what it opens beyond the narrowest entry, and an end that is later than the usual 30 days from now, ' +
    'are taken over only when they are said again on the command line. Nothing was pushed.',
});

export const proposalWordsOf = entry<{
  branch: string;
  commit: string;
  author: string;
  owner: string;
  reason: string;
  ticket: string | null;
  approver: string | null;
  expires: string;
}>('NC2677', 'proposal/made-anew', 'note', {
  message: ({ branch, commit, author, owner, reason, ticket, approver, expires }) => {
    const words = [
      `the owner \`${owner}\``,
      `the reason \`${reason}\``,
      ...(ticket === null ? [] : [`the ticket \`${ticket}\``]),
      ...(approver === null ? [] : [`the approver \`${approver}\``]),
      `the end \`${expires}\``,
    ];
    const from = `\`${commit.slice(0, 12)}\` of \`${author}\``;
    return `\`${branch}\` comes in the place of ${from}, with ${words.join(', ')}`;
  },
  help: () => 'to say something else, delete the branch and propose again',
  explanation:
    'A proposal that the base branch has outrun is made anew with the words that it had, as far as nothing else is said on the command ' +
    'line. Who is named as the author of a commit is what its maker wrote there.',
});

export const proposalShallowClone = entry<{ branch: string; remote: string }>(
  'NC2678',
  'proposal/shallow-clone',
  'error',
  {
    message: ({ branch, remote }) =>
      `this clone lacks the history that tells what \`${branch}\` on \`${remote}\` changes`,
    help: () => 'fetch the whole history (`git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout)',
    explanation:
      'A branch on the remote counts as an open proposal only where its commit alone is new, on a commit that the base branch has. ' +
      'A shallow clone does not know the older commits of the base branch. Nothing was changed.',
  },
);
