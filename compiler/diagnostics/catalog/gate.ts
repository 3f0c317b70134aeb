import { entry } from '../entry.ts';

const OWNERS =
  'Owners are those of the base branch: what its blueprint says under `metadata.owners` and what its CODEOWNERS says of the file, else ' +
  'the owners of its guardrails. What a pull request itself says of owners counts once it is merged.';

export const gateNeedsApproval = entry<{ path: string; why: string; owners: string }>(
  'NC2630',
  'gate/needs-approval',
  'error',
  {
    message: ({ path, why }) => `\`${path}\` needs the approval of an owner: ${why}`,
    help: ({ owners }) => `ask for a review by ${owners}; then this check runs again`,
    explanation:
      'What lets an agent do more, or what nobody can compare, is merged only when an owner has approved the very commit that is ' +
      `merged. The author and bots do not count, and a push after the approval voids it. ${OWNERS}`,
  },
);

export const gateNoOwner = entry<{ path: string; why: string }>('NC2631', 'gate/no-owner', 'error', {
  message: ({ path, why }) => `nobody can approve \`${path}\`, which needs it: ${why}`,
  help: () =>
    'name owners as `@login` on the base branch first: in the blueprint, in CODEOWNERS, or in the guardrails',
  explanation: `An approval is needed, and the base branch names nobody who may give it. ${OWNERS}`,
});

export const gateLockDiffers = entry<{ lock: string; target: string; what: string }>(
  'NC2632',
  'gate/lock-differs',
  'error',
  {
    message: ({ lock, target, what }) =>
      `\`${lock}\` is not what its blueprint compiles to for \`${target}\`: ${what}`,
    help: () => 'run `nemoclaw compile` with the version that CI uses, look at what changed and commit it',
    explanation:
      'The lock file says what was reviewed, byte for byte. It has to be what a fresh compile of the blueprint gives, so it is never ' +
      'edited by hand, and it is compiled again whenever the blueprint or what it extends changes.',
  },
);

export const gateLockRemoved = entry<{ lock: string }>('NC2633', 'gate/lock-removed', 'error', {
  message: ({ lock }) => `\`${lock}\` is gone, and its blueprint is still there`,
  help: () => 'run `nemoclaw compile` and commit the lock file',
  explanation: 'Without its lock file nobody could tell any more whether hosts run what was reviewed.',
});

export const gateLockUnknown = entry<{ lock: string; problem: string }>(
  'NC2634',
  'gate/lock-unknown',
  'error',
  {
    message: ({ lock, problem }) => `\`${lock}\` cannot be checked: ${problem}`,
    help: () => 'compile for a target that has a name or a file in this repository, and commit the lock file',
    explanation:
      'A lock file that was compiled for the machine of whoever compiled it cannot be compared on another one, and neither can what is ' +
      'no lock file. What cannot be checked counts as wrong.',
  },
);

export const gateOwnPolicy = entry<{ path: string; what: string }>('NC2635', 'gate/own-policy', 'warning', {
  message: ({ path, what }) => `this changes \`${path}\`, ${what}`,
  help: () => 'read the change itself; this run was judged by what the base branch has',
  explanation:
    'Guardrails, parts that blueprints extend, CODEOWNERS, workflows and actions decide what is judged and by whom. The gate takes them ' +
    'from the base branch, so that no pull request is judged by its own rules, and names each change of them. A workflow is another ' +
    'matter: GitHub runs the one of the pull request, so protect `.github` by a ruleset that wants a review of code owners.',
});

export const gateStaleRun = entry<{ ran: string; head: string }>('NC2636', 'gate/stale-run', 'error', {
  message: ({ ran, head }) => `this run is about \`${ran}\`, and the pull request is at \`${head}\` by now`,
  help: () => 'look at the run of the newer commit',
  explanation: 'An answer about an older commit says nothing of what would be merged.',
});

export const gateSharedHead = entry<{ number: number; branch: string }>(
  'NC2664',
  'gate/shared-head',
  'error',
  {
    message: ({ number, branch }) =>
      `pull request #${number}, into \`${branch}\`, has the very same head commit, and a check of one would count for both`,
    help: ({ number }) => `push another commit here, or close #${number}, and run this again`,
    explanation:
      'GitHub keeps a check by its commit. What widens one branch may change nothing on another one that has it already, and the ' +
      'check of that pull request would stand in the place of this one.',
  },
);

