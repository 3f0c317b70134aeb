import type { Refusal } from '../refusal.ts';
import { PROBLEMS, type Problem } from './message/problem.ts';

/** What is said about a message that cannot be passed on. */
export function problemRefusal(problem: Problem, whose: 'request' | 'answer'): Refusal {
  return {
    status: whose === 'answer' ? 502 : statusOf(problem),
    why: `gateway-${problem}`,
    message: `this ${whose} cannot be passed on: ${PROBLEMS[problem]}`,
    request: null,
    nearest: null,
    next:
      whose === 'answer'
        ? 'the server has to be mended; nothing in a policy changes this'
        : 'send it in the plain form that every server reads alike; nothing in a policy changes this',
  };
}

/** What is said when the server could not be reached, or went away. */
export function failureRefusal(why: string, message: string, status: 502 | 503 | 504 = 502): Refusal {
  return { status, why: `gateway-${why}`, message, request: null, nearest: null, next: 'try again later' };
}

function statusOf(problem: Problem): Refusal['status'] {
  if (problem === 'host-mismatch') return 421;
  return problem === 'head-too-long' || problem === 'too-many-fields' ? 431 : 400;
}
