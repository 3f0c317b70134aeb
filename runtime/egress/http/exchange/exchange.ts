import type { InnerProtocol } from '../../../../compiler/ir/egress.ts';
import type { Refusal } from '../../refusal.ts';
import type { ReadRequest } from '../client/read-request.ts';
import { fieldsWithoutSecrets, sendableCredentials } from '../credentials.ts';
import { askedOf, insideOf, type TakenBody, takenAtFirst } from '../inside.ts';
import { type BodyMask, bodyMask } from '../masked-body.ts';
import { bindsConnection } from '../message/connection-bound.ts';
import type { Field } from '../message/fields.ts';
import { fieldLines, valuesOf } from '../message/fields.ts';
import type { Framing } from '../message/framing.ts';
import type { RequestHead, ResponseHead } from '../message/head.ts';
import { connectionOptions } from '../message/hop-by-hop.ts';
import { isProblem, type Problem } from '../message/problem.ts';
import { problemRefusal } from '../refused.ts';
import type { Credential, MessageVerdict, RequestGate } from '../request-gate.ts';
import { AnswerReader, type AnswerSink } from '../upstream/answer-reader.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import { AnswerWriter } from './answer-writer.ts';
import type { ClientSide } from './client-side.ts';
import { dialRefusal, gone } from './failures.ts';
import { answerFields, forwardedRequest, headWithoutSecrets } from './forwarded-head.ts';
import { TakenPieces } from './taking.ts';
import { isWebSocketAnswer, joinWebSocket } from './web-socket.ts';

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
  #mask: BodyMask | null = null;
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
  /** Of the body, where it was taken before the decision. */
  #pieces: TakenPieces | null = null;
  #giveUp: (() => void) | null = null;
  /** Decides about messages on a WebSocket; null where nobody looks into them. */
  #message: MessageVerdict | null = null;

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
    const asked = askedOf(this.#request);
    const body = await this.#taken(gate.protocolsFor(asked));
    if (this.#isAbandoned) return;
    const inside = insideOf(this.#request, body);
    if (asked.isWebSocket && inside([]).unreadable !== null) {
      const refusal = problemRefusal('bad-upgrade', 'request');
      await gate.refused(refusal);
      this.#refuse(refusal);
      return;
    }
    const verdict = await gate.decide(asked, inside);
    if (!verdict.allowed) {
      if (!this.#isAbandoned) this.#client.refuse(verdict.refusal);
      return;
    }
    this.#ended = verdict.ended;
    // The client may have gone while it was decided.
    if (this.#isAbandoned) return this.#finish();
    this.#message = verdict.message;
    this.#credentials = sendableCredentials(asked.method, verdict.credentials);
    await this.#send(gate, true);
  }

  /** The body, where a protocol has to read it; it waits here until it is decided about. */
  #taken(protocols: readonly InnerProtocol[]): Promise<TakenBody> {
    const first = takenAtFirst(this.#request);
    if (first !== 'unread' || protocols.length === 0) return Promise.resolve(first);
    return new Promise((resolve) => {
      const pieces = new TakenPieces(() => resolve(pieces.body));
      this.#pieces = pieces;
      this.#giveUp = () => resolve('unread');
      // Nobody else tells the client that it may send.
      if (this.#request.expectsContinue) this.#client.stream.write('HTTP/1.1 100 Continue\r\n\r\n');
      this.#client.bodyWanted();
      // It may have been paused while the gate was found.
      this.#client.stream.resume();
    });
  }

  async #send(gate: RequestGate, mayBeIdle: boolean): Promise<void> {
    const { head, target, options, isWebSocket } = this.#request;
    const extra = isWebSocket
      ? 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
      : this.#request.framing.kind === 'chunked'
        ? 'Transfer-Encoding: chunked\r\n'
        : '';
    const text = forwardedRequest(this.#forwardedHead(), target, options, this.#credentials, extra);
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
    if (this.#isSent && this.#pieces === null) {
      upstream.stream.write(text, 'latin1');
      return;
    }
    upstream.stream.cork();
    upstream.stream.write(text, 'latin1');
    for (const piece of this.#pieces?.bytes ?? []) upstream.stream.write(piece);
    if (!this.#isSent) this.#client.bodyWanted();
    upstream.stream.uncork();
  }

  /** What was settled with the client here is not asked of the server again. */
  #forwardedHead(): Pick<RequestHead, 'method' | 'fields'> {
    const { method, fields } = this.#request.head;
    const isOver = (name: string) =>
      (name === 'expect' && this.#pieces !== null) ||
      (name === 'sec-websocket-extensions' && this.#message !== null);
    return fields.some(({ name }) => isOver(name))
      ? { method, fields: fields.filter(({ name }) => !isOver(name)) }
      : { method, fields };
  }

  get wantsBody(): boolean {
    return this.#pieces?.isTaking === true || (this.#upstream !== null && !this.#isSent);
  }

  /** Bytes of the body without framing, which are also in what `body` takes. */
  bodyContent(bytes: Buffer): void {
    this.#sent += bytes.length;
    this.#pieces?.content(bytes);
  }

  /** Bytes of the body as they came, framing and all. */
  body(bytes: Buffer): void {
    if (this.#pieces?.isTaking) this.#pieces.framed(bytes);
    else if (!this.#upstream!.stream.write(bytes)) this.#client.stream.pause();
  }

  bodyOver(trailers: readonly Field[]): void {
    if (this.#pieces?.isTaking) this.#pieces.over(trailers);
    else if (trailers.length > 0) this.#upstream!.stream.write(`${fieldLines(trailers)}\r\n`, 'latin1');
    this.#isSent = true;
  }

  /** The client takes more again. */
  drained(): void {
    this.#upstream?.stream.resume();
  }

  /** The client is gone, or sent what cannot be passed on. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#giveUp?.();
    this.#reader?.stop();
    this.#upstream?.release();
    this.#upstream?.destroy();
    this.#upstream = null;
    this.#finish();
  }

  interim(head: ResponseHead): void {
    this.#writer.interim(
      headWithoutSecrets(head, this.#credentials),
      answerFields(head.fields, noOptions, this.#credentials),
    );
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
    this.#mask = bodyMask(valuesOf(head.fields, 'content-encoding'), this.#credentials);
    const staysOpen = this.#staysOpen && this.#isSent;
    this.#staysOpen = this.#writer.begin(
      headWithoutSecrets(head, this.#credentials),
      fields,
      framing,
      staysOpen,
      this.#mask !== null,
    );
  }

  content(bytes: Buffer): void {
    this.#received += bytes.length;
    this.#writer.content(this.#mask === null ? bytes : this.#mask.push(bytes));
  }

  framed(bytes: Buffer): void {
    this.#writer.framed(bytes);
  }

  flush(): void {
    this.#writer.flush();
  }

  over(trailers: readonly Field[], isReusable: boolean): void {
    if (this.#mask !== null) this.#writer.content(this.#mask.end());
    this.#writer.end(fieldsWithoutSecrets(trailers, this.#credentials));
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
    const verdict = this.#message;
    if (!this.#request.isWebSocket || !isWebSocketAnswer(head, verdict !== null)) {
      this.failed('switched-unasked');
      return;
    }
    const server = { stream: this.#upstream!.detach(), rest };
    this.#upstream = null;
    const ended = this.#ended;
    this.#ended = null;
    const fields = answerFields(head.fields, noOptions, this.#credentials);
    const messages = verdict === null ? null : { gate: this.#gate!, verdict };
    joinWebSocket(
      this.#client.detach(),
      server,
      headWithoutSecrets(head, this.#credentials),
      fields,
      messages,
      (sent, received) => ended?.(sent, received),
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
