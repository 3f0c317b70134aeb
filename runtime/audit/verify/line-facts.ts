import { hash } from 'node:crypto';
import type { LineDigest } from '../../../compiler/ir/audit-event/event.ts';

/** What a line says of its place in the chain. */
export interface ChainLink {
  readonly sequence: number;
  /** Hexadecimal. */
  readonly previous: string;
}

/** SHA-256 of a line, hexadecimal. */
export function hexDigest(buffer: Buffer, start: number, end: number): string {
  return hash('sha256', buffer.subarray(start, end), 'hex');
}

export function lineDigest(hex: string): LineDigest {
  return `sha256:${hex}`;
}

const TAIL =
  /,"previous":"sha256:([0-9a-f]{64})","sandbox":("(?:[^"\\]|\\.)*"),"sequence":(0|[1-9]\d{0,15}),"time":"[^"]{24}","version":1\}$/;

const BEFORE_PREVIOUS = bytesOf(',"previous":"sha256:');
const BEFORE_TIME = bytesOf(',"time":"');
const AFTER_TIME = bytesOf('","version":1}');
const TIME_LENGTH = 24;
const DIGEST_LENGTH = 64;
const MOST_DIGITS = 16;
const ZERO = 48;
const NINE = 57;

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * Reads the end of a line, which is the same for all lines of a sandbox but for two numbers and a digest, without reading the rest.
 * What it holds was read by the writer's rules; whether the line before says what it said is told by the digest.
 */
export class ChainLinkReader {
  #beforeSequence: Uint8Array = new Uint8Array();
  sequence = 0;
  previous = '';

  /** Sets `sequence` and `previous`; false where the end of the line is none of an event. */
  read(buffer: Buffer, start: number, end: number): boolean {
    return this.readQuickly(buffer, start, end) || this.readAnew(buffer, start, end);
  }

  private readQuickly(buffer: Buffer, start: number, end: number): boolean {
    let at = end - AFTER_TIME.length;
    if (at < start || !isAt(buffer, at, AFTER_TIME)) return false;
    at -= TIME_LENGTH + BEFORE_TIME.length;
    if (at < start || !isAt(buffer, at, BEFORE_TIME)) return false;
    let sequence = 0;
    let unit = 1;
    const least = Math.max(start, at - MOST_DIGITS);
    for (; at > least; at--) {
      const digit = buffer[at - 1]!;
      if (digit < ZERO || digit > NINE) break;
      sequence += (digit - ZERO) * unit;
      unit *= 10;
    }
    const before = this.#beforeSequence;
    at -= before.length;
    if (unit === 1 || before.length === 0 || at < start || !isAt(buffer, at, before)) return false;
    at -= DIGEST_LENGTH;
    if (at - BEFORE_PREVIOUS.length < start || !isAt(buffer, at - BEFORE_PREVIOUS.length, BEFORE_PREVIOUS))
      return false;
    this.sequence = sequence;
    this.previous = buffer.toString('latin1', at, at + DIGEST_LENGTH);
    return true;
  }

  /** For the first line, and for one that names another sandbox. */
  private readAnew(buffer: Buffer, start: number, end: number): boolean {
    const found = TAIL.exec(buffer.toString('latin1', start, end));
    if (found === null) return false;
    const [, previous, sandbox, sequence] = found;
    this.sequence = Number(sequence);
    this.previous = previous!;
    this.#beforeSequence = Buffer.from(`","sandbox":${sandbox},"sequence":`, 'latin1');
    return Number.isSafeInteger(this.sequence);
  }
}

function isAt(buffer: Buffer, at: number, wanted: Uint8Array): boolean {
  for (let n = 0; n < wanted.length; n++) if (buffer[at + n] !== wanted[n]) return false;
  return true;
}

/** `{"KIND":{`, as far as it goes. */
const FIRST_WORDS = /^(?:\{(?:"(?:[a-z]+(?:"(?::(?:\{.*)?)?)?)?)?)?$/s;
const LONGEST_FIRST_WORDS = 32;
const BLANK = 32;

/**
 * Whether bytes without a line break may be what a crash left of one event: as far as they go its beginning, with zeros for what
 * did not reach the disk. Others were put there.
 */
export function mayBeLeftOfEvent(buffer: Buffer, start: number, end: number): boolean {
  const lastWords = buffer.subarray(start, end).indexOf(AFTER_TIME);
  if (lastWords !== -1 && lastWords !== end - start - AFTER_TIME.length) return false;
  const begin = buffer.toString('latin1', start, Math.min(end, start + LONGEST_FIRST_WORDS));
  // JSON has no control characters as they are.
  const hasControl = buffer.subarray(start, end).some((byte) => byte !== 0 && byte < BLANK);
  return FIRST_WORDS.test(begin.split('\0', 1)[0]!) && !hasControl;
}
