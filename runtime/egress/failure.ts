import type { Refusal } from './refusal.ts';

/** A refusal that is no decision: what was asked could be read as two things, or something here or outside failed. */
export function failure(
  status: Refusal['status'],
  why: string,
  message: string,
  next: string = 'try again later',
): Refusal {
  return { status, why: `gateway-${why}`, message, request: null, nearest: null, next };
}

export function malformed(problem: string, status: 400 | 431 = 400): Refusal {
  return failure(
    status,
    'malformed',
    `what was asked cannot be one destination: ${problem}`,
    'send it in the plain form that every program reads alike; nothing in a policy changes this',
  );
}

/** There is no room for one more connection. */
export function busy(): Refusal {
  const why = 'too many connections of this sandbox are open';
  return failure(503, 'busy', why, 'close some, and try again');
}
