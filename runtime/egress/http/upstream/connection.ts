import type { Duplex } from 'node:stream';
import { listen } from '../listening.ts';
import type { AnswerReader } from './answer-reader.ts';

/** One connection to a server that speaks HTTP/1.1: one request at a time. */
export class UpstreamConnection {
  readonly stream: Duplex;
  readonly route: string;
  /** Whether it has answered a request before, so that it may have gone away in the meantime. */
  wasUsed = false;
  isDead = false;
  /** When it became idle, in milliseconds since 1970. */
  idleSince = 0;
  readonly #listenNoMore: () => void;
  #reader: AnswerReader | null = null;
  #onDrain: (() => void) | null = null;

  constructor(stream: Duplex, route: string) {
    this.stream = stream;
    this.route = route;
    this.#listenNoMore = listen(stream, {
      data: (bytes) => {
        // Nobody has asked: what comes now would be taken for the answer to the next request.
        if (this.#reader === null) this.destroy();
        else this.#reader.take(bytes);
      },
      drain: () => this.#onDrain?.(),
      end: () => this.#gone(),
      close: () => this.#gone(),
    });
    stream.on('error', () => this.#gone());
  }

  begin(reader: AnswerReader, onDrain: () => void): void {
    this.#reader = reader;
    this.#onDrain = onDrain;
  }

  /** Nobody waits for an answer any more. */
  release(): void {
    this.#reader = null;
    this.#onDrain = null;
    this.wasUsed = true;
  }

  /** Gives the stream away, e.g. to a WebSocket; nothing here listens to it any more. */
  detach(): Duplex {
    this.release();
    this.isDead = true;
    this.#listenNoMore();
    return this.stream;
  }

  destroy(): void {
    this.isDead = true;
    this.stream.destroy();
  }

  #gone(): void {
    this.isDead = true;
    const reader = this.#reader;
    this.#reader = null;
    reader?.ended();
    this.stream.destroy();
  }
}
