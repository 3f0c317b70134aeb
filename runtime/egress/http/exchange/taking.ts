import { LARGEST_BODY } from '../../operations/content.ts';
import type { TakenBody } from '../inside.ts';
import type { Field } from '../message/fields.ts';
import { fieldLines } from '../message/fields.ts';

/** Chunks of one byte each would be held with their framing. */
const LARGEST_FRAMED = 2 * LARGEST_BODY;

/** Takes the body of a request of HTTP/1 before it is decided about, and keeps the bytes as they came. */
export class TakenPieces {
  readonly #onTaken: () => void;
  #content: Buffer[] = [];
  #framed: Buffer[] = [];
  #length = 0;
  #framedLength = 0;
  #taken: TakenBody = 'unread';

  /** @param onTaken all is there, or more than is read; called once */
  constructor(onTaken: () => void) {
    this.#onTaken = onTaken;
  }

  get isTaking(): boolean {
    return this.#taken === 'unread';
  }

  get body(): TakenBody {
    return this.#taken;
  }

  content(bytes: Buffer): void {
    if (!this.isTaking) return;
    this.#length += bytes.length;
    this.#content.push(bytes);
  }

  framed(bytes: Buffer): void {
    this.#framedLength += bytes.length;
    this.#framed.push(bytes);
    const isTooLarge = this.#length > LARGEST_BODY || this.#framedLength > LARGEST_FRAMED;
    if (this.isTaking && isTooLarge) this.#end('too-large');
  }

  over(trailers: readonly Field[]): void {
    if (trailers.length > 0) this.#framed.push(Buffer.from(`${fieldLines(trailers)}\r\n`, 'latin1'));
    if (this.isTaking) this.#end(Buffer.concat(this.#content));
  }

  /** What was taken, framing and all, to be passed on byte by byte. */
  get bytes(): readonly Buffer[] {
    return this.#framed;
  }

  #end(taken: TakenBody): void {
    this.#taken = taken;
    this.#content = [];
    this.#framed = [Buffer.concat(this.#framed)];
    this.#onTaken();
  }
}
