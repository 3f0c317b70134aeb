import { ChunkedBody } from './chunked.ts';
import type { Field } from './fields.ts';
import type { Framing } from './framing.ts';
import type { Problem } from './problem.ts';

/** Takes the content of a body, piece by piece, as the bytes of it arrive. */
export type TakeContent = (bytes: Buffer) => void;

/** Finds the end of one body in the bytes of a connection. */
export interface Body {
  /**
   * Takes what belongs to the body from `from` on, and hands its content on.
   *
   * @returns the index after what was taken, or what is wrong
   */
  take(bytes: Buffer, from: number, content: TakeContent): number | Problem;
  readonly isOver: boolean;
  /** Of the bytes that were taken last, index up to where they can be passed on as they are; the rest are trailers. */
  readonly plainEnd: number;
  readonly trailers: readonly Field[];
}

const NO_TRAILERS: readonly Field[] = [];

class LengthBody implements Body {
  readonly trailers = NO_TRAILERS;
  plainEnd = 0;
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  take(bytes: Buffer, from: number, content: TakeContent): number {
    const end = Math.min(bytes.length, from + this.#left);
    this.#left -= end - from;
    this.plainEnd = end;
    if (end > from) content(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    return end;
  }
}

/** Never over by itself: the connection's end is its end. */
class RestOfConnection implements Body {
  readonly trailers = NO_TRAILERS;
  readonly isOver = false;
  plainEnd = 0;

  take(bytes: Buffer, from: number, content: TakeContent): number {
    this.plainEnd = bytes.length;
    if (bytes.length > from) content(bytes.subarray(from));
    return bytes.length;
  }
}

/** Null when there is no body. */
export function bodyOf(framing: Framing): Body | null {
  if (framing.kind === 'chunked') return new ChunkedBody();
  if (framing.kind === 'close') return new RestOfConnection();
  return framing.kind === 'length' && framing.length > 0 ? new LengthBody(framing.length) : null;
}
