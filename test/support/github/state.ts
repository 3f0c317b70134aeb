import { execFileSync } from 'node:child_process';
import { exampleOf } from './description.ts';

/** An account that acts on the stand-in. */
export interface StandInAccount {
  readonly login: string;
  readonly type?: 'User' | 'Bot';
}

export interface StandInPull {
  readonly number: number;
  state: 'open' | 'closed';
  isMerged: boolean;
  title: string;
  body: string | null;
  readonly head: string;
  /** The commit of the head when it was merged; that of its branch when left out. */
  headCommit?: string;
  base: string;
  /** The commit that the base was at when the head was last pushed, which is what GitHub goes on to say; that of its branch when left out. */
  baseCommit?: string;
  readonly author: StandInAccount;
  readonly reviews: {
    readonly id: number;
    readonly author: StandInAccount;
    readonly state: string;
    readonly commit: string;
  }[];
}

export interface StandInComment {
  readonly id: number;
  readonly issue: number;
  readonly author: StandInAccount;
  body: string;
}

/** What the stand-in holds: pull requests, reviews and comments; branches and files are those of a real bare repository. */
export class StandInState {
  readonly pulls: StandInPull[] = [];
  readonly comments: StandInComment[] = [];
  /** Who is in which team, `organisation/team` and logins in lower case. */
  readonly teams = new Map<string, Map<string, 'active' | 'pending'>>();
  readonly owner: string;
  readonly name: string;
  readonly #bare: string;
  #id = 1000;

  constructor(bare: string, repository: string) {
    this.#bare = bare;
    const [owner = '', name = ''] = repository.split('/');
    this.owner = owner;
    this.name = name;
  }

  nextId(): number {
    return ++this.#id;
  }

  /** The commit of a branch now; null where there is none. */
  commitOf(branch: string): string | null {
    try {
      return this.#git('rev-parse', '--verify', '--quiet', `refs/heads/${branch}`).trim();
    } catch {
      return null;
    }
  }

  /** Adds a review, of the head commit as it is now unless another is named. */
  review(number: number, author: StandInAccount, state: string, commit?: string): void {
    const pull = this.pulls.find((one) => one.number === number)!;
    pull.reviews.push({ id: this.nextId(), author, state, commit: commit ?? this.commitOf(pull.head)! });
  }

  pullOut(pull: StandInPull, base: string, isListed: boolean): Record<string, unknown> {
    const example = isListed ? exampleOf('pulls/list', 200) : exampleOf('pulls/get', 200);
    const end = (branch: string, was: unknown, commit = this.commitOf(branch)) => ({
      ...(was as object),
      label: `${this.owner}:${branch}`,
      ref: branch,
      sha: commit ?? '0'.repeat(40),
      repo: { ...(was as { repo: object }).repo, full_name: `${this.owner}/${this.name}` },
    });
    return {
      ...example,
      ...(isListed ? {} : { merged: pull.isMerged }),
      number: pull.number,
      state: pull.state,
      title: pull.title,
      body: pull.body,
      draft: false,
      // The example of a team lacks what the description has come to want.
      requested_teams: [],
      merged_at: pull.isMerged ? '2026-01-01T00:00:00Z' : null,
      user: this.account(pull.author, example.user),
      url: `${base}/repos/${this.owner}/${this.name}/pulls/${pull.number}`,
      html_url: `${base}/${this.owner}/${this.name}/pull/${pull.number}`,
      head: end(pull.head, example.head, pull.headCommit),
      base: end(pull.base, example.base, pull.baseCommit),
    };
  }

  reviewOut(pull: StandInPull, at: number, base: string): Record<string, unknown> {
    const { id, author, state, commit } = pull.reviews[at]!;
    const page = `${base}/${this.owner}/${this.name}/pull/${pull.number}#review-${id}`;
    const address = `${base}/repos/${this.owner}/${this.name}/pulls/${pull.number}`;
    return {
      id,
      node_id: `R${id}`,
      user: this.account(author, exampleOf('pulls/get', 200).user),
      body: '',
      state,
      html_url: page,
      pull_request_url: address,
      _links: { html: { href: page }, pull_request: { href: address } },
      submitted_at: '2026-01-01T00:00:00Z',
      commit_id: commit,
      author_association: 'MEMBER',
    };
  }

  commentOut({ id, author, body }: StandInComment): Record<string, unknown> {
    const example = exampleOf('issues/create-comment', 201);
    return { ...example, id, body, user: this.account(author, example.user) };
  }

  /** What the base does not have, the oldest first; accounts by the first half of `LOGIN@users.noreply.github.com`. */
  commitsOut(pull: StandInPull, base: string): Record<string, unknown>[] {
    const range = `refs/heads/${pull.base}..refs/heads/${pull.head}`;
    const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');
    const said = this.#git('log', '--reverse', '-z', `--format=${format}%x00`, range)
      .split('\0\0')
      .slice(0, -1);
    const example = exampleOf('pulls/get', 200).user;
    const account = (address: string) => {
      const login = /^([A-Za-z0-9-]+)@users\.noreply\.github\.com$/.exec(address)?.[1];
      return login === undefined ? null : this.account({ login }, example);
    };
    return said.map((one) => {
      const [sha, tree, parents, an, ae, at, cn, ce, ct, message] = one.split('\0') as string[];
      const address = `${base}/repos/${this.owner}/${this.name}`;
      const page = `${base}/${this.owner}/${this.name}/commit`;
      return {
        url: `${address}/commits/${sha}`,
        sha,
        node_id: `C${sha}`,
        html_url: `${page}/${sha}`,
        comments_url: `${address}/commits/${sha}/comments`,
        commit: {
          url: `${address}/git/commits/${sha}`,
          author: { name: an, email: ae, date: at },
          committer: { name: cn, email: ce, date: ct },
          message,
          comment_count: 0,
          tree: { sha: tree, url: `${address}/git/trees/${tree}` },
        },
        author: account(ae!),
        committer: account(ce!),
        parents: (parents ?? '')
          .split(' ')
          .filter(Boolean)
          .map((parent) => ({
            sha: parent,
            url: `${address}/commits/${parent}`,
            html_url: `${page}/${parent}`,
          })),
      };
    });
  }

  account({ login, type = 'User' }: StandInAccount, example: unknown): object {
    return { ...(example as object), login, type };
  }

  #git(...argv: readonly string[]): string {
    return execFileSync('git', argv, {
      cwd: this.#bare,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }
}