export const gateSkippedRuns = entry<{ word: string }>('NC2672', 'gate/skipped-runs', 'error', {
  message: ({ word }) =>
    `the head commit says \`${word}\`, so GitHub does not start this check whenever it should`,
  help: () => 'push a commit whose message does not say so',
  explanation:
    'GitHub starts nothing on `pull_request` for a commit whose message asks for that, and still does on `pull_request_review`. Such a ' +
    'commit could be judged while its pull request has another base branch, and nothing would judge it anew when the base branch is changed.',
});

export const gateNotMerging = entry<{ detail: string }>('NC2637', 'gate/not-merging', 'error', {
  message: ({ detail }) => `the pull request cannot be merged into its base without a conflict: ${detail}`,
  help: () => 'merge the base branch into it, or rebase it, and push',
  explanation:
    'What is judged is what the base branch would mean after the merge, against what it means now. Where git cannot merge the two by ' +
    'itself there is no such thing yet. Git 2.38 or newer is needed.',
});

export const gateBadEvent = entry<{ problem: string }>('NC2638', 'gate/bad-event', 'error', {
  message: ({ problem }) => `there is nothing to judge: ${problem}`,
  help: () =>
    'run it on `pull_request`, `pull_request_review`, `merge_group`, `push` or `workflow_dispatch`; docs/how-to/gate.md has a workflow',
  explanation:
    'The gate reads what has happened from the file that the runner names in GITHUB_EVENT_PATH. `pull_request_target` is refused: it ' +
    'gives workflows that touch the code of strangers a token that may write, and the gate needs none.',
});

export const gateBadInput = entry<{ input: string; problem: string }>('NC2639', 'gate/bad-input', 'error', {
  message: ({ input, problem }) => `the input \`${input}\` is wrong: ${problem}`,
  help: () => 'action.yml and docs/how-to/gate.md say what it takes',
  explanation:
    'A value that is not understood is an error, because a gate that guesses would let something through.',
});

export const gateNoComment = entry<{ detail: string }>('NC2640', 'gate/comment-not-posted', 'warning', {
  message: ({ detail }) => `no comment was written: ${detail}`,
  help: () =>
    'the summary of this job has the same text; for pull requests of this repository itself, give the job `pull-requests: write`',
  explanation:
    'The token of a pull request from a fork may only read, so the report stands in the summary and in annotations. The judgement is the ' +
    'same.',
});

export const gateOwnerUnusable = entry<{ owner: string; where: string }>(
  'NC2641',
  'gate/owner-unusable',
  'warning',
  {
    message: ({ owner, where }) =>
      `\`${owner}\` in ${where} is no account of GitHub, and cannot approve anything`,
    help: () => 'write `@login`, or `@organisation/team`',
    explanation:
      'A review is given by an account. A name without `@` could be the account of anybody, and an address of mail cannot be looked up, so ' +
      'neither counts as an owner here.',
  },
);

export const gateTeamUnverified = entry<{ login: string; team: string; detail: string }>(
  'NC2642',
  'gate/team-unverified',
  'warning',
  {
    message: ({ login, team, detail }) =>
      `it cannot be verified that \`${login}\` is in \`${team}\`, so the review does not count: ${detail}`,
    help: () =>
      'name persons as owners, or give a token that may read members of the organisation in the input `token`',
    explanation:
      'Whether somebody is in a team is known to GitHub alone, and the token of a workflow may not ask. Only a membership that GitHub ' +
      'confirms as active counts.',
  },
);

export const gateReviewNotCounted = entry<{ login: string; why: string; path: string }>(
  'NC2643',
  'gate/review-not-counted',
  'note',
  {
    message: ({ login, why, path }) => `the approval by \`${login}\` does not count for \`${path}\`: ${why}`,
    explanation: `An approval counts when it is the last word of an owner who is neither the author nor a bot, of the very head commit. ${OWNERS}`,
  },
);

export const gateOwnersLine = entry<{ line: number; path: string; problem: string }>(
  'NC2644',
  'gate/codeowners-line',
  'warning',
  {
    message: ({ line, path, problem }) => `line ${line} of \`${path}\` is passed over: ${problem}`,
    help: () => 'GitHub passes it over as well; its page of the file shows the same',
    explanation: 'A line of CODEOWNERS that is not well formed counts for nothing, as on GitHub.',
  },
);

