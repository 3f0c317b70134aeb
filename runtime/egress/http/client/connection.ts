import type { Duplex } from 'node:stream';
import type { Refusal } from '../../refusal.ts';
import { refusalMessage } from '../../refusal-answer.ts';
import type { ClientSide } from '../exchange/client-side.ts';
import { Exchange } from '../exchange/exchange.ts';
import { askedAtFirst } from '../inside.ts';
import { listen } from '../listening.ts';
import { type Body, bodyOf } from '../message/body.ts';
import { beginningProblem, headEnd } from '../message/head.ts';
import { isProblem, type Problem } from '../message/problem.ts';
import { failureRefusal, problemRefusal } from '../refused.ts';
import type { RequestGate } from '../request-gate.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import type { Deadlines, Expiring } from './deadlines.ts';
import { type HttpWay, type ReadRequest, readRequest } from './read-request.ts';

/** What all connections of a gateway share. */
export interface HttpShared {
  readonly pool: UpstreamPool;
  readonly deadlines: Deadlines;
}

const EMPTY = Buffer.alloc(0);
const IDLE_MILLISECONDS = 75_000;
const HEAD_MILLISECONDS = 30_000;
const BODY_MILLISECONDS = 300_000;
/** How long a client may still send what nobody reads, before its connection is reset. */
const LINGER_MILLISECONDS = 2000;
/** Bodies of refused requests that are read to their end, so that the connection can be used again. */
const SKIPPED_BYTES = 65_536;
/** Bytes of later requests that are kept while one is answered. */
const HELD_BYTES = 65_536;

/** A client's connection that speaks HTTP/1: one request after the other, each answered before the next is read. */
export class ClientConnection implements ClientSide, Expiring {
  readonly stream: Duplex;
  deadline = Date.now() + IDLE_MILLISECONDS;
  readonly #way: HttpWay;
  readonly #shared: HttpShared;
  readonly #listenNoMore: () => void;
  #rest: Buffer = EMPTY;
  #searched = 0;
  #request: ReadRequest | null = null;
  #exchange: Exchange | null = null;
  #body: Body | null = null;
  #isSkipping = false;
  #isEnding = false;
  #hasEnded = false;
  #gate: { readonly key: string; readonly gate: RequestGate } | null = null;
  readonly #content = (bytes: Buffer): void => this.#exchange?.bodyContent(bytes);

