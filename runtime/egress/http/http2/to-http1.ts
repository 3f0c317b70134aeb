import { fieldsWithoutSecrets } from '../credentials.ts';
import { gone } from '../exchange/failures.ts';
import { answerFields, forwardedRequest } from '../exchange/forwarded-head.ts';
import { type BodyMask, bodyMask } from '../masked-body.ts';
import { bindsConnection } from '../message/connection-bound.ts';
import { type Field, valuesOf } from '../message/fields.ts';
import type { Framing } from '../message/framing.ts';
import type { ResponseHead } from '../message/head.ts';
import { connectionOptions } from '../message/hop-by-hop.ts';
import { isProblem, type Problem } from '../message/problem.ts';
import { problemRefusal } from '../refused.ts';
import { AnswerReader, type AnswerSink } from '../upstream/answer-reader.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import { begin, beginInterim, breakOff, headersOf, sendTrailers, whenEnded } from './answer-stream.ts';
import type { PassedStream } from './stream-exchange.ts';

/** The answer is whole, and the rest of the request is not needed (RFC 9113 section 8.1). */
const NO_ERROR = 0;

/** Passes a stream of HTTP/2 to a server that speaks HTTP/1.1. */
export function passToHttp1(passed: PassedStream, upstream: UpstreamConnection, pool: UpstreamPool): void {
  const { stream, request, credentials, count, held } = passed;
  const isChunked = request.framing.kind === 'chunked';
  const extra = isChunked ? 'Transfer-Encoding: chunked\r\n' : '';
  const text = forwardedRequest(request.head, request.target, request.options, credentials, extra);
  const sink = new StreamAnswer(passed, upstream, pool);
  const reader = new AnswerReader(request.head.method, sink);
  sink.reader = reader;
  upstream.begin(reader, () => stream.resume());
  upstream.stream.write(text, 'latin1');
  stream.on('drain', () => sink.drained());
  stream.once('close', () => sink.abandon());
  if (request.framing.kind === 'none') {
    sink.isSent = true;
    return;
  }
  if (held !== null) {
    count.sent += held.length;
    if (held.length > 0) upstream.stream.write(isChunked ? chunk(held) : held);
    if (isChunked) upstream.stream.write('0\r\n\r\n');
    sink.isSent = true;
    return;
  }
  stream.on('data', (bytes: Buffer) => {
    count.sent += bytes.length;
    if (sink.isOver || bytes.length === 0) return;
    if (request.framing.kind === 'length' && count.sent > request.framing.length) {
      breakOff(stream);
      return;
    }
    const piece = isChunked ? chunk(bytes) : bytes;
    if (!upstream.stream.write(piece)) stream.pause();
  });
  whenEnded(stream, () => {
    // A stream that was broken off ends too; its beginning is no request.
    if (sink.isOver || stream.aborted || stream.rstCode !== 0) return;
    if (request.framing.kind === 'length' && count.sent < request.framing.length) {
      breakOff(stream);
      return;
    }
    sink.isSent = true;
    if (isChunked) upstream.stream.write('0\r\n\r\n');
  });
}

function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

class StreamAnswer implements AnswerSink {
  reader: AnswerReader | null = null;
  /** Whether the request is whole at the server. */
  isSent = false;
  isOver = false;
  #mask: BodyMask | null = null;
  #isBound: boolean;
  readonly #passed: PassedStream;
  readonly #upstream: UpstreamConnection;
  readonly #pool: UpstreamPool;

  constructor(passed: PassedStream, upstream: UpstreamConnection, pool: UpstreamPool) {
    this.#passed = passed;
    this.#isBound = bindsConnection(passed.request.head.fields);
    this.#upstream = upstream;
    this.#pool = pool;
  }

  drained(): void {
    if (!this.isOver) this.#upstream.stream.resume();
  }

  abandon(): void {
    if (!this.isOver) this.#giveUp();
  }

  interim({ status, fields }: ResponseHead): void {
    const { stream, credentials, request, count } = this.#passed;
    const headers = headersOf(answerFields(fields, request.options, credentials));
    beginInterim(stream, { ...headers, ':status': status }, count);
  }

  head(head: ResponseHead, framing: Framing): void {
    const { stream, credentials } = this.#passed;
    const options = connectionOptions(head.fields);
    if (isProblem(options)) {
      this.failed(options);
      return;
    }
    this.#isBound ||= bindsConnection(head.fields);
    const fields = headersOf(answerFields(head.fields, options, credentials));
    this.#mask = bodyMask(valuesOf(head.fields, 'content-encoding'), credentials);
    const endStream = framing.kind === 'none';
    const waitForTrailers = framing.kind === 'chunked';
    if (!begin(stream, { ...fields, ':status': head.status }, { endStream, waitForTrailers }))
      this.failed('unsayable');
  }

  content(bytes: Buffer): void {
    const { stream, count } = this.#passed;
    count.received += bytes.length;
    const shown = this.#mask === null ? bytes : this.#mask.push(bytes);
    if (shown.length > 0 && !stream.destroyed && !stream.write(shown)) this.#upstream.stream.pause();
  }

  framed(): void {}

  flush(): void {}

  over(trailers: readonly Field[], isReusable: boolean): void {
    this.isOver = true;
    if (isReusable && this.isSent && !this.#isBound) this.#pool.keep(this.#upstream);
    else this.#giveUp();
    const { stream, credentials } = this.#passed;
    const shown = fieldsWithoutSecrets(trailers, credentials);
    stream.once('wantTrailers', () => sendTrailers(stream, headersOf(shown)));
    const rest = this.#mask?.end();
    if (!stream.destroyed && rest !== undefined && rest.length > 0) stream.write(rest);
    if (!stream.destroyed) stream.end();
    // What is left of the request nobody wants.
    if (!this.isSent) stream.close(NO_ERROR);
  }

  switched(): void {
    this.failed('switched-unasked');
  }

  failed(problem: Problem): void {
    const isSilent = problem === 'cut-short' && this.reader?.hasBegun === false;
    this.#giveUp();
    this.#passed.fail(isSilent ? gone(this.#passed.gate) : problemRefusal(problem, 'answer'));
  }

  #giveUp(): void {
    this.isOver = true;
    this.reader?.stop();
    this.#upstream.release();
    this.#upstream.destroy();
  }
}
