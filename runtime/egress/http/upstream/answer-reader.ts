import { type Body, bodyOf } from '../message/body.ts';
import type { Field } from '../message/fields.ts';
import { type Framing, responseFraming } from '../message/framing.ts';
import { beginningProblem, headEnd, parseResponseHead, type ResponseHead } from '../message/head.ts';
import { isProblem, type Problem } from '../message/problem.ts';

/** Takes an answer while it arrives, in this order: interim heads, the head, content, its end. */
export interface AnswerSink {
  /** A head of 1xx; the answer is still to come. */
  interim(head: ResponseHead): void;
  head(head: ResponseHead, framing: Framing): void;
  /** Content, without the framing of HTTP/1. */
  content(bytes: Buffer): void;
  /** The bytes of the same content as they came; what is not in them are trailers. */
  framed(bytes: Buffer): void;
  /** There is nothing more in the bytes at hand. */
  flush(): void;
  /** @param isReusable the connection can take another request */
  over(trailers: readonly Field[], isReusable: boolean): void;
  /** The server goes on in another protocol; `rest` are its first bytes. */
  switched(head: ResponseHead, rest: Buffer): void;
  /** Nothing else follows. */
  failed(problem: Problem): void;
}

const EMPTY = Buffer.alloc(0);

/** Reads one answer off a connection; strictly, because what it lets through the client reads again. */
export class AnswerReader {
  readonly #method: string;
  readonly #sink: AnswerSink;
  readonly #takeContent: (bytes: Buffer) => void;
  #rest: Buffer = EMPTY;
  #searched = 0;
  #body: Body | null = null;
  #framing: Framing | null = null;
  #isReusable = false;
  isOver = false;
  /** Whether any byte of it has come. */
  hasBegun = false;

  /** @param method of the request that is answered */
  constructor(method: string, sink: AnswerSink) {
    this.#method = method;
    this.#sink = sink;
    this.#takeContent = (bytes) => sink.content(bytes);
  }

  take(chunk: Buffer): void {
    this.hasBegun = true;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = EMPTY;
    let at = 0;
    while (!this.isOver) {
      if (this.#framing === null) {
        const end = this.#takeHead(bytes, at);
        if (end === null) break;
        at = end;
      } else if (this.#body === null || this.#body.isOver) {
        this.#finish(at === bytes.length);
      } else {
        if (at === bytes.length) break;
        const end = this.#body.take(bytes, at, this.#takeContent);
        if (isProblem(end)) {
          this.#fail(end);
          return;
        }
        const { plainEnd } = this.#body;
        if (plainEnd > at)
          this.#sink.framed(at === 0 && plainEnd === bytes.length ? bytes : bytes.subarray(at, plainEnd));
        at = end;
      }
    }
    this.#sink.flush();
  }

  /** Nobody wants the rest. */
  stop(): void {
    this.isOver = true;
  }

  /** The server sends no more. */
  ended(): void {
    if (this.isOver) return;
    if (this.#framing?.kind === 'close') this.#finish(false);
    else this.#fail('cut-short');
  }

  /** The index after the head, or null where there is none to go on from. */
  #takeHead(bytes: Buffer, from: number): number | null {
    const end = headEnd(bytes, from, this.#searched);
    if (end === null) {
      const problem = beginningProblem(bytes, from);
      if (problem !== null) this.#fail(problem);
      this.#rest = bytes.subarray(from);
      this.#searched = this.#rest.length;
      return null;
    }
    this.#searched = 0;
    const head = parseResponseHead(bytes.toString('latin1', from, end - 4));
    if (isProblem(head)) return this.#fail(head);
    const framing = responseFraming(head, this.#method);
    if (isProblem(framing)) return this.#fail(framing);
    if (head.status === 101) {
      this.isOver = true;
      this.#sink.switched(head, bytes.subarray(end));
      return null;
    }
    if (head.status < 200) {
      this.#sink.interim(head);
      return end;
    }
    this.#framing = framing;
    this.#body = bodyOf(framing);
    this.#isReusable = framing.kind !== 'close' && staysOpen(head);
    this.#sink.head(head, framing);
    return end;
  }

  /** Bytes after the end of an answer belong to no request, so such a connection takes no other. */
  #finish(isClean: boolean): void {
    this.isOver = true;
    this.#sink.over(this.#body?.trailers ?? [], this.#isReusable && isClean);
  }

  #fail(problem: Problem): null {
    if (!this.isOver) {
      this.isOver = true;
      this.#sink.failed(problem);
    }
    return null;
  }
}

function staysOpen({ minor, fields }: ResponseHead): boolean {
  let options = '';
  for (const { name, value } of fields) if (name === 'connection') options += `,${value}`;
  if (options === '') return minor === 1;
  if (/\bclose\b/i.test(options)) return false;
  return minor === 1 || /\bkeep-alive\b/i.test(options);
}