  constructor(stream: Duplex, way: HttpWay, shared: HttpShared) {
    this.stream = stream;
    this.#way = way;
    this.#shared = shared;
    shared.deadlines.add(this);
    this.#listenNoMore = listen(stream, {
      data: (bytes) => this.#data(bytes),
      drain: () => this.#exchange?.drained(),
      end: () => this.#end(),
      close: () => this.#close(),
      error: () => stream.destroy(),
    });
    // Whoever looked at its first bytes has paused it.
    stream.resume();
  }

  expire(): void {
    this.stream.destroy();
  }

  bodyWanted(): void {
    this.deadline = Date.now() + BODY_MILLISECONDS;
    this.#advance();
  }

  refuse(refusal: Refusal): void {
    const isWhole = this.#body === null || this.#body.isOver;
    const isSkipped =
      isWhole ||
      (!this.#request!.expectsContinue &&
        this.#request!.framing.kind === 'length' &&
        this.#request!.framing.length <= SKIPPED_BYTES);
    const staysOpen = isSkipped && this.#request!.staysOpen;
    this.#exchange = null;
    this.stream.write(refusalMessage(refusal, this.#request!.head.method === 'HEAD', !staysOpen), 'latin1');
    if (!staysOpen) this.#closeSoon();
    else if (isWhole) this.answered(true);
    else {
      this.#isSkipping = true;
      this.#advance();
    }
  }

  answered(staysOpen: boolean): void {
    this.#exchange = null;
    this.#request = null;
    this.#body = null;
    this.#isSkipping = false;
    if (!staysOpen || (this.#hasEnded && this.#rest.length === 0)) {
      this.#closeSoon();
      return;
    }
    this.deadline = Date.now() + IDLE_MILLISECONDS;
    this.stream.resume();
    if (this.#rest.length > 0) this.#advance();
  }

  detach(): { readonly stream: Duplex; readonly rest: Buffer } {
    this.#shared.deadlines.remove(this);
    this.#listenNoMore();
    return { stream: this.stream, rest: this.#rest };
  }

  #data(bytes: Buffer): void {
    if (this.#isEnding) return;
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#advance();
  }

  /** Takes what it can from the bytes at hand. */
  #advance(): void {
    while (this.#rest.length > 0 && !this.#isEnding) {
      if (this.#request === null) {
        if (!this.#takeHead()) return;
      } else if (this.#isSkipping || this.#exchange?.wantsBody) {
        if (!this.#takeBody()) return;
      } else {
        if (this.#rest.length > HELD_BYTES) this.stream.pause();
        return;
      }
    }
  }

  #takeHead(): boolean {
    const bytes = this.#rest;
    const end = headEnd(bytes, 0, this.#searched);
    if (end === null) {
      // From the first byte on, so that one byte now and then does not keep the connection.
      if (this.#searched === 0) this.deadline = Date.now() + HEAD_MILLISECONDS;
      this.#searched = bytes.length;
      const problem = beginningProblem(bytes, 0);
      if (problem !== null) this.#cannotGoOn(problem);
      return false;
    }
    this.#searched = 0;
    this.#rest = end === bytes.length ? EMPTY : bytes.subarray(end);
    const request = readRequest(bytes.toString('latin1', 0, end - 4), this.#way);
    if (isProblem(request)) {
      this.#cannotGoOn(request);
      return false;
    }
    this.#request = request;
    this.#body = bodyOf(request.framing);
    this.deadline = Number.POSITIVE_INFINITY;
    this.#begin(request).catch(() => this.#undecided());
    return true;
  }

  async #begin(request: ReadRequest): Promise<void> {
    const gate = this.#way.kind === 'origin' ? this.#way.gate : await this.#gateOf(request);
    if (gate === null || this.stream.destroyed) return;
    const exchange = new Exchange(this, request, this.#shared.pool);
    this.#exchange = exchange;
    await exchange.begin(gate);
  }

  /** Without a decision that is written down nothing passes. */
  #undecided(): void {
    this.#exchange?.abandon();
    if (this.stream.destroyed || this.#request === null) return;
    this.refuse(failureRefusal('undecided', 'the gateway could not decide or write down the decision', 503));
  }

  /** Null when it was refused. */
  async #gateOf(request: ReadRequest): Promise<RequestGate | null> {
    if (this.#way.kind === 'origin') return this.#way.gate;
    const { target } = request;
    const { host, port } = target.authority;
    const key = `${host} ${port} ${target.isSecure}`;
    if (this.#gate?.key === key) return this.#gate.gate;
    const gate = await this.#way.gateFor(host, port, target.isSecure, askedAtFirst(request));
    if ('why' in gate) {
      if (!this.stream.destroyed) this.refuse(gate);
      return null;
    }
    this.#gate = { key, gate };
    return gate;
  }

  #takeBody(): boolean {
    const bytes = this.#rest;
    const body = this.#body!;
    const end = body.take(bytes, 0, this.#content);
    if (isProblem(end)) {
      this.#exchange?.abandon();
      this.#cannotGoOn(end);
      return false;
    }
    this.#rest = end === bytes.length ? EMPTY : bytes.subarray(end);
    if (!this.#isSkipping && body.plainEnd > 0) {
      this.#exchange!.body(body.plainEnd === bytes.length ? bytes : bytes.subarray(0, body.plainEnd));
    }
    this.deadline = Date.now() + BODY_MILLISECONDS;
    if (!body.isOver) return true;
    this.deadline = Number.POSITIVE_INFINITY;
    if (this.#isSkipping) this.answered(true);
    else this.#exchange!.bodyOver(body.trailers);
    return true;
  }

  /** Refuses what can be read in two ways; whatever follows it could be as well. */
  #cannotGoOn(problem: Problem): void {
    this.#exchange = null;
    this.#isEnding = true;
    const refusal = problemRefusal(problem, 'request');
    const written =
      this.#way.kind === 'origin' ? this.#way.gate.refused(refusal) : this.#way.refused(refusal);
    written.then(
      () => {
        if (!this.stream.destroyed) this.stream.write(refusalMessage(refusal, false, true), 'latin1');
        this.#closeSoon();
      },
      () => this.stream.destroy(),
    );
  }

  /** Ends, and reads on for a moment: a reset would take the answer from the client. */
  #closeSoon(): void {
    this.#isEnding = true;
    this.#rest = EMPTY;
    this.deadline = Date.now() + LINGER_MILLISECONDS;
    if (this.#hasEnded) this.deadline = Date.now() + IDLE_MILLISECONDS;
    this.stream.resume();
    this.stream.end();
  }

  /** The client sends no more; it may still wait for its answer. */
  #end(): void {
    this.#hasEnded = true;
    const isBodyCut = this.#body !== null && !this.#body.isOver;
    if (isBodyCut && !this.#isEnding) this.stream.destroy();
    else if (this.#request === null) this.stream.end();
  }

  #close(): void {
    this.#shared.deadlines.remove(this);
    this.#exchange?.abandon();
    this.#exchange = null;
  }
}
