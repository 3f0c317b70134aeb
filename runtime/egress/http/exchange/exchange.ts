import type { Duplex } from 'node:stream';
import type { Refusal } from '../../refusal.ts';
import type { ReadRequest } from '../client/read-request.ts';
import { sendableCredentials } from '../credentials.ts';
import { bindsConnection } from '../message/connection-bound.ts';
import type { Field } from '../message/fields.ts';
import { fieldLines, valuesOf } from '../message/fields.ts';
import type { Framing } from '../message/framing.ts';
import type { ResponseHead } from '../message/head.ts';
import { connectionOptions } from '../message/hop-by-hop.ts';
import { isProblem, type Problem } from '../message/problem.ts';
import { problemRefusal } from '../refused.ts';
import { relay } from '../relay.ts';
import type { Credential, RequestGate } from '../request-gate.ts';
import { AnswerReader, type AnswerSink } from '../upstream/answer-reader.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import { dialRefusal, gone } from './failures.ts';
import {
  type AnswerCoding,
  answerCoding,
  answerFields,
  forwardedAnswer,
  forwardedRequest,
} from './forwarded-head.ts';

/** What an exchange needs of the connection that its request came on. */
export interface ClientSide {
  readonly stream: Duplex;
  /** The server is ready for the body: what has come of it is handed to `body`. */
  bodyWanted(): void;
  /** Answers with a refusal instead, and goes on if that can be done safely. */
  refuse(refusal: Refusal): void;
  /** The answer is written. @param staysOpen another request may come */
  answered(staysOpen: boolean): void;
  /** Gives the stream away; `rest` are bytes that have come already. */
  detach(): { readonly stream: Duplex; readonly rest: Buffer };
}

/** Longer pieces are written beside the head instead of copied behind it. */
const COPIED_BYTES = 16_384;
/** RFC 9110 section 9.2.2: what may be asked again when the connection was gone before an answer came. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** One request of HTTP/1, from its decision to the end of its answer. */
export class Exchange implements AnswerSink {
  readonly #client: ClientSide;
  readonly #request: ReadRequest;
  readonly #pool: UpstreamPool;
  #upstream: UpstreamConnection | null = null;
  #reader: AnswerReader | null = null;
  #credentials: readonly Credential[] = [];
  #ended: ((sent: number, received: number) => void) | null = null;
  #sent = 0;
  #received = 0;
  #isSent: boolean;
  #isAbandoned = false;
  #coding: AnswerCoding = 'none';
  /** Whether the server knows the connection as somebody's. */
  #isBound: boolean;
  #staysOpen: boolean;
  /** Of the answer, written with what follows it at once. */
  #pending = '';
  #hasAnswered = false;
  /** Where to ask again if an idle connection turns out to be gone. */
  #retry: RequestGate | null = null;
  #gate: RequestGate | null = null;

  constructor(client: ClientSide, request: ReadRequest, pool: UpstreamPool) {
    this.#client = client;
    this.#request = request;
    this.#pool = pool;
    this.#isSent = request.framing.kind === 'none';
    this.#staysOpen = request.staysOpen;
    this.#isBound = bindsConnection(request.head.fields);
  }

