/** Thrown while an answer is read that does not have what it has to have. For `client.ts` alone. */
export class UnfitAnswer extends Error {
  override readonly name = 'UnfitAnswer';
}

/** A pull request, as far as anything here depends on it. */
export interface PullRequest {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly isMerged: boolean;
  readonly isDraft: boolean;
  /** Address for people. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly author: Account;
  readonly head: PullRequestEnd;
  readonly base: PullRequestEnd;
}

export interface PullRequestEnd {
  readonly branch: string;
  /** Of the base, that which it was at when the head was last pushed; the branch may have gone on since. */
  readonly commit: string;
  /** `owner/name`; null where the repository is gone. */
  readonly repository: string | null;
}

/** Who did something; null fields of a deleted account are `ghost`. */
export interface Account {
  readonly login: string;
  readonly isBot: boolean;
}

export interface Review {
  readonly id: number;
  readonly author: Account;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  /** The commit that was looked at; null where GitHub no longer knows it. */
  readonly commit: string | null;
}

export interface IssueComment {
  readonly id: number;
  readonly author: Account;
  readonly body: string;
}

export interface CommitEntry {
  readonly commit: string;
  /** Accounts of its author and its committer, as far as GitHub knows them by their addresses. */
  readonly by: readonly Account[];
}

type Fields = Readonly<Record<string, unknown>>;

export function pullRequest(value: unknown): PullRequest {
  const fields = object(value, 'a pull request');
  return {
    number: whole(fields, 'number'),
    state: word(fields, 'state', ['open', 'closed']),
    isMerged: typeof fields.merged_at === 'string',
    isDraft: fields.draft === true,
    url: webAddress(fields, 'html_url'),
    title: text(fields, 'title'),
    body: typeof fields.body === 'string' ? fields.body : '',
    author: account(fields.user),
    head: end(fields.head),
    base: end(fields.base),
  };
}

function end(value: unknown): PullRequestEnd {
  const fields = object(value, 'an end of a pull request');
  const repository =
    fields.repo === null || fields.repo === undefined ? null : object(fields.repo, 'a repository');
  return {
    branch: text(fields, 'ref'),
    commit: commit(fields.sha),
    repository: repository === null ? null : text(repository, 'full_name'),
  };
}

export function review(value: unknown): Review {
  const fields = object(value, 'a review');
  return {
    id: whole(fields, 'id'),
    author: account(fields.user),
    state: word(fields, 'state', ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
    commit: typeof fields.commit_id === 'string' ? commit(fields.commit_id) : null,
  };
}

export function issueComment(value: unknown): IssueComment {
  const fields = object(value, 'a comment');
  return {
    id: whole(fields, 'id'),
    author: account(fields.user),
    body: typeof fields.body === 'string' ? fields.body : '',
  };
}

export function commitEntry(value: unknown): CommitEntry {
  const fields = object(value, 'a commit');
  const known = [fields.author, fields.committer].filter((one) => !isNobody(one));
  return { commit: commit(fields.sha), by: known.map(account) };
}

/** How GitHub says that no account has the address of a commit. */
function isNobody(value: unknown): boolean {
  return value === null || value === undefined || Object.keys(object(value, 'an account')).length === 0;
}

/** The commit that a branch is at. */
export function refCommit(value: unknown): string {
  const target = object(object(value, 'a reference').object, 'what a reference is at');
  word(target, 'type', ['commit']);
  return commit(target.sha);
}

export function membershipState(value: unknown): string {
  return word(object(value, 'a membership'), 'state', ['active', 'pending']);
}

export function listOf<T>(value: unknown, read: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new UnfitAnswer('it is no list');
  return value.map(read);
}

/** Accounts that were deleted are shown as this one. */
const GHOST: Account = { login: 'ghost', isBot: false };

function account(value: unknown): Account {
  if (value === null || value === undefined) return GHOST;
  const fields = object(value, 'an account');
  return { login: text(fields, 'login'), isBot: fields.type === 'Bot' };
}

function object(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnfitAnswer(`it has no object where ${what} should be`);
  }
  return value as Fields;
}

function text(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== 'string') throw new UnfitAnswer(`it has no text \`${key}\``);
  return value;
}

function whole(fields: Fields, key: string): number {
  const value = fields[key];
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw new UnfitAnswer(`it has no number \`${key}\``);
  return value as number;
}

function word<T extends string>(fields: Fields, key: string, words: readonly T[]): T {
  const value = text(fields, key);
  const found = words.find((one) => one === value);
  if (found === undefined) throw new UnfitAnswer(`its \`${key}\` is none of ${words.join(', ')}`);
  return found;
}

function commit(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(value)) {
    throw new UnfitAnswer('it has no name of a commit');
  }
  return value;
}

function webAddress(fields: Fields, key: string): string {
  const value = text(fields, key);
  if (!/^https?:\/\/[!-~]{1,1900}$/.test(value)) throw new UnfitAnswer(`its \`${key}\` is no address`);
  return value;
}
