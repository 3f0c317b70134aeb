import type { Body, TakeContent } from './body.ts';
import { type Field, parseFields } from './fields.ts';
import { isOverride } from './overrides.ts';
import { isProblem, type Problem } from './problem.ts';

const CR = 13;
const LF = 10;
/** 2^40 bytes in one chunk is more than anybody sends. */
const MOST_DIGITS = 10;
const LONGEST_TRAILERS = 16_384;

type Place =
  | 'size'
  | 'size-end'
  | 'content'
  | 'content-return'
  | 'content-feed'
  | 'trailers'
  | 'last-feed'
  | 'over';

/** Trailer fields that a reader might take for header fields which decide something (RFC 9110 section 6.5.1). */
const NEVER_TRAILERS =
  /^(transfer-encoding|content-.*|host|trailer|te|connection|keep-alive|upgrade|expect|authorization|proxy-.*|cookie|set-cookie|cache-control|max-forwards|range|age|expires|date|location|retry-after|vary|www-authenticate|warning|if-.*|origin)$/;

/**
 * The chunked transfer coding (RFC 9112 section 7.1), without extensions and without the blanks that some readers
 * tolerate. All but the trailers can be passed on byte by byte, because it can be read in one way only.
 */
export class ChunkedBody implements Body {
  trailers: readonly Field[] = [];
  plainEnd = 0;
  #place: Place = 'size';
  #digits = 0;
  #left = 0;
  #trailerText = '';

  get isOver(): boolean {
    return this.#place === 'over';
  }

  take(bytes: Buffer, from: number, content: TakeContent): number | Problem {
    let at = from;
    this.plainEnd = from;
    while (at < bytes.length && this.#place !== 'over') {
      if (this.#place === 'content') {
        const end = Math.min(bytes.length, at + this.#left);
        content(bytes.subarray(at, end));
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#place = 'content-return';
      } else if (this.#place === 'trailers') {
        const end = this.#takeTrailers(bytes, at);
        if (isProblem(end)) return end;
        at = end;
      } else {
        const problem = this.#step(bytes[at]!);
        if (problem !== null) return problem;
        at += 1;
      }
      if (this.#trailerText === '' && this.trailers.length === 0) this.plainEnd = at;
    }
    return at;
  }

  /** One byte of what stands around the content. */
  #step(byte: number): Problem | null {
    switch (this.#place) {
      case 'size': {
        const digit = hexDigit(byte);
        if (digit !== -1 && this.#digits < MOST_DIGITS) {
          this.#left = this.#left * 16 + digit;
          this.#digits += 1;
          return null;
        }
        if (byte !== CR || this.#digits === 0) return 'chunk-size';
        this.#place = 'size-end';
        return null;
      }
      case 'size-end':
        if (byte !== LF) return 'chunk-size';
        this.#digits = 0;
        this.#place = this.#left > 0 ? 'content' : 'trailers';
        return null;
      case 'content-return':
        this.#place = 'content-feed';
        return byte === CR ? null : 'chunk-end';
      case 'content-feed':
        this.#place = 'size';
        return byte === LF ? null : 'chunk-end';
      default:
        this.#place = 'over';
        return byte === LF ? null : 'chunk-end';
    }
  }

  #takeTrailers(bytes: Buffer, from: number): number | Problem {
    if (this.#trailerText === '' && bytes[from] === CR) {
      this.#place = 'last-feed';
      return from + 1;
    }
    const known = this.#trailerText.length;
    const text = this.#trailerText + bytes.toString('latin1', from, from + LONGEST_TRAILERS);
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) {
      if (text.length > LONGEST_TRAILERS) return 'head-too-long';
      this.#trailerText = text;
      return from + (text.length - known);
    }
    const fields = parseFields(text.slice(0, end).split('\r\n'), 0);
    if (isProblem(fields)) return fields;
    if (fields.some(({ name }) => NEVER_TRAILERS.test(name) || isOverride(name))) return 'trailer-field';
    this.trailers = fields;
    this.#place = 'over';
    return from + (end + 4 - known);
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
