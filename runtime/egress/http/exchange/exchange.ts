import type { Duplex } from 'node:stream';
import type { Refusal } from '../../refusal.ts';
import type { ReadRequest } from '../client/read-request.ts';
import { sendableCredentials } from '../credentials.ts';
import { bindsConnection } from '../message/connection-bound.ts';
import type { Field } from '../message/fields.ts';
import { fieldLines } from '../message/fields.ts';
import type { Framing } from '../message/framing.ts';
import type { ResponseHead } from '../message/head.ts';
import { connectionOptions } from '../message/hop-by-hop.ts';
import { isProblem, type Problem } from '../message/problem.ts';
import { problemRefusal } from '../refused.ts';
import type { Credential, RequestGate } from '../request-gate.ts';
import { AnswerReader, type AnswerSink } from '../upstream/answer-reader.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import { AnswerWriter } from './answer-writer.ts';
import { dialRefusal, gone } from './failures.ts';
import { answerFields, forwardedRequest } from './forwarded-head.ts';
import { isWebSocketAnswer, joinWebSocket, type ReadStream } from './web-socket.ts';

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
  detach(): ReadStream;
}

/** RFC 9110 section 9.2.2: what may be asked again when the connection was gone before an answer came. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** One request of HTTP/1, from its decision to the end of its answer. */
export class Exchange implements AnswerSink {
  readonly #client: ClientSide;
  readonly #request: ReadRequest;
  readonly #pool: UpstreamPool;
  readonly #writer: AnswerWriter;
  #upstream: UpstreamConnection | null = null;
  #reader: AnswerReader | null = null;
  #credentials: readonly Credential[] = [];
  #ended: ((sent: number, received: number) => void) | null = null;
  #sent = 0;
  #received = 0;
  #isSent: boolean;
  #isAbandoned = false;
  /** Whether the server knows the connection as somebody's. */
  #isBound: boolean;
  #staysOpen: boolean;
  /** Where to ask again if an idle connection turns out to be gone. */
  #retry: RequestGate | null = null;
  #gate: RequestGate | null = null;

  constructor(client: ClientSide, request: ReadRequest, pool: UpstreamPool) {
    this.#client = client;
    this.#request = request;
    this.#pool = pool;
    this.#writer = new AnswerWriter(client.stream, request.head.minor, () => this.#upstream?.stream.pause());
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
    this.#writer.interim(head, answerFields(head.fields, noOptions, this.#credentials));
  }

  head(head: ResponseHead, framing: Framing): void {
    const options = connectionOptions(head.fields);
    if (isProblem(options)) {
      this.failed(options);
      return;
    }
    this.#isBound ||= bindsConnection(head.fields);
    const fields = answerFields(head.fields, options, this.#credentials);
    // What is left of the request would be read as the next one.
    this.#staysOpen = this.#writer.begin(head, fields, framing, this.#staysOpen && this.#isSent);
  }

  content(bytes: Buffer): void {
    this.#received += bytes.length;
    this.#writer.content(bytes);
  }

  framed(bytes: Buffer): void {
    this.#writer.framed(bytes);
  }

  flush(): void {
    this.#writer.flush();
  }

  over(trailers: readonly Field[], isReusable: boolean): void {
    this.#writer.end(trailers);
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
    if (!this.#request.isWebSocket || !isWebSocketAnswer(head)) {
      this.failed('switched-unasked');
      return;
    }
    const server = { stream: this.#upstream!.detach(), rest };
    this.#upstream = null;
    const ended = this.#ended;
    this.#ended = null;
    const fields = answerFields(head.fields, noOptions, this.#credentials);
    joinWebSocket(this.#client.detach(), server, head, fields, (sent, received) => ended?.(sent, received));
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
    if (this.#writer.hasBegun) {
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
}

const noOptions = { close: false, keepAlive: false, upgrade: false, named: [] };
