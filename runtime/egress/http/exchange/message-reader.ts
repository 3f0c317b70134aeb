import { LARGEST_BODY } from '../../operations/content.ts';
import { BINARY, CLOSE, CONTINUATION, frameHead, unmasked } from './frames.ts';

/** What a client has sent on a WebSocket, with the bytes as they came. */
export type Sent =
  /** Ping, pong or close: it says nothing to the program behind the server. */
  | { readonly kind: 'control'; readonly frame: Buffer; readonly isClose: boolean }
  | {
      readonly kind: 'message';
      readonly frames: readonly Buffer[];
      readonly data: Buffer;
      readonly isBinary: boolean;
    }
  | { readonly kind: 'broken' }
  | { readonly kind: 'too-large' };

/** Frames of no bytes would cost memory and count for nothing. */
const MOST_FRAMES = 4096;

/** Puts messages together from the frames of a client, without extensions. */
export class MessageReader {
  #pieces: Buffer[] = [];
  #held = 0;
  /** How many bytes have to be there before it is worth while to look again. */
  #needed = 0;
  #frames: Buffer[] = [];
  #payloads: Buffer[] = [];
  #length = 0;
  #isBinary = false;

  take(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#held += bytes.length;
  }

  /** The next thing that is whole; null where more has to come. After what is broken or too large nothing can be read. */
  next(): Sent | null {
    while (this.#held > 0 && this.#held >= this.#needed) {
      const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
      this.#keep(bytes, bytes.length + 1);
      const head = frameHead(bytes);
      if (head === null) return null;
      // RFC 6455 section 5.1: a client masks every frame.
      if (head === 'broken' || head.mask === null) return { kind: 'broken' };
      const { opcode, isFinal, headLength, payloadLength, mask } = head;
      if (payloadLength + this.#length > LARGEST_BODY) return { kind: 'too-large' };
      const end = headLength + payloadLength;
      if (bytes.length < end) {
        this.#needed = end;
        return null;
      }
      const frame = bytes.subarray(0, end);
      if (opcode >= CLOSE) {
        this.#keep(bytes.subarray(end), 0);
        return { kind: 'control', frame, isClose: opcode === CLOSE };
      }
      if ((opcode === CONTINUATION) !== this.#frames.length > 0) return { kind: 'broken' };
      if (this.#frames.length >= MOST_FRAMES) return { kind: 'too-large' };
      this.#keep(bytes.subarray(end), 0);
      if (opcode !== CONTINUATION) this.#isBinary = opcode === BINARY;
      this.#frames.push(frame);
      this.#payloads.push(unmasked(frame.subarray(headLength), mask));
      this.#length += payloadLength;
      if (isFinal) return this.#message();
    }
    return null;
  }

  #keep(rest: Buffer, needed: number): void {
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
    this.#needed = needed;
  }

  #message(): Sent {
    const { frames, data, isBinary } = {
      frames: this.#frames,
      data: Buffer.concat(this.#payloads),
      isBinary: this.#isBinary,
    };
    this.#frames = [];
    this.#payloads = [];
    this.#length = 0;
    return { kind: 'message', frames, data, isBinary };
  }
}
