import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import {
  exampleOf,
  type FoundOperation,
  faultsOfAnswer,
  faultsOfRequest,
  operationFor,
} from './description.ts';
import { type StandInAccount, type StandInPull, StandInState } from './state.ts';

/** What is answered in place of the truth; null lets the request through. */
export type Injection = (request: {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}) => Injected | null;

export type Injected =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | object;
    }
  /** Never answered. */
  | 'silence';

export interface StandIn {
  /** Address of the API. */
  readonly url: string;
  readonly state: StandInState;
  /** Ids of the operations that were asked for, with the status of the answer. */
  readonly log: string[];
  /** What no client may send, and no answer may hold. A test that ends with one fails. */
  readonly faults: string[];
  inject: Injection;
}

export interface StandInOptions {
  /** A bare repository. */
  readonly bare: string;
  readonly repository?: string;
  /** Who each token belongs to. */
  readonly tokens: Readonly<Record<string, StandInAccount>>;
  /** Before each path, such as `/api/v3`. */
  readonly prefix?: string;
}

const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Starts a stand-in for GitHub on loopback that holds real state and each request and each of its own answers against GitHub's
 * description. It ends with the test, which fails if a request was not allowed by that.
 */
export async function githubStandIn(options: StandInOptions): Promise<StandIn> {
  const { bare, repository = 'acme/blueprints', prefix = '' } = options;
  const state = new StandInState(bare, repository);
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  const standIn: StandIn = { url, state, log: [], faults: [], inject: () => null };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const { pathname, searchParams } = new URL(request.url!, url);
    const fault = (what: string) => standIn.faults.push(`${request.method} ${request.url}: ${what}`);
    const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname;
    const found = operationFor(request.method!, path);
    if (found === null) {
      fault('there is no such operation');
      return send(response, 404, { message: 'Not Found' });
    }
    const { id } = found.operation;
    for (const what of headerFaults(request)) fault(what);
    const body = text === '' ? undefined : (JSON.parse(text) as unknown);
    const query = Object.fromEntries(searchParams);
    for (const what of faultsOfRequest(found, query, body)) fault(what);
    const injected = standIn.inject({ id, method: request.method!, path });
    if (injected === 'silence') return;
    if (injected !== null) {
      standIn.log.push(`${id} ${injected.status}`);
      return send(response, injected.status, injected.body ?? '', injected.headers);
    }
    const account = options.tokens[request.headers.authorization?.replace(/^Bearer /, '') ?? ''];
    const answer: Answer =
      account === undefined
        ? problem(401, 'Bad credentials')
        : answerTo(found, query, body as Record<string, string>, account, state, url);
    // Every operation may be refused for its token, which descriptions leave out.
    const described =
      account === undefined ? [] : faultsOfAnswer(found.operation, answer.status, answer.body);
    for (const what of described) fault(what);
    standIn.log.push(`${id} ${answer.status}`);
    send(response, answer.status, answer.body as object);
  }

  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    expect(standIn.faults).toEqual([]);
  });
  return standIn;
}

