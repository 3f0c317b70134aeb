import { type Connection, DEAF } from '../wire/connection.ts';

/**
 * Looks at what the client sends first. Gives the bytes to pass on, all that came so far; nothing while it cannot tell yet;
 * or why the relay has to end.
 */
export type Guard = (bytes: Buffer) => Buffer | null | { readonly problem: string };

export interface RelayEnds {
  /** Called once, when both sides are closed. */
  readonly onDone: (sent: number, received: number) => void;
  /** Called when the guard ends the relay, before `onDone`; the client is still there, to be told. */
  readonly onGuarded: (problem: string) => void;
}

/** A direction that has carried so many bytes will carry many more. */
const MANY = 1024 * 1024;
/** What it is read into then; four times what one read gives otherwise. */
const PLACE_BYTES = 256 * 1024;

/** One side with what it has sent already. */
export interface Side {
  readonly connection: Connection;
  readonly held: Buffer;
}

/**
 * Carries bytes between two connections until both are done. The end of one side is passed on and leaves the other open; what
 * one side cannot take yet is not read from the other; a side that breaks off breaks the other off, because half a stream must
 * not look like a whole one.
 */
export class Relay {
  /** Bytes from the client to the far end, and back. */
  sent = 0;
  received = 0;
  readonly #client: Connection;
  readonly #far: Connection;
  readonly #ends: RelayEnds;
  #guard: Guard | null;
  #isWaiting = false;
  #open = 2;

  constructor(client: Side, far: Side, guard: Guard, ends: RelayEnds) {
    this.#client = client.connection;
    this.#far = far.connection;
    this.#guard = guard;
    this.#ends = ends;
    this.#client.ears = {
      bytes: (bytes) => this.#fromClient(bytes),
      ended: () => this.#clientEnded(),
      drained: () => this.#far.resume(),
      closed: () => this.#closed(this.#client, this.#far),
    };
    this.#far.ears = {
      bytes: (bytes) => this.#fromFar(bytes),
      ended: () => this.#client.end(),
      drained: () => this.#client.resume(),
      closed: () => this.#closed(this.#far, this.#client),
    };
    if (far.held.length > 0) this.#fromFar(far.held);
    if (client.held.length > 0) this.#fromClient(client.held);
    if (this.#client.hasEnded) this.#clientEnded();
    this.#client.resume();
    this.#far.resume();
  }

  /** Whether the client began to say something that has to be looked at as a whole. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Whether one side was reset while it was not read. */
  get isBrokenOff(): boolean {
    return this.#client.isBrokenOff || this.#far.isBrokenOff;
  }

  cut(): void {
    this.#client.reset();
    this.#far.reset();
  }

  #fromClient(bytes: Buffer): void {
    const passed = this.#guard === null ? bytes : this.#look(this.#guard, bytes);
    if (passed === null) return;
    const before = this.sent;
    this.sent += passed.length;
    if (!this.#far.write(passed)) this.#client.pause();
    if (before < MANY && this.sent >= MANY) widen(this.#client, this.#far);
  }

  #fromFar(bytes: Buffer): void {
    const before = this.received;
    this.received += bytes.length;
    if (!this.#client.write(bytes)) this.#far.pause();
    if (before < MANY && this.received >= MANY) widen(this.#far, this.#client);
  }

  #clientEnded(): void {
    // Ended in the middle of what had to be looked at.
    if (this.#isWaiting) this.cut();
    else this.#far.end();
  }

  #look(guard: Guard, bytes: Buffer): Buffer | null {
    const seen = guard(bytes);
    this.#isWaiting = seen === null;
    if (seen === null) return null;
    if (Buffer.isBuffer(seen)) {
      this.#guard = null;
      return seen;
    }
    this.#client.ears = DEAF;
    this.#far.ears = DEAF;
    this.#far.reset();
    this.#ends.onGuarded(seen.problem);
    this.#ends.onDone(this.sent, this.received);
    return null;
  }

  #closed(one: Connection, other: Connection): void {
    if (!one.isWhole) other.reset();
    this.#open -= 1;
    if (this.#open === 0) this.#ends.onDone(this.sent, this.received);
  }
}

/** For a direction with many bytes. */
function widen(from: Connection, to: Connection): void {
  from.readInto(Buffer.allocUnsafeSlow(PLACE_BYTES));
  to.holdNothing();
}
