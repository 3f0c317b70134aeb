import { Socket } from 'node:net';
import {
  ConnectRequest,
  isLastWriteWaiting,
  lastRead,
  lastReadAt,
  newHandle,
  ShutdownRequest,
  type TcpHandle,
  WriteRequest,
} from './handle.ts';

/** Whoever listens to a connection. None of them may throw. */
export interface Ears {
  bytes(bytes: Buffer): void;
  /** The other side sends nothing more. */
  ended(): void;
  /** There is room again after `write` said that there was none. */
  drained(): void;
  /** It is over; told once, and the last that is told. */
  closed(): void;
}

const END_OF_FILE = -4095;
/** Bytes that may wait for the other side before whoever writes should pause. */
const MOST_WAITING = 65_536;
/** Hears nothing. */
export const DEAF: Ears = { bytes() {}, ended() {}, drained() {}, closed() {} };

/** One TCP connection. Each half ends by itself; both ended, it closes. */
export class Connection {
  ears: Ears = DEAF;
  readonly #handle: TcpHandle;
  #isReading = false;
  #hasEnded = false;
  /** `asked`: end as soon as all is written; `ended`: the other side was told. */
  #writing: 'open' | 'asked' | 'ended' = 'open';
  #isClosed = false;
  #isFull = false;
  #mostWaiting = MOST_WAITING;
  /** Where reads go; null for memory of their own each. */
  #place: Buffer | null = null;
  #isGone = false;
  #gone: (() => void)[] = [];

  constructor(handle: TcpHandle) {
    this.#handle = handle;
    handle.setNoDelay(true);
    handle.onread = (bytes) => this.#read(bytes);
  }

  /** Whether the other side sends nothing more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether both sides said all that they had to say. */
  get isWhole(): boolean {
    return this.#hasEnded && this.#writing === 'ended';
  }

  /** Whether the other side has reset it while nobody read, which the system tells nobody of who does not ask. */
  get isBrokenOff(): boolean {
    return !this.#isClosed && !this.#isReading && this.#handle.getpeername({}) !== 0;
  }

  get remotePort(): number {
    const peer: { port?: number } = {};
    this.#handle.getpeername(peer);
    return peer.port ?? 0;
  }

  get localPort(): number {
    const own: { port?: number } = {};
    this.#handle.getsockname(own);
    return own.port ?? 0;
  }

  resume(): void {
    if (this.#isReading || this.#hasEnded || this.#isClosed) return;
    this.#isReading = true;
    if (this.#handle.readStart() !== 0) this.close();
  }

  pause(): void {
    if (!this.#isReading || this.#isClosed) return;
    this.#isReading = false;
    this.#handle.readStop();
  }

  /**
   * Reads into one place again and again, which saves a stream of many bytes a third of its time. What `bytes` is told of holds until
   * it returns, and as long as nothing is read. The connection cannot be given to `net` any more.
   */
  readInto(place: Buffer): void {
    if (this.#isClosed) return;
    this.#place = place;
    this.#handle.useUserBuffer(place);
  }

  /** From now on there is no room while anything waits: what is written may be in a place that is read into again. */
  holdNothing(): void {
    this.#mostWaiting = 0;
  }

  /** @returns whether there is room for more; else `drained` is told */
  write(bytes: Uint8Array): boolean {
    if (this.#isClosed || this.#writing !== 'open') return true;
    const request = new WriteRequest();
    // Kept, so that its memory stays until it is written.
    request.bytes = bytes;
    request.oncomplete = this.#written;
    if (this.#handle.writeBuffer(request, bytes) !== 0) {
      this.close();
      return true;
    }
    if (isLastWriteWaiting()) this.#isFull = this.#handle.writeQueueSize > this.#mostWaiting;
    return !this.#isFull;
  }

  /** Sends nothing more, once all is written. */
  end(): void {
    if (this.#isClosed || this.#writing !== 'open') return;
    this.#writing = 'asked';
    if (this.#hasEnded && this.#handle.writeQueueSize === 0) {
      this.#writing = 'ended';
      this.close();
      return;
    }
    const request = new ShutdownRequest();
    request.oncomplete = (status) => {
      if (status !== 0) this.close();
      else this.#writing = 'ended';
      if (this.isWhole) this.close();
    };
    if (this.#handle.shutdown(request) !== 0) this.close();
  }

  /** Breaks it off, so that the other side does not take it for an end. */
  reset(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#handle.reset() !== 0) this.#handle.close();
    this.#over();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handle.close();
    this.#over();
  }

  /** Called when the connection is over, whoever has it by then; at once where it is. */
  whenGone(callback: () => void): void {
    if (this.#isGone) callback();
    else this.#gone.push(callback);
  }

  /**
   * Gives the connection to the runtime's own `net`. Nobody hears of it here any more.
   *
   * @param held bytes that were read and are to be read again
   */
  toSocket(held: Buffer): Socket {
    this.pause();
    this.ears = DEAF;
    const isOver = this.#isClosed;
    this.#isClosed = true;
    const options = { handle: this.#handle, allowHalfOpen: true, manualStart: true };
    const socket = isOver ? new Socket({ allowHalfOpen: true }).destroy() : new Socket(options as object);
    if (!isOver && held.length > 0) socket.unshift(held);
    if (!isOver && this.#hasEnded) socket.push(null);
    if (!isOver) socket.once('close', () => this.#tellGone());
    return socket;
  }

  #over(): void {
    this.ears.closed();
    this.#tellGone();
  }

  #tellGone(): void {
    this.#isGone = true;
    for (const callback of this.#gone.splice(0)) callback();
  }

  readonly #written = (status: number): void => {
    if (this.#isClosed) return;
    if (status !== 0) this.close();
    if (status !== 0 || !this.#isFull || this.#handle.writeQueueSize > this.#mostWaiting) return;
    this.#isFull = false;
    this.ears.drained();
  };

  #read(bytes: ArrayBuffer | undefined): void {
    if (this.#isClosed) return;
    const count = lastRead();
    if (count > 0)
      this.ears.bytes(this.#place?.subarray(0, count) ?? Buffer.from(bytes!, lastReadAt(), count));
    else if (count === END_OF_FILE) this.#readEnd();
    else if (count < 0) this.close();
  }

  #readEnd(): void {
    this.#isReading = false;
    this.#hasEnded = true;
    this.ears.ended();
    if (this.isWhole) this.close();
  }
}

/**
 * Opens a connection to an address.
 *
 * @param done told once with the status of the system, zero where it stands, unless it is closed before
 */
export function connectTo(
  address: string,
  port: number,
  done: (status: number, connection: Connection) => void,
): Connection {
  const handle = newHandle('connection');
  const connection = new Connection(handle);
  const request = new ConnectRequest();
  request.oncomplete = (status) => {
    if (!connection.isClosed) done(status, connection);
  };
  const how = address.includes(':') ? 'connect6' : 'connect';
  const status = handle[how](request, address, port);
  // Told later all the same, so that there is one order of events.
  if (status !== 0) setImmediate(() => request.oncomplete!(status));
  return connection;
}
