import type { Duplex } from 'node:stream';
import { type Field, type Fields, fieldLines } from '../message/fields.ts';
import type { Framing } from '../message/framing.ts';
import type { ResponseHead } from '../message/head.ts';
import { type AnswerCoding, answerCoding, forwardedAnswer } from './forwarded-head.ts';

/** Longer pieces are written beside the head instead of copied behind it. */
const COPIED_BYTES = 16_384;

/** Writes one answer to a client of HTTP/1, a head and what follows it at once in one piece. */
export class AnswerWriter {
  readonly #stream: Duplex;
  readonly #minor: 0 | 1;
  readonly #onFull: () => void;
  #coding: AnswerCoding = 'none';
  #pending = '';
  /** Whether a head that is no interim one was begun. */
  hasBegun = false;

  /**
   * @param minor of the client's HTTP/1
   * @param onFull the client takes no more for now
   */
  constructor(stream: Duplex, minor: 0 | 1, onFull: () => void) {
    this.#stream = stream;
    this.#minor = minor;
    this.#onFull = onFull;
  }

  interim(head: ResponseHead, fields: Fields): void {
    // HTTP/1.0 knows none.
    if (this.#minor === 0) return;
    // A server may send as many as it likes, so they wait for the client like all else.
    if (!this.#stream.write(forwardedAnswer(head, fields, false, null), 'latin1')) this.#onFull();
  }

  /**
   * @param mayStayOpen another request can be answered after this one
   * @param isMasked what is handed to `content` is to be written, and not what came
   * @returns whether that is still so, in view of how the answer ends
   */
  begin(
    head: ResponseHead,
    fields: Fields,
    framing: Framing,
    mayStayOpen: boolean,
    isMasked = false,
  ): boolean {
    this.#coding = answerCoding(framing, this.#minor, isMasked);
    const staysOpen = mayStayOpen && this.#coding !== 'until-close';
    const isChunked = this.#minor === 1 && (framing.kind === 'chunked' || this.#coding === 'chunk-by-chunk');
    const connection = staysOpen ? (this.#minor === 0 ? 'keep-alive' : null) : 'close';
    this.#pending = forwardedAnswer(head, fields, isChunked, connection);
    this.hasBegun = true;
    return staysOpen;
  }

  /** Content without framing, which is also in what `framed` takes. */
  content(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#coding === 'until-close' || this.#coding === 'content') this.#write(bytes);
    else if (this.#coding === 'chunk-by-chunk') {
      this.#pending += `${bytes.length.toString(16)}\r\n`;
      this.#write(bytes);
      this.#pending = '\r\n';
    }
  }

  framed(bytes: Buffer): void {
    if (this.#coding === 'as-it-came') this.#write(bytes);
  }

  end(trailers: readonly Field[]): void {
    if (this.#coding === 'chunk-by-chunk') this.#pending += `0\r\n${fieldLines(trailers)}\r\n`;
    else if (trailers.length > 0 && this.#coding === 'as-it-came')
      this.#pending += `${fieldLines(trailers)}\r\n`;
    this.flush();
  }

  flush(): void {
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    if (!this.#stream.write(text, 'latin1')) this.#onFull();
  }

  #write(bytes: Buffer): void {
    const text = this.#pending;
    this.#pending = '';
    let isReady: boolean;
    if (text === '') isReady = this.#stream.write(bytes);
    else if (bytes.length <= COPIED_BYTES) isReady = this.#stream.write(joined(text, bytes));
    else {
      this.#stream.cork();
      this.#stream.write(text, 'latin1');
      isReady = this.#stream.write(bytes);
      this.#stream.uncork();
    }
    if (!isReady) this.#onFull();
  }
}

function joined(text: string, bytes: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(text.length + bytes.length);
  whole.write(text, 0, 'latin1');
  bytes.copy(whole, text.length);
  return whole;
}
