import type { Socket } from 'node:net';

/**
 * Looks at what the client sends first. Gives the bytes to pass on, all that came so far; nothing while it cannot tell yet;
 * or why the relay has to end.
 */
export type Guard = (bytes: Buffer) => Buffer | null | { readonly problem: string };

export interface RelayEnds {
  /** Called once, when both sides are closed. */
  readonly onDone: (sent: number, received: number) => void;
  /** Called when the guard ends the relay, before it is cut. */
  readonly onGuarded: (problem: string) => void;
}

/**
 * Carries bytes between two sockets until both are done. The end of one side is passed on and leaves the other open; what one
 * side cannot take yet is not read from the other; a side that breaks off breaks the other off, because half a stream must
 * not look like a whole one.
 */
export class Relay {
  /** Bytes from the client to the far end, and back. */
  sent = 0;
  received = 0;
  readonly #client: Socket;
  readonly #far: Socket;
  readonly #ends: RelayEnds;
  #guard: Guard | null;
  #isWaiting = false;
  #open = 2;

  /**
   * @param held what the client has sent already
   * @param hasEnded whether it will send nothing more
   */
  constructor(client: Socket, far: Socket, held: Buffer, hasEnded: boolean, guard: Guard, ends: RelayEnds) {
    this.#client = client;
    this.#far = far;
    this.#guard = guard;
    this.#ends = ends;
    client.on('data', this.#fromClient);
    far.on('data', this.#fromFar);
    this.#follow(client, far);
    this.#follow(far, client);
    if (held.length > 0) this.#fromClient(held);
    if (hasEnded) this.#clientEnded();
    else client.on('end', this.#clientEnded);
    far.on('end', () => client.end());
    client.resume();
  }

  /** Whether the client began to say something that has to be looked at as a whole. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  cut(): void {
    this.#client.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  readonly #fromClient = (bytes: Buffer): void => {
    const passed = this.#guard === null ? bytes : this.#look(this.#guard, bytes);
    if (passed === null) return;
    this.sent += passed.length;
    if (!this.#far.write(passed)) this.#client.pause();
  };

  readonly #fromFar = (bytes: Buffer): void => {
    this.received += bytes.length;
    if (!this.#client.write(bytes)) this.#far.pause();
  };

  readonly #clientEnded = (): void => {
    // Ended in the middle of what had to be looked at.
    if (this.#isWaiting) this.cut();
    else this.#far.end();
  };

  #look(guard: Guard, bytes: Buffer): Buffer | null {
    const seen = guard(bytes);
    this.#isWaiting = seen === null;
    if (seen === null) return null;
    if (Buffer.isBuffer(seen)) {
      this.#guard = null;
      return seen;
    }
    this.#ends.onGuarded(seen.problem);
    return null;
  }

  #follow(one: Socket, other: Socket): void {
    one.on('drain', () => other.resume());
    one.on('error', () => other.resetAndDestroy());
    one.on('close', () => {
      if (!one.readableEnded || !one.writableFinished) other.resetAndDestroy();
      this.#open -= 1;
      if (this.#open === 0) this.#ends.onDone(this.sent, this.received);
    });
  }
}