function headerFaults({ headers, method }: IncomingMessage): string[] {
  const faults = Object.entries(HEADERS).flatMap(([name, wanted]) =>
    headers[name] === wanted ? [] : [`its header ${name} is ${headers[name]}`],
  );
  if (!headers['user-agent']?.startsWith('nemoclaw/')) faults.push('it does not say who asks');
  if (!/^Bearer [!-~]+$/.test(headers.authorization ?? '')) faults.push('it has no token');
  if (method !== 'GET' && headers['content-type'] !== 'application/json')
    faults.push('its body is of no type');
  return faults;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function send(
  response: ServerResponse,
  status: number,
  body: string | object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/html' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, 'x-ratelimit-remaining': '4999', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

function problem(status: number, message: string, errors?: readonly object[]): Answer {
  const documentation_url = 'https://docs.github.com/rest';
  return { status, body: { message, documentation_url, status: String(status), ...(errors && { errors }) } };
}

function answerTo(
  { operation, values }: FoundOperation,
  query: Readonly<Record<string, string>>,
  body: Readonly<Record<string, string>>,
  account: StandInAccount,
  state: StandInState,
  url: string,
): Answer {
  if (operation.id === 'teams/get-membership-for-user-in-org') {
    const team = `${values.org}/${values.team_slug}`.toLowerCase();
    const membership = state.teams.get(team)?.get(values.username!.toLowerCase());
    if (membership === undefined) return problem(404, 'Not Found');
    return { status: 200, body: { url: `${url}/teams/1/memberships/x`, role: 'member', state: membership } };
  }
  if (values.owner !== state.owner || values.repo !== state.name) return problem(404, 'Not Found');
  const pull = state.pulls.find(({ number }) => number === Number(values.pull_number ?? values.issue_number));
  const isOfOne = values.pull_number !== undefined || values.issue_number !== undefined;
  if (isOfOne && pull === undefined) return problem(404, 'Not Found');
  switch (operation.id) {
    case 'git/get-ref': {
      const sha = state.commitOf(values.ref!.replace(/^heads\//, ''));
      if (sha === null) return problem(404, 'Not Found');
      const { node_id } = exampleOf('git/get-ref', 200);
      const object = { type: 'commit', sha, url: `${url}/repos/x/y/git/commits/${sha}` };
      return { status: 200, body: { ref: `refs/${values.ref}`, node_id, url: `${url}/r`, object } };
    }
    case 'pulls/list':
      return { status: 200, body: listed(state, query).map((one) => state.pullOut(one, url, true)) };
    case 'pulls/create':
      return created(state, body, account, url);
    case 'pulls/get':
      return { status: 200, body: state.pullOut(pull!, url, false) };
    case 'pulls/update':
      Object.assign(pull!, body);
      return { status: 200, body: state.pullOut(pull!, url, false) };
    case 'pulls/list-reviews':
      return {
        status: 200,
        body: paged(
          pull!.reviews.map((_, at) => state.reviewOut(pull!, at, url)),
          query,
        ),
      };
    case 'pulls/list-commits':
      return { status: 200, body: paged(state.commitsOut(pull!, url).slice(0, 250), query) };
    case 'issues/list-comments': {
      const all = state.comments.filter(({ issue }) => issue === pull!.number);
      return {
        status: 200,
        body: paged(
          all.map((one) => state.commentOut(one)),
          query,
        ),
      };
    }
    case 'issues/create-comment': {
      const comment = { id: state.nextId(), issue: pull!.number, author: account, body: body.body ?? '' };
      state.comments.push(comment);
      return { status: 201, body: state.commentOut(comment) };
    }
    case 'issues/update-comment': {
      const comment = state.comments.find(({ id }) => id === Number(values.comment_id));
      if (comment === undefined) return problem(422, 'Validation Failed');
      comment.body = body.body ?? '';
      return { status: 200, body: state.commentOut(comment) };
    }
    default:
      return problem(404, `the stand-in does not play ${operation.id}`);
  }
}

function listed(
  { pulls, owner }: StandInState,
  { state = 'open', head, base }: Readonly<Record<string, string>>,
) {
  return pulls.filter(
    (one) =>
      (state === 'all' || one.state === state) &&
      (head === undefined || head === `${owner}:${one.head}`) &&
      (base === undefined || base === one.base),
  );
}

function created(
  state: StandInState,
  body: Readonly<Record<string, string>>,
  author: StandInAccount,
  url: string,
): Answer {
  const { title = '', head: from = '', base = '' } = body;
  const head = from.replace(`${state.owner}:`, '');
  const invalid = (field: string) =>
    problem(422, 'Validation Failed', [{ resource: 'PullRequest', field, code: 'invalid' }]);
  const custom = (message: string) =>
    problem(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
  if (state.commitOf(head) === null) return invalid('head');
  if (state.commitOf(base) === null) return invalid('base');
  if (state.commitOf(head) === state.commitOf(base)) return custom(`No commits between ${base} and ${head}`);
  if (listed(state, { head: `${state.owner}:${head}`, base }).length > 0) {
    return custom(`A pull request already exists for ${state.owner}:${head}.`);
  }
  const number = state.pulls.length + 1;
  const pull: StandInPull = {
    number,
    state: 'open',
    isMerged: false,
    title,
    body: body.body ?? null,
    head,
    base,
    author,
    reviews: [],
  };
  state.pulls.push(pull);
  return { status: 201, body: state.pullOut(pull, url, false) };
}

function paged<T>(all: readonly T[], { per_page = '30', page = '1' }: Readonly<Record<string, string>>): T[] {
  const size = Number(per_page);
  return all.slice((Number(page) - 1) * size, Number(page) * size);
}
