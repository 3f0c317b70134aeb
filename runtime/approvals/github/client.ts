import {
  type CommitEntry,
  commitEntry,
  type IssueComment,
  issueComment,
  listOf,
  membershipState,
  type PullRequest,
  pullRequest,
  type Review,
  refCommit,
  review,
  UnfitAnswer,
} from './answers.ts';
import { type ApiAccess, type ApiRequest, askApi } from './api.ts';
import type { GitHubRepository } from './location.ts';
import { failure, type GitHubAnswer } from './problem.ts';

const PAGE = 100;
const MOST_PAGES = 30;
/** GitHub lists no more commits of a pull request than this, and does not say that there are more. */
const MOST_COMMITS = 250;

/**
 * Pull requests of one repository through GitHub's REST API: what proposals and the gate need, each operation one request, or
 * one a page. Nothing is repeated and nothing is remembered.
 */
export class GitHubClient {
  readonly #access: ApiAccess;
  readonly #repository: Pick<GitHubRepository, 'owner' | 'name'>;

  constructor(access: ApiAccess, repository: Pick<GitHubRepository, 'owner' | 'name'>) {
    this.#access = access;
    this.#repository = repository;
  }

  /** The open pull request from a branch of this very repository into another one; null where there is none. */
  async findOpenPull(branch: string, base: string): Promise<GitHubAnswer<PullRequest | null>> {
    const query = {
      state: 'open',
      head: `${this.#repository.owner}:${branch}`,
      base,
      per_page: String(PAGE),
    };
    const listed = await this.#ask({ method: 'GET', path: '/pulls', query }, (value) =>
      listOf(value, pullRequest),
    );
    if (!listed.ok) return listed;
    // Older servers pass over a head that they do not know and list all.
    const found = listed.value.find(({ head, base: into }) => head.branch === branch && into.branch === base);
    return { ok: true, value: found ?? null };
  }

  /**
   * The pull request from a branch of this very repository into another one, whatever became of it: the open one where there is
   * one, else the last one; null where there is none.
   */
  async findLastPull(branch: string, base: string): Promise<GitHubAnswer<PullRequest | null>> {
    const query = { state: 'all', head: `${this.#repository.owner}:${branch}`, base, per_page: String(PAGE) };
    const listed = await this.#ask({ method: 'GET', path: '/pulls', query }, (value) =>
      listOf(value, pullRequest),
    );
    if (!listed.ok) return listed;
    const found = listed.value.filter(
      ({ head, base: into }) => head.branch === branch && into.branch === base,
    );
    found.sort((a, b) => b.number - a.number);
    return { ok: true, value: found.find(({ state }) => state === 'open') ?? found[0] ?? null };
  }

  createPull(pull: {
    readonly title: string;
    readonly body: string;
    readonly head: string;
    readonly base: string;
  }): Promise<GitHubAnswer<PullRequest>> {
    return this.#ask({ method: 'POST', path: '/pulls', body: pull }, pullRequest);
  }

  updatePull(
    number: number,
    changes: { readonly title?: string; readonly body?: string },
  ): Promise<GitHubAnswer<PullRequest>> {
    return this.#ask({ method: 'PATCH', path: `/pulls/${number}`, body: changes }, pullRequest);
  }

  getPull(number: number): Promise<GitHubAnswer<PullRequest>> {
    return this.#ask({ method: 'GET', path: `/pulls/${number}` }, pullRequest);
  }

  /** The commit that a branch of this repository is at now. */
  branchCommit(branch: string): Promise<GitHubAnswer<string>> {
    const path = `/git/ref/${encodeURIComponent(`heads/${branch}`)}`;
    return this.#ask({ method: 'GET', path }, refCommit);
  }

  /** Open pull requests, from whichever repository. */
  listOpenPulls(): Promise<GitHubAnswer<readonly PullRequest[]>> {
    return this.#all('/pulls', pullRequest, { state: 'open' });
  }

  /** In the order in which they were given. */
  listReviews(number: number): Promise<GitHubAnswer<readonly Review[]>> {
    return this.#all(`/pulls/${number}/reviews`, review);
  }

  /** What the base does not have, the oldest first. */
  async listCommits(number: number): Promise<GitHubAnswer<readonly CommitEntry[]>> {
    const listed = await this.#all(`/pulls/${number}/commits`, commitEntry);
    if (!listed.ok || listed.value.length < MOST_COMMITS) return listed;
    return failure({ kind: 'cut-short', list: 'commits of a pull request', most: MOST_COMMITS });
  }

  listComments(number: number): Promise<GitHubAnswer<readonly IssueComment[]>> {
    return this.#all(`/issues/${number}/comments`, issueComment);
  }

  createComment(number: number, body: string): Promise<GitHubAnswer<IssueComment>> {
    return this.#ask({ method: 'POST', path: `/issues/${number}/comments`, body: { body } }, issueComment);
  }

  updateComment(id: number, body: string): Promise<GitHubAnswer<IssueComment>> {
    return this.#ask({ method: 'PATCH', path: `/issues/comments/${id}`, body: { body } }, issueComment);
  }

  /**
   * Whether an account is in a team of an organisation: `active`, or `pending` while an invitation waits. Where it is not, or the
   * token may not know, GitHub finds nothing.
   */
  teamMembership(organisation: string, team: string, login: string): Promise<GitHubAnswer<string>> {
    const path = `/orgs/${encodeURIComponent(organisation)}/teams/${encodeURIComponent(team)}/memberships/${encodeURIComponent(login)}`;
    return this.#askAt({ method: 'GET', path }, membershipState);
  }

  async #all<T>(
    path: string,
    read: (item: unknown) => T,
    more: Readonly<Record<string, string>> = {},
  ): Promise<GitHubAnswer<readonly T[]>> {
    const all: T[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const query = { ...more, per_page: String(PAGE), page: String(page) };
      const listed = await this.#ask({ method: 'GET', path, query }, (value) => listOf(value, read));
      if (!listed.ok) return listed;
      all.push(...listed.value);
      if (listed.value.length < PAGE) return { ok: true, value: all };
    }
    // A list that is not whole could hold what matters in the part that is missing.
    return failure({ kind: 'cut-short', list: `items under ${path}`, most: MOST_PAGES * PAGE });
  }

  #ask<T>(request: ApiRequest, read: (value: unknown) => T): Promise<GitHubAnswer<T>> {
    const { owner, name } = this.#repository;
    const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${request.path}`;
    return this.#askAt({ ...request, path }, read);
  }

  async #askAt<T>(request: ApiRequest, read: (value: unknown) => T): Promise<GitHubAnswer<T>> {
    const answer = await askApi(this.#access, request);
    if (!answer.ok) return answer;
    try {
      return { ok: true, value: read(answer.value) };
    } catch (error) {
      if (!(error instanceof UnfitAnswer)) throw error;
      return failure({ kind: 'unreadable', detail: error.message });
    }
  }
}
