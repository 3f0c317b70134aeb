import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { readMessage } from '../../operations/read-operations.ts';
import { failureRefusal } from '../refused.ts';
import type { MessageVerdict, RequestGate } from '../request-gate.ts';
import { closeFrame, FrameBoundary } from './frames.ts';
import { MessageReader, type Sent } from './message-reader.ts';
import type { ReadStream } from './web-socket.ts';

/** Codes of RFC 6455 section 7.4.1. */
const GOING_AWAY = 1001;
const PROTOCOL_ERROR = 1002;
const NOT_A_TEXT = 1007;
const REFUSED = 1008;
const TOO_LARGE = 1009;
const UNDECIDED = 1011;
const LINGER_MILLISECONDS = 1000;

/**
 * Passes frames both ways, and each message of the client only after it was decided about; the order of frames stays. What
 * is refused ends the connection.
 *
 * @param ended called once, with the bytes that went on in both directions
 */
export class ReadMessages {
  readonly #client: Duplex;
  readonly #server: Duplex;
  readonly #gate: RequestGate;
  readonly #verdict: MessageVerdict;
  readonly #ended: (sent: number, received: number) => void;
  readonly #reader = new MessageReader();
  readonly #answers = new FrameBoundary();
  #sent = 0;
  #received = 0;
  #isBusy = false;
  #isOver = false;
  #hasEnded = false;

  constructor(
    client: ReadStream,
    server: ReadStream,
    gate: RequestGate,
    verdict: MessageVerdict,
    ended: (sent: number, received: number) => void,
  ) {
    this.#client = client.stream;
    this.#server = server.stream;
    this.#gate = gate;
    this.#verdict = verdict;
    this.#ended = ended;
    this.#answer(server.rest);
    this.#listen();
    this.#ask(client.rest);
  }

  #listen(): void {
    const client = this.#client;
    const server = this.#server;
    client.on('data', (bytes: Buffer) => this.#ask(bytes));
    server.on('data', (bytes: Buffer) => this.#answer(bytes));
    client.on('drain', () => server.resume());
    server.on('drain', () => {
      if (!this.#isBusy) client.resume();
    });
    client.on('end', () => {
      this.#hasEnded = true;
      if (!this.#isBusy) server.end();
    });
    server.on('end', () => client.end());
    for (const stream of [client, server]) {
      stream.on('error', () => this.#finish());
      stream.on('close', () => this.#finish());
      stream.resume();
    }
  }

  #answer(bytes: Buffer): void {
    if (bytes.length === 0 || this.#isOver) return;
    this.#received += bytes.length;
    this.#answers.pass(bytes);
    if (!this.#client.write(bytes)) this.#server.pause();
  }

  #ask(bytes: Buffer): void {
    if (this.#isOver) return;
    if (bytes.length > 0) this.#reader.take(bytes);
    if (!this.#isBusy)
      this.#work().catch(() => this.#end(UNDECIDED, 'nemoclaw: the gateway could not decide'));
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let sent = this.#reader.next(); sent !== null && !this.#isOver; sent = this.#reader.next()) {
      // Nothing more is taken in while one waits for its decision.
      this.#client.pause();
      await this.#pass(sent);
    }
    this.#isBusy = false;
    if (this.#isOver) return;
    if (this.#hasEnded) this.#server.end();
    else if (!this.#server.writableNeedDrain) this.#client.resume();
  }

  async #pass(sent: Sent): Promise<void> {
    switch (sent.kind) {
      case 'control':
        this.#write([sent.frame]);
        return;
      case 'message': {
        const reading = readMessage(sent.data, sent.isBinary);
        if (!reading.ok) return this.#unreadable(NOT_A_TEXT, 'a text on the WebSocket is not UTF-8');
        const refusal = await this.#verdict(reading.operations);
        if (refusal === null) this.#write(sent.frames);
        else this.#end(REFUSED, `nemoclaw: ${refusal.why}`);
        return;
      }
      case 'broken':
        return this.#unreadable(PROTOCOL_ERROR, 'a frame on the WebSocket is not of RFC 6455');
      case 'too-large':
        return this.#unreadable(TOO_LARGE, 'a message on the WebSocket is larger than 1 MiB');
    }
  }

  async #unreadable(code: number, message: string): Promise<void> {
    await this.#gate.refused(failureRefusal('unreadable-message', message));
    this.#end(code, `nemoclaw: ${message}`);
  }

  #write(frames: readonly Buffer[]): void {
    if (this.#isOver) return;
    for (const frame of frames) {
      this.#sent += frame.length;
      this.#server.write(frame);
    }
  }

  /** Nothing of what was read and not passed on has reached the server, so that a frame can follow there. */
  #end(code: number, reason: string): void {
    if (this.#isOver) return;
    if (this.#answers.isBetween) this.#client.write(closeFrame(code, reason, null));
    this.#server.end(closeFrame(GOING_AWAY, '', randomBytes(4)));
    this.#client.end();
    this.#over();
    setTimeout(() => this.#destroy(), LINGER_MILLISECONDS).unref();
    // A reset would take the reason from the client.
    this.#client.resume();
    this.#server.resume();
  }

  #finish(): void {
    this.#over();
    this.#destroy();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ended(this.#sent, this.#received);
  }

  #destroy(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}