  /** Nothing goes to the server before the decision is written down. */
  async begin(gate: RequestGate): Promise<void> {
    const { head, target, isWebSocket } = this.#request;
    const verdict = await gate.decide({
      method: head.method,
      path: target.path,
      query: target.query,
      isWebSocket,
    });
    if (!verdict.allowed) {
      if (!this.#isAbandoned) this.#client.refuse(verdict.refusal);
      return;
    }
    this.#ended = verdict.ended;
    this.#credentials = sendableCredentials(head.method, verdict.credentials);
    await this.#send(gate, true);
  }

  async #send(gate: RequestGate, mayBeIdle: boolean): Promise<void> {
    const { head, target, options, isWebSocket } = this.#request;
    const extra = isWebSocket
      ? 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
      : this.#request.framing.kind === 'chunked'
        ? 'Transfer-Encoding: chunked\r\n'
        : '';
    const text = forwardedRequest(head, target, options, this.#credentials, extra);
    let upstream = mayBeIdle ? this.#pool.idle(gate) : null;
    if (upstream === null) {
      try {
        upstream = await this.#pool.fresh(gate);
      } catch (error) {
        this.#refuse(dialRefusal(error, gate));
        return;
      }
      if (this.#isAbandoned || upstream.isDead) {
        upstream.destroy();
        if (this.#isAbandoned) this.#finish();
        else this.#refuse(gone(gate));
        return;
      }
    }
    this.#upstream = upstream;
    this.#reader = new AnswerReader(head.method, this);
    this.#retry = upstream.wasUsed && this.#isSent && IDEMPOTENT.has(head.method) ? gate : null;
    this.#gate = gate;
    upstream.begin(this.#reader, () => this.#client.stream.resume());
    if (this.#isSent) upstream.stream.write(text, 'latin1');
    else {
      upstream.stream.cork();
      upstream.stream.write(text, 'latin1');
      this.#client.bodyWanted();
      upstream.stream.uncork();
    }
  }

  get wantsBody(): boolean {
    return this.#upstream !== null && !this.#isSent;
  }

  countSent(bytes: number): void {
    this.#sent += bytes;
  }

  /** Bytes of the body as they came, framing and all. */
  body(bytes: Buffer): void {
    if (!this.#upstream!.stream.write(bytes)) this.#client.stream.pause();
  }

  bodyOver(trailers: readonly Field[]): void {
    if (trailers.length > 0) this.#upstream!.stream.write(`${fieldLines(trailers)}\r\n`, 'latin1');
    this.#isSent = true;
  }

  /** The client takes more again. */
  drained(): void {
    this.#upstream?.stream.resume();
  }

  /** The client is gone, or sent what cannot be passed on. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#reader?.stop();
    this.#upstream?.release();
    this.#upstream?.destroy();
    this.#upstream = null;
    this.#finish();
  }

  interim(head: ResponseHead): void {
    if (this.#request.head.minor === 0) return;
    const fields = answerFields(head.fields, noOptions, this.#credentials);
    this.#client.stream.write(forwardedAnswer(head, fields, false, null), 'latin1');
  }

  head(head: ResponseHead, framing: Framing): void {
    const { minor } = this.#request.head;
    const options = connectionOptions(head.fields);
    if (isProblem(options)) {
      this.failed(options);
      return;
    }
    this.#isBound ||= bindsConnection(head.fields);
    this.#coding = answerCoding(framing, minor);
    // What is left of the request would be read as the next one.
    this.#staysOpen &&= this.#isSent && this.#coding !== 'until-close';
    const fields = answerFields(head.fields, options, this.#credentials);
    const isChunked = framing.kind === 'chunked' || this.#coding === 'chunk-by-chunk';
    const connection = this.#staysOpen ? (minor === 0 ? 'keep-alive' : null) : 'close';
    this.#pending = forwardedAnswer(head, fields, isChunked && minor === 1, connection);
    this.#hasAnswered = true;
  }

  content(bytes: Buffer): void {
    this.#received += bytes.length;
    if (this.#coding === 'until-close') this.#write(bytes);
    else if (this.#coding === 'chunk-by-chunk') {
      this.#pending += `${bytes.length.toString(16)}\r\n`;
      this.#write(bytes);
      this.#pending = '\r\n';
    }
  }

  framed(bytes: Buffer): void {
    if (this.#coding === 'as-it-came') this.#write(bytes);
  }

  flush(): void {
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    if (!this.#client.stream.write(text, 'latin1')) this.#upstream?.stream.pause();
  }

  over(trailers: readonly Field[], isReusable: boolean): void {
    if (this.#coding === 'chunk-by-chunk') this.#pending += '0\r\n\r\n';
    else if (trailers.length > 0 && this.#coding === 'as-it-came')
      this.#pending += `${fieldLines(trailers)}\r\n`;
    this.flush();
    const upstream = this.#upstream;
    this.#upstream = null;
    if (upstream !== null) {
      if (isReusable && this.#isSent && !this.#isBound) this.#pool.keep(upstream);
      else {
        upstream.release();
        upstream.destroy();
      }
    }
    this.#finish();
    this.#client.answered(this.#staysOpen);
  }

  switched(head: ResponseHead, rest: Buffer): void {
    const protocols = valuesOf(head.fields, 'upgrade');
    const isAsked =
      this.#request.isWebSocket && protocols.length === 1 && protocols[0]!.toLowerCase() === 'websocket';
    if (!isAsked) {
      this.failed('switched-unasked');
      return;
    }
    const fields = answerFields(head.fields, noOptions, this.#credentials);
    const server = this.#upstream!.detach();
    this.#upstream = null;
    const client = this.#client.detach();
    const shown = forwardedAnswer(head, fields, false, null).replace(
      /\r\n$/,
      'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    client.stream.write(shown, 'latin1');
    if (rest.length > 0) client.stream.write(rest);
    if (client.rest.length > 0) server.write(client.rest);
    const ended = this.#ended;
    this.#ended = null;
    relay(client.stream, server, (sent, received) =>
      ended?.(sent + client.rest.length, received + rest.length),
    );
  }

  failed(problem: Problem): void {
    const upstream = this.#upstream;
    this.#upstream = null;
    this.#reader?.stop();
    upstream?.release();
    upstream?.destroy();
    if (this.#isAbandoned) return;
    const again = this.#retry;
    if (again !== null && !this.#reader!.hasBegun) {
      this.#retry = null;
      this.#send(again, false).catch((error) => this.#refuse(dialRefusal(error, again)));
      return;
    }
    if (this.#hasAnswered) {
      // The client must see that the answer is not whole.
      this.#finish();
      this.#client.stream.destroy();
      return;
    }
    const isSilent = problem === 'cut-short' && !this.#reader!.hasBegun;
    this.#refuse(isSilent ? gone(this.#gate!) : problemRefusal(problem, 'answer'));
  }

  #refuse(refusal: Refusal): void {
    this.#finish();
    if (!this.#isAbandoned) this.#client.refuse(refusal);
  }

  #finish(): void {
    this.#ended?.(this.#sent, this.#received);
    this.#ended = null;
  }

  #write(bytes: Buffer): void {
    const { stream } = this.#client;
    const text = this.#pending;
    this.#pending = '';
    let isReady: boolean;
    if (text === '') isReady = stream.write(bytes);
    else if (bytes.length <= COPIED_BYTES) isReady = stream.write(joined(text, bytes));
    else {
      stream.cork();
      stream.write(text, 'latin1');
      isReady = stream.write(bytes);
      stream.uncork();
    }
    if (!isReady) this.#upstream?.stream.pause();
  }
}

const noOptions = { close: false, keepAlive: false, upgrade: false, named: [] };

function joined(text: string, bytes: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(text.length + bytes.length);
  whole.write(text, 0, 'latin1');
  bytes.copy(whole, text.length);
  return whole;
}
