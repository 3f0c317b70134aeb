import type { Socket } from 'node:net';
import type { Connection } from '../wire/connection.ts';

/** Why a client said less than it had to. */
export type Silence = 'closed' | 'late' | 'too-long';

/** More than that is not read before somebody wants it. */
const MOST_HELD = 131_072;
const NOTHING = Buffer.alloc(0);

/**
 * A connection that was accepted, whose first bytes are looked at before it is known what to do with them. It is listened to
 * from the first moment, so nothing is lost and a reset is never unheard.
 */
export class Incoming {
  readonly connection: Connection;
  #held: Buffer = NOTHING;
  #onChange: (() => void) | null = null;
  #socket: Socket | null = null;

  constructor(connection: Connection) {
    this.connection = connection;
    connection.ears = {
      bytes: (bytes) => {
        this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
        if (this.#held.length >= MOST_HELD) connection.pause();
        this.#onChange?.();
      },
      ended: () => this.#onChange?.(),
      drained: () => {},
      closed: () => this.#onChange?.(),
    };
    connection.resume();
  }

  /** Whether the other side is gone altogether, not just done with sending. */
  get isClosed(): boolean {
    return this.#socket === null ? this.connection.isClosed : this.#socket.destroyed;
  }

  /**
   * Waits until a reader has enough of what came, and takes out what it used.
   *
   * @param read gives null while there is too little
   * @param wait milliseconds
   */
  take<T>(
    read: (bytes: Buffer) => { readonly used: number; readonly value: T } | null,
    most: number,
    wait: number,
  ): Promise<T | Silence> {
    return new Promise((resolve) => {
      const finish = (value: T | Silence) => {
        clearTimeout(timer);
        this.#onChange = null;
        resolve(value);
      };
      const look = () => {
        const found = this.#held.length === 0 ? null : read(this.#held);
        if (found !== null) {
          this.#held = this.#held.subarray(found.used);
          finish(found.value);
        } else if (this.connection.hasEnded || this.connection.isClosed) finish('closed');
        else if (this.#held.length > most) finish('too-long');
      };
      const timer = setTimeout(() => finish('late'), wait);
      this.#onChange = look;
      look();
    });
  }

  /** What came and nobody took. */
  get held(): Buffer {
    return this.#held;
  }

  /** Gives the connection to the runtime's own `net`: all that was not taken is in the socket again, and it is paused. */
  release(): Socket {
    const socket = this.connection.toSocket(this.handOver());
    socket.pause();
    // What follows an error is a close.
    socket.on('error', () => {});
    this.#socket = socket;
    return socket;
  }

  /** What was held, for whoever listens to the connection from now on instead. */
  handOver(): Buffer {
    const held = this.#held;
    this.#held = NOTHING;
    return held;
  }

  /** Breaks it off, whoever has it. */
  cut(): void {
    if (this.#socket === null) this.connection.reset();
    else this.#socket.resetAndDestroy();
  }
}
