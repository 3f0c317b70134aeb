import {
  gateApproved,
  gateApproverNotShown,
  gateNeedsApproval,
  gateNoOwner,
  gateReviewNotCounted,
  gateTeamUnverified,
} from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { Account, CommitEntry, PullRequest, Review } from '../runtime/approvals/github/answers.ts';
import type { GitHubClient } from '../runtime/approvals/github/client.ts';
import type { GitHubAnswer } from '../runtime/approvals/github/problem.ts';
import { fileStart } from './file-start.ts';
import type { FailOn } from './inputs.ts';
import { type Owner, ownerWord } from './owners.ts';

const SHORT = 12;

/** `guardrail`: it changes by what others are held against. `inconclusive`: nobody can say what the change means. */
export type FailsFrom = Exclude<FailOn, 'never'>;

/** Something that is merged only when an owner approves it. */
export interface Need {
  readonly path: string;
  /** What for, to follow a colon. */
  readonly why: string;
  /** The mildest `fail-on` that waits for it. */
  readonly failsFrom: FailsFrom;
  /** Any of them is enough. */
  readonly owners: readonly Owner[];
  /** Who the blueprint says has approved it, which is then the one who may; null where the base branch says who may. */
  readonly claimed: string | null;
}

/** A need and who has met it; nobody where it is open. */
export interface Answered {
  readonly need: Need;
  readonly approvedBy: readonly string[];
  readonly findings: readonly Diagnostic[];
}

/** The last word of each person, of reviews in the order in which they were given. A comment is no word on the change. */
export function lastWords(reviews: readonly Review[]): Review[] {
  const last = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state === 'COMMENTED' || review.state === 'PENDING') continue;
    last.set(review.author.login.toLowerCase(), review);
  }
  return [...last.values()];
}

/** What of a pull request approvals are held against. */
export interface Judged extends Pick<PullRequest, 'author' | 'head'> {
  readonly commits: readonly CommitEntry[];
}

/** Why an approval counts for nothing whoever the owners are; null where it may count. */
function whyVoid({ author, commit }: Review, pull: Judged): string | null {
  const isSame = ({ login }: Account) => login.toLowerCase() === author.login.toLowerCase();
  if (isSame(pull.author)) return 'nobody approves a change of their own';
  const own = pull.commits.find(({ by }) => by.some(isSame));
  if (own !== undefined)
    return `nobody approves a change of their own, and ${own.commit.slice(0, SHORT)} is a commit of theirs`;
  if (isBot(author)) return 'a bot approves nothing';
  if (author.login === 'ghost') return 'the account is gone';
  if (commit !== pull.head.commit) return 'it is of another commit than the head, and a later push voids it';
  return null;
}

function isBot({ isBot: saysSo, login }: Account): boolean {
  return saysSo || login.toLowerCase().endsWith('[bot]');
}

/** Holds what is needed against the reviews. Of teams, GitHub is asked who is in them. */
export async function answerNeeds(
  needs: readonly Need[],
  reviews: readonly Review[],
  pull: Judged,
  client: Pick<GitHubClient, 'teamMembership'>,
): Promise<Answered[]> {
  const approvals = lastWords(reviews).filter(({ state }) => state === 'APPROVED');
  const members = new Map<string, Promise<GitHubAnswer<string>>>();
  const isMember = (team: Extract<Owner, { kind: 'team' }>, login: string) => {
    const key = `${ownerWord(team)} ${login}`.toLowerCase();
    const known = members.get(key) ?? client.teamMembership(team.organisation, team.slug, login);
    members.set(key, known);
    return known;
  };
  const answered: Answered[] = [];
  for (const need of needs) answered.push(await answer(need, approvals, pull, isMember));
  return answered;
}

type Membership = (team: Extract<Owner, { kind: 'team' }>, login: string) => Promise<GitHubAnswer<string>>;

async function answer(
  need: Need,
  approvals: readonly Review[],
  pull: Judged,
  membership: Membership,
): Promise<Answered> {
  const { path, why, owners, claimed } = need;
  const findings: Diagnostic[] = [];
  const approvedBy: string[] = [];
  for (const review of approvals) {
    const { login } = review.author;
    const isOther = claimed === null ? NO_OWNER : `it says that \`${claimed}\` approved it`;
    const reason = whyVoid(review, pull) ?? (await notAmong(login, owners, isOther, membership, findings));
    if (reason === null) approvedBy.push(login);
    else findings.push(diagnose(gateReviewNotCounted, fileStart(path), { login, why: reason, path }));
  }
  if (approvedBy.length > 0) {
    const logins = approvedBy.map((login) => `\`${login}\``).join(', ');
    return {
      need,
      approvedBy,
      findings: [...findings, diagnose(gateApproved, fileStart(path), { path, logins, why })],
    };
  }
  return { need, approvedBy, findings: [...findings, openNeed(need)] };
}

function openNeed({ path, why, owners, claimed }: Need): Diagnostic {
  if (claimed !== null) return diagnose(gateApproverNotShown, fileStart(path), { path, approver: claimed });
  if (owners.length === 0) return diagnose(gateNoOwner, fileStart(path), { path, why });
  const words = owners.map((one) => `\`${ownerWord(one)}\``).join(' or ');
  return diagnose(gateNeedsApproval, fileStart(path), { path, why, owners: words });
}

const NO_OWNER = 'it is by nobody whom the base branch names as an owner';

/** Null where the account is one of those who may. */
async function notAmong(
  login: string,
  owners: readonly Owner[],
  otherwise: string,
  membership: Membership,
  findings: Diagnostic[],
): Promise<string | null> {
  const same = (one: string) => one.toLowerCase() === login.toLowerCase();
  if (owners.some((one) => one.kind === 'account' && same(one.login))) return null;
  for (const team of owners) {
    if (team.kind !== 'team') continue;
    const asked = await membership(team, login);
    if (asked.ok && asked.value === 'active') return null;
    const detail = asked.ok
      ? `the membership is ${asked.value}`
      : asked.problem.kind === 'not-found'
        ? 'GitHub names no such member to this token'
        : asked.problem.kind === 'forbidden'
          ? 'this token may not ask'
          : `GitHub did not answer (${asked.problem.kind})`;
    findings.push(diagnose(gateTeamUnverified, null, { login, team: ownerWord(team), detail }));
  }
  return otherwise;
}
