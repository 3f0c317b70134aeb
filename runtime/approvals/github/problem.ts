/** Why GitHub did not do what it was asked for. Texts are GitHub's own, bounded, without the token; they are not trusted. */
export type GitHubProblem =
  /** 401: the token is none, or has ended. */
  | { readonly kind: 'unauthorized'; readonly said: string }
  /** 403: the token may not. */
  | { readonly kind: 'forbidden'; readonly said: string }
  /** 403 or 429. `until` in milliseconds since 1970 UTC; null where GitHub does not say. */
  | { readonly kind: 'limited'; readonly until: number | null; readonly said: string }
  /** 404: it is not there, or the token may not know that it is. */
  | { readonly kind: 'not-found'; readonly said: string }
  /** 422: GitHub does not take it, and says why. */
  | { readonly kind: 'refused'; readonly said: string }
  /** 5xx, or another status that has no meaning here. */
  | { readonly kind: 'failed'; readonly status: number; readonly said: string }
  /** Answered with a redirection; it is not followed, since the token would go with it. */
  | { readonly kind: 'moved'; readonly to: string }
  /** No answer: time ran out, or the network does not reach it. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** An answer that is none of the API: no JSON, too large, or without what it has to have. */
  | { readonly kind: 'unreadable'; readonly detail: string }
  /** A list of which not all can be had: at most so many items of it. */
  | { readonly kind: 'cut-short'; readonly list: string; readonly most: number };

export type GitHubAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: GitHubProblem };

export function failure(problem: GitHubProblem): { readonly ok: false; readonly problem: GitHubProblem } {
  return { ok: false, problem };
}
