import { VERSION } from '../../../compiler/version.ts';
import { failure, type GitHubAnswer, type GitHubProblem } from './problem.ts';

/** How to reach the API of one GitHub. */
export interface ApiAccess {
  /** Without a `/` at its end; see `mayHoldToken`. */
  readonly api: string;
  readonly token: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Milliseconds for one request with its answer. */
  readonly timeLimit?: number;
}

/** A request of the API. The path begins with `/`; its parts are encoded. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The version of the API that requests and answers are of (GitHub REST API, "API Versions"). */
const API_VERSION = '2022-11-28';
const TIME_LIMIT = 30_000;
/** A page of a hundred pull requests has about 2 MiB. */
const MOST_BYTES = 16 * 1024 * 1024;
const LONGEST_SAID = 300;

/** Asks the API once: no repetition, no redirection. What comes back is JSON that nobody has looked at yet. */
export async function askApi(access: ApiAccess, request: ApiRequest): Promise<GitHubAnswer<unknown>> {
  const { api, token, timeLimit = TIME_LIMIT } = access;
  const url = new URL(api + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  let response: Response;
  let text: string | null;
  try {
    response = await fetch(url, {
      method: request.method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeLimit),
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': `nemoclaw/${VERSION}`,
        'x-github-api-version': API_VERSION,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    text = await bounded(response);
  } catch (error) {
    return failure({ kind: 'unreachable', detail: unreachable(error, timeLimit) });
  }
  if (text === null) return failure({ kind: 'unreadable', detail: `it is larger than ${MOST_BYTES} bytes` });
  const value = parsed(text);
  if (!response.ok) return failure(problemOf(response, said(value, token), access));
  if (value === undefined) {
    const type = response.headers.get('content-type') ?? 'no type';
    return failure({ kind: 'unreadable', detail: `it is no JSON but ${type.slice(0, 80)}` });
  }
  return { ok: true, value };
}

/** The text of an answer; null for one that is too large. */
async function bounded(response: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > MOST_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` wraps what the system says into a cause. */
function unreachable(error: unknown, timeLimit: number): string {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    return `there is no answer after ${timeLimit / 1000} seconds`;
  }
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : 'the connection failed';
}

function problemOf(response: Response, text: string, { now }: ApiAccess): GitHubProblem {
  const { status, headers } = response;
  if (status >= 300 && status < 400) return { kind: 'moved', to: hostIn(headers.get('location')) };
  if (status === 401) return { kind: 'unauthorized', said: text };
  if (status === 403 || status === 429) {
    const until = limitEnds(headers, now());
    const isLimit = status === 429 || until !== null || /rate limit/i.test(text);
    return isLimit ? { kind: 'limited', until, said: text } : { kind: 'forbidden', said: text };
  }
  if (status === 404 || status === 410) return { kind: 'not-found', said: text };
  if (status === 422 || status === 409 || status === 400) return { kind: 'refused', said: text };
  return { kind: 'failed', status, said: text };
}

/** "Rate limits for the REST API": `retry-after` in seconds, or the time at which the limit is reset where none remain. */
function limitEnds(headers: Headers, now: number): number | null {
  const after = wholeNumber(headers.get('retry-after'));
  if (after !== null) return now + after * 1000;
  if (headers.get('x-ratelimit-remaining') !== '0') return null;
  const reset = wholeNumber(headers.get('x-ratelimit-reset'));
  return reset === null ? null : reset * 1000;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null;
}

/** Message and errors of an answer, in one line. */
function said(value: unknown, token: string): string {
  if (typeof value !== 'object' || value === null) return 'it says nothing that can be read';
  const { message, errors } = value as { message?: unknown; errors?: unknown };
  const details = Array.isArray(errors) ? errors.map(detailOf).filter((text) => text !== '') : [];
  const texts = [typeof message === 'string' ? message : '', ...details].filter((text) => text !== '');
  const line = texts.join('; ').replaceAll(token, '[token]').replace(/\s+/g, ' ').slice(0, LONGEST_SAID);
  return line === '' ? 'it says nothing that can be read' : line;
}

function detailOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return '';
  const { message, resource, field, code } = error as Readonly<Record<string, unknown>>;
  if (typeof message === 'string') return message;
  return [resource, field, code].filter((part) => typeof part === 'string').join(' ');
}

function hostIn(location: string | null): string {
  try {
    return new URL(location ?? '').host;
  } catch {
    return 'an address that is none';
  }
}