export const gateNewGuardrails = entry<{ path: string }>('NC2645', 'gate/new-guardrails', 'warning', {
  message: ({ path }) => `\`${path}\` is not on the base branch yet, so nothing is proved by it`,
  help: () => 'merge the guardrails first, in a pull request of their own',
  explanation:
    'Guardrails count from the base branch alone. The pull request that brings the first ones is judged without any.',
});

export const gateNoLock = entry<{ path: string; lock: string }>('NC2646', 'gate/no-lock', 'note', {
  message: ({ path, lock }) => `\`${path}\` has no lock file \`${lock}\`, so it was only compiled`,
  help: ({ path }) => `run \`nemoclaw compile ${path}\` and commit the lock file`,
  explanation:
    'With a lock file in the repository a host can be held to exactly the bytes that were reviewed.',
});

export const gateNotWritten = entry<{ what: string; detail: string }>('NC2647', 'gate/not-written', 'error', {
  message: ({ what, detail }) => `${what} cannot be written: ${detail}`,
  help: () => 'look at the runner: its folder has to be there and writable',
  explanation:
    'Outputs that are not there would be read as empty by what comes after, which could pass for an answer.',
});

export const gateNoCommit = entry<{ commit: string; detail: string }>(
  'NC2648',
  'gate/commit-missing',
  'error',
  {
    message: ({ commit, detail }) =>
      `the commit \`${commit}\` is not in this clone and cannot be fetched: ${detail}`,
    help: () => 'give actions/checkout `fetch-depth: 0`',
    explanation:
      'Both ends of the change and their history have to be in the clone. The gate fetches what is missing from `origin` with the ' +
      'credentials that the clone has; where there are none, the checkout has to fetch all of it.',
  },
);

export const gateBrokenBefore = entry<{ name: string; path: string; example: string }>(
  'NC2649',
  'gate/broken-before',
  'warning',
  {
    message: ({ name, path, example }) =>
      `\`${path}\` breaks the guardrail \`${name}\`, as it did before this change: ${example}`,
    explanation: 'A change that only narrows is not stopped for what was wrong before it.',
  },
);

export const gateApproved = entry<{ path: string; logins: string; why: string }>(
  'NC2650',
  'gate/approved',
  'note',
  {
    message: ({ path, logins, why }) => `\`${path}\` is approved by ${logins}: ${why}`,
    explanation: 'An owner has approved this very commit.',
  },
);

export const gateDefect = entry<{ detail: string }>('NC2651', 'gate/defect', 'error', {
  message: ({ detail }) => `the gate itself failed: ${detail}`,
  help: () => 'run the job again; if it fails again, this is a defect to be reported',
  explanation: 'Something happened that the gate does not know. Nothing was judged, so the check is red.',
});

export const gateApproverNotShown = entry<{ path: string; approver: string }>(
  'NC2670',
  'gate/approver-not-shown',
  'error',
  {
    message: ({ path, approver }) =>
      `\`${path}\` says that \`${approver}\` approved it, and no review of this commit shows that`,
    help: ({ approver }) =>
      `ask \`${approver}\` for a review, or write under \`approved_by\` who did; then this check runs again`,
    explanation:
      'The audit log of every host copies `approved_by` of a grant into its decisions, so it has to be true before it is merged. Whoever ' +
      'is named newly, or for something that the agent could not do before, has to have approved the very head commit, by the same ' +
      'rules as an owner. The name is written before the review, because a push after it would void the approval.',
  },
);

export const gateApproverUnverified = entry<{ path: string; approver: string }>(
  'NC2671',
  'gate/approver-unverified',
  'warning',
  {
    message: ({ path, approver }) =>
      `\`${path}\` says that \`${approver}\` approved it, which is no account of GitHub and was not checked`,
    help: () => 'write `@login` under `approved_by`; then it is held against the reviews',
    explanation:
      'A review is given by an account. Whether a name or an address of mail approved something, no review can show, so it is merged on ' +
      'the word of whoever wrote it, and stands so in the audit log.',
  },
);

export const gateBrokenBase = entry<{ path: string; problem: string }>(
  'NC2681',
  'gate/broken-base',
  'warning',
  {
    message: ({ path, problem }) =>
      `\`${path}\` cannot be read on the base branch, so all that it grants counts as new: ${problem}`,
    explanation:
      'Nobody can say what such a policy lets an agent do: no host applies it. A change that mends it is compared with nothing at all, so ' +
      'it needs the approval of an owner, by CODEOWNERS or the guardrails, because the file itself names none that could be read.',
  },
);
