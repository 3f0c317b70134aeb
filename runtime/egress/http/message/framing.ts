import { type Fields, valuesOf } from './fields.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import { isProblem, type Problem } from './problem.ts';

/** How the end of a body is found. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** Answers only: it goes on until the connection ends. */
  | { readonly kind: 'close' };

const NONE: Framing = { kind: 'none' };
const CHUNKED: Framing = { kind: 'chunked' };
const UNTIL_CLOSE: Framing = { kind: 'close' };
const LENGTH = /^[0-9]{1,15}$/;

/** RFC 9112 section 6.3, without its leniencies. */
export function requestFraming({ fields, minor }: RequestHead): Framing | Problem {
  const declared = declaredFraming(fields, minor);
  return declared ?? NONE;
}

/** @param method of the request that is answered */
export function responseFraming({ fields, minor, status }: ResponseHead, method: string): Framing | Problem {
  const declared = declaredFraming(fields, minor);
  if (isProblem(declared)) return declared;
  const isBodiless = status < 200 || status === 204;
  if (isBodiless && (declared?.kind === 'chunked' || (declared?.kind === 'length' && declared.length > 0))) {
    return 'body-where-none';
  }
  // Their lengths are about the answer that GET would have.
  if (isBodiless || status === 304 || method === 'HEAD') return NONE;
  return declared ?? UNTIL_CLOSE;
}

function declaredFraming(fields: Fields, minor: 0 | 1): Framing | Problem | null {
  let lengths = 0;
  let length = '';
  let isCoded = false;
  for (const { name, value } of fields) {
    if (name === 'content-length') {
      lengths += 1;
      length = value;
    } else if (name === 'transfer-encoding') isCoded = true;
  }
  if (isCoded) {
    if (lengths > 0) return 'length-and-coding';
    if (minor === 0) return 'coding-in-1.0';
    const codings = valuesOf(fields, 'transfer-encoding');
    return codings.length === 1 && codings[0]!.toLowerCase() === 'chunked' ? CHUNKED : 'unknown-coding';
  }
  if (lengths === 0) return null;
  if (lengths > 1 || length.includes(',')) return 'two-lengths';
  return LENGTH.test(length) ? { kind: 'length', length: Number(length) } : 'bad-length';
}
