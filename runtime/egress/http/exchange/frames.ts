/** The head of one frame (RFC 6455 section 5.2). */
export interface FrameHead {
  readonly isFinal: boolean;
  readonly opcode: number;
  /** Null where the frame is not masked. */
  readonly mask: Buffer | null;
  readonly headLength: number;
  readonly payloadLength: number;
}

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
const PONG = 10;
const LONGEST_CONTROL = 125;
const LONGEST_REASON = 120;

/**
 * The head of the frame with which the bytes begin; null where more have to come.
 *
 * @returns `broken` for what no endpoint may send where no extension was agreed on
 */
export function frameHead(bytes: Buffer): FrameHead | null | 'broken' {
  if (bytes.length < 2) return null;
  const [first, second] = [bytes[0]!, bytes[1]!];
  const opcode = first & 0x0f;
  const isFinal = (first & 0x80) !== 0;
  const short = second & 0x7f;
  const isControl = opcode >= CLOSE;
  if ((first & 0x70) !== 0 || (opcode > BINARY && opcode < CLOSE) || opcode > PONG) return 'broken';
  if (isControl && (!isFinal || short > LONGEST_CONTROL)) return 'broken';
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const isMasked = (second & 0x80) !== 0;
  const headLength = 2 + extended + (isMasked ? 4 : 0);
  if (bytes.length < headLength) return null;
  const payloadLength = payloadLengthOf(bytes, short);
  if (payloadLength === null) return 'broken';
  const mask = isMasked ? bytes.subarray(headLength - 4, headLength) : null;
  return { isFinal, opcode, mask, headLength, payloadLength };
}

/** A length has one spelling, the shortest. */
function payloadLengthOf(bytes: Buffer, short: number): number | null {
  if (short < 126) return short;
  if (short === 126) {
    const length = bytes.readUInt16BE(2);
    return length < 126 ? null : length;
  }
  const length = bytes.readBigUInt64BE(2);
  return length <= 0xffffn || length > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(length);
}

/** The payload of a frame as its sender meant it. */
export function unmasked(payload: Buffer, mask: Buffer | null): Buffer {
  if (mask === null) return payload;
  const plain = Buffer.allocUnsafe(payload.length);
  for (let at = 0; at < payload.length; at++) plain[at] = payload[at]! ^ mask[at & 3]!;
  return plain;
}

/** A close frame; with a mask as clients send it. @param reason printable ASCII, cut where it is too long for a frame */
export function closeFrame(code: number, reason: string, mask: Buffer | null): Buffer {
  const payload = Buffer.alloc(2 + Math.min(reason.length, LONGEST_REASON));
  payload.writeUInt16BE(code, 0);
  payload.write(reason.slice(0, LONGEST_REASON), 2, 'latin1');
  const head = Buffer.from([0x80 | CLOSE, payload.length | (mask === null ? 0 : 0x80)]);
  return mask === null
    ? Buffer.concat([head, payload])
    : Buffer.concat([head, mask, unmasked(payload, mask)]);
}

/** Follows frames that are passed on as they come, to know whether one is under way. */
export class FrameBoundary {
  #head: Buffer = Buffer.alloc(0);
  #left = 0;
  #isLost = false;

  /** Whether another frame could be written now. */
  get isBetween(): boolean {
    return !this.#isLost && this.#left === 0 && this.#head.length === 0;
  }

  pass(bytes: Buffer): void {
    let rest = bytes;
    while (!this.#isLost && rest.length > 0) {
      const passed = Math.min(this.#left, rest.length);
      this.#left -= passed;
      rest = rest.subarray(passed);
      if (rest.length === 0) return;
      const whole = Buffer.concat([this.#head, rest]);
      const head = frameHead(whole);
      if (head === 'broken') this.#isLost = true;
      else if (head === null) {
        this.#head = whole;
        return;
      } else {
        rest = whole.subarray(head.headLength);
        this.#head = Buffer.alloc(0);
        this.#left = head.payloadLength;
      }
    }
  }
}
