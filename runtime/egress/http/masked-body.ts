import { secretForms } from './credentials.ts';
import type { Credential } from './request-gate.ts';

const FILL = '*';

/**
 * Masks secrets in the body of an answer while it streams, without changing its length: a server that repeats what it was
 * sent does not give it away by accident. What is compressed, cut into ranges or written in another way is not seen.
 */
export class BodyMask {
  readonly #forms: readonly Buffer[];
  /** The end of what came last, which may be the beginning of a secret. */
  #held = Buffer.alloc(0);

  constructor(credentials: readonly Credential[]) {
    const forms = credentials.flatMap(({ secret }) => secretForms(secret));
    this.#forms = [...new Set(forms)].map((form) => Buffer.from(form, 'latin1'));
  }

  /** What can go on of all that has come; may be empty. */
  push(bytes: Buffer): Buffer {
    const whole = this.#masked(this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]));
    const end = whole.length - this.#heldLength(whole);
    this.#held = Buffer.from(whole.subarray(end));
    return whole.subarray(0, end);
  }

  /** The rest, when nothing more comes. */
  end(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return rest;
  }

  #masked(bytes: Buffer): Buffer {
    let masked = bytes;
    for (const form of this.#forms) {
      for (let at = masked.indexOf(form); at !== -1; at = masked.indexOf(form, at + form.length)) {
        if (masked === bytes) masked = Buffer.from(bytes);
        masked.fill(FILL, at, at + form.length);
      }
    }
    return masked;
  }

  /** How much of the end may be the beginning of a secret. */
  #heldLength(bytes: Buffer): number {
    let longest = 0;
    for (const form of this.#forms) {
      const earliest = Math.max(0, bytes.length - form.length + 1);
      for (let at = bytes.indexOf(form[0]!, earliest); at !== -1; at = bytes.indexOf(form[0]!, at + 1)) {
        const length = bytes.length - at;
        if (length <= longest) break;
        if (bytes.compare(form, 0, length, at) !== 0) continue;
        longest = length;
        break;
      }
    }
    return longest;
  }
}

/** The mask for an answer; null where there is nothing to mask, or the body is not written as it is. */
export function bodyMask(
  contentCodings: readonly string[],
  credentials: readonly Credential[],
): BodyMask | null {
  const isPlain = contentCodings.every((coding) => coding.toLowerCase() === 'identity');
  return credentials.length === 0 || !isPlain ? null : new BodyMask(credentials);
}
