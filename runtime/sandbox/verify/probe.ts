import { constants } from 'node:os';
import type { Facet } from '../../../compiler/ir/facet.ts';

/** One thing to try in a fresh sandbox, and what the policy says must come of it. */
export interface Probe {
  readonly facet: Facet;
  /** The part of the policy whose boundary is tried, e.g. `/usr` or `socket`. */
  readonly boundary: string;
  /** What is tried, in words that follow "the agent tries to". */
  readonly words: string;
  /** Arguments of runtime/probe/probe.c. */
  readonly attempt: readonly string[];
  readonly expected: 'works' | 'refused';
  /** Why it is expected: the grant's id, or what is absent. */
  readonly because: string;
  /** Errors that count as a refusal; all of them unless a call fails in its own ways too. */
  readonly refusals: readonly number[] | 'any';
  /** A file outside that the attempt leaves behind when it works. */
  readonly leavesBehind: string | null;
}

/** What the kernel made of it. */
export type Answer =
  | { readonly kind: 'worked' }
  /** `error` is null when the process was killed instead of being given one. */
  | { readonly kind: 'refused'; readonly error: number | null }
  | { readonly kind: 'failed'; readonly error: number }
  /** The probe of another version than this one. */
  | { readonly kind: 'not-tried' }
  | { readonly kind: 'timed-out' };

export interface ProbeResult {
  readonly probe: Probe;
  readonly answer: Answer;
  readonly agrees: boolean;
}

const UNKNOWN_ATTEMPT = 121;

/** Reads the exit code of the probe program. */
export function answerOf(probe: Probe, exitCode: number): Answer {
  if (exitCode === 0) return { kind: 'worked' };
  if (exitCode === UNKNOWN_ATTEMPT) return { kind: 'not-tried' };
  if (exitCode > 128) return { kind: 'refused', error: null };
  const isRefusal = probe.refusals === 'any' || probe.refusals.includes(exitCode);
  return isRefusal ? { kind: 'refused', error: exitCode } : { kind: 'failed', error: exitCode };
}

/** A call that fails for a reason of its own was let through, which is all that was asked. */
export function agrees(probe: Probe, answer: Answer): boolean {
  if (probe.expected === 'refused') return answer.kind === 'refused';
  return answer.kind === 'worked' || (answer.kind === 'failed' && probe.refusals !== 'any');
}

/** `EACCES` for 13; the number itself where the host has no name for it. */
export function errorName(error: number): string {
  const found = Object.entries(constants.errno).find(([, value]) => value === error);
  return found ? found[0] : `error ${error}`;
}
