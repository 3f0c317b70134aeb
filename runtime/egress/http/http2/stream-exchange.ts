import type { ServerHttp2Stream } from 'node:http2';
import type { Refusal } from '../../refusal.ts';
import type { ReadRequest } from '../client/read-request.ts';
import { sendableCredentials } from '../credentials.ts';
import { dialRefusal } from '../exchange/failures.ts';
import { askedOf, insideOf, type TakenBody, takenAtFirst } from '../inside.ts';
import { problemRefusal } from '../refused.ts';
import type { Credential, RequestGate } from '../request-gate.ts';
import { breakOff, isUnsayable, refuseStream } from './answer-stream.ts';
import type { Http2Side } from './serve-http2.ts';
import { takeBody } from './take-body.ts';
import { passToHttp1 } from './to-http1.ts';
import { passToHttp2 } from './to-http2.ts';

/** One stream that is allowed, on its way to a server. */
export interface PassedStream {
  readonly stream: ServerHttp2Stream;
  readonly request: ReadRequest;
  readonly gate: RequestGate;
  readonly credentials: readonly Credential[];
  /** The whole body, where it was taken before the decision; null where it still comes. */
  readonly held: Buffer | null;
  /** Bytes of the bodies so far, and interim answers. */
  readonly count: { sent: number; received: number; interims: number };
  /** Answers with a refusal if nothing was answered yet; else breaks the stream, so that the client sees it is not whole. */
  fail(refusal: Refusal): void;
}

/** One request of HTTP/2, from its decision to the end of its answer. */
export class StreamExchange {
  readonly #stream: ServerHttp2Stream;
  readonly #request: ReadRequest;
  readonly #gate: RequestGate;
  readonly #shared: Http2Side;
  #held: Buffer | null = null;
  #isPaused = false;

  constructor(stream: ServerHttp2Stream, request: ReadRequest, gate: RequestGate, shared: Http2Side) {
    this.#stream = stream;
    this.#request = request;
    this.#gate = gate;
    this.#shared = shared;
  }

  /** Nothing goes to the server before the decision is written down. */
  async run(): Promise<void> {
    const { head, framing } = this.#request;
    const asked = askedOf(this.#request);
    let body: TakenBody | null = takenAtFirst(this.#request);
    if (body === 'unread' && this.#gate.protocolsFor(asked).length > 0) {
      // Nobody else tells the client that it may send.
      if (head.fields.some(({ name }) => name === 'expect'))
        this.#stream.additionalHeaders({ ':status': 100 });
      body = await takeBody(this.#stream);
      if (body instanceof Buffer && framing.kind === 'length' && framing.length !== body.length) body = null;
      if (body instanceof Buffer) this.#held = body;
      this.#isPaused = body === 'too-large';
    }
    if (body === null) {
      breakOff(this.#stream);
      return;
    }
    const verdict = await this.#gate.decide(asked, insideOf(this.#request, body));
    if (!verdict.allowed) {
      refuseStream(this.#stream, verdict.refusal);
      return;
    }
    const count = { sent: 0, received: 0, interims: 0 };
    const ended = (): void => verdict.ended(count.sent, count.received);
    if (this.#stream.destroyed) {
      ended();
      return;
    }
    this.#stream.once('close', ended);
    await this.#pass(sendableCredentials(head.method, verdict.credentials), count);
  }

  async #pass(credentials: readonly Credential[], count: PassedStream['count']): Promise<void> {
    const stream = this.#stream;
    const gate = this.#gate;
    const fail = (refusal: Refusal): void => {
      if (stream.headersSent) breakOff(stream);
      else refuseStream(stream, refusal);
    };
    const passed: PassedStream = {
      ...{ stream, request: this.#request, gate, credentials, count, fail },
      held: this.#held,
    };
    try {
      const way = await this.#shared.sessions.wayTo(gate);
      // Cut or left by the client while the server was dialled: nothing goes on.
      if (stream.destroyed) {
        if (way.kind === 'http1') this.#shared.pool.keep(way.connection);
        else way.room.leave();
      } else if (way.kind === 'http2') passToHttp2(passed, way);
      else passToHttp1(passed, way.connection, this.#shared.pool);
      // What was put back because it is too large waits.
      if (this.#isPaused) stream.resume();
    } catch (error) {
      fail(isUnsayable(error) ? problemRefusal('unsayable', 'request') : dialRefusal(error, gate));
    }
  }
}
