import { getSystemErrorName } from 'node:util';
import { Connection } from './connection.ts';
import { newHandle, type TcpHandle } from './handle.ts';

const BACKLOG = 511;

/** A listening TCP socket. */
export class Listener {
  readonly address: string;
  readonly port: number;
  /** Set before the event loop turns. */
  accepted: (connection: Connection) => void = (connection) => connection.reset();
  /** A connection that the system could not hand over, with the name of the error. */
  failed: (error: string) => void = () => {};
  readonly #handle: TcpHandle;

  /** @throws Error that names what the system refused */
  private constructor(handle: TcpHandle, prepared: number) {
    this.#handle = handle;
    handle.onconnection = (status, accepted) => {
      if (status === 0) this.accepted(new Connection(accepted));
      else this.failed(getSystemErrorName(status));
    };
    const own: { address?: string; port?: number } = {};
    const status = prepared || handle.listen(BACKLOG) || handle.getsockname(own);
    if (status !== 0) {
      handle.close();
      throw new Error(`cannot listen (${getSystemErrorName(status)})`);
    }
    this.address = own.address!;
    this.port = own.port!;
  }

  /** Takes over a socket that is bound already. @throws Error that names what the system refused */
  static over(descriptor: number): Listener {
    const handle = newHandle('listener');
    return new Listener(handle, handle.open(descriptor));
  }

  /** @param port 0 for any that is free. @throws Error that names what the system refused */
  static at(address: string, port: number): Listener {
    const handle = newHandle('listener');
    const bound = address.includes(':') ? handle.bind6(address, port, 0) : handle.bind(address, port);
    return new Listener(handle, bound);
  }

  close(): void {
    this.#handle.close();
  }
}
