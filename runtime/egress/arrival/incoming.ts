import type { Socket } from 'node:net';

/** Why a client said less than it had to. */
export type Silence = 'closed' | 'late' | 'too-long';

/** More than that is not read before somebody wants it. */
const MOST_HELD = 131_072;
const NOTHING = Buffer.alloc(0);

/**
 * A socket that was accepted, whose first bytes are looked at before it is known what to do with them. It is listened to from
 * the first moment, so nothing is lost and a reset is never unheard.
 */
export class Incoming {
  readonly socket: Socket;
  #held: Buffer = NOTHING;
  #hasEnded = false;
  #isClosed = false;
  #onChange: (() => void) | null = null;
  readonly #onData = (bytes: Buffer) => {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    if (this.#held.length >= MOST_HELD) this.socket.pause();
    this.#onChange?.();
  };
  readonly #onEnd = () => {
    this.#hasEnded = true;
    this.#onChange?.();
  };
  readonly #onClose = () => {
    this.#isClosed = true;
    this.#onChange?.();
  };

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    // What follows an error is a close.
    socket.on('error', ignore);
  }

  /** Whether the other side is gone altogether, not just done with sending. */
  get isClosed(): boolean {
    return this.#isClosed;
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
        } else if (this.#hasEnded || this.#isClosed) finish('closed');
        else if (this.#held.length > most) finish('too-long');
      };
      const timer = setTimeout(() => finish('late'), wait);
      this.#onChange = look;
      look();
    });
  }

  /** Told whenever more came or the other side ended or went; one at a time. */
  watch(onChange: (() => void) | null): void {
    this.#onChange = onChange;
  }

  /** What came and nobody took. */
  get held(): Buffer {
    return this.#held;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Lets go of the socket: all that was not taken is in it again, and it is paused. */
  release(): Socket {
    const { socket } = this;
    socket.pause();
    socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    if (this.#held.length > 0) socket.unshift(this.#held);
    this.#held = NOTHING;
    return socket;
  }

  /** What was held, for whoever listens to the socket from now on instead. */
  handOver(): Buffer {
    const { socket } = this;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    const held = this.#held;
    this.#held = NOTHING;
    return held;
  }
}

function ignore(): void {}
