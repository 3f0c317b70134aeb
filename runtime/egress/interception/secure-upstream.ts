import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect, type SecureContext, type TLSSocket } from 'node:tls';

/** A connection to a server that proved to be the host. */
export interface SecureStream {
  readonly stream: TLSSocket;
  /** The protocol that was chosen (ALPN); null for none. */
  readonly protocol: string | null;
}

const MOST_SESSIONS = 500;
const HANDSHAKE_MILLISECONDS = 15_000;

/** Opens TLS to servers, verified for the host that was decided about, whatever address it was dialled at. */
export class SecureUpstreams {
  readonly #trust: SecureContext;
  /** By host, port and what was offered: what makes the next handshake with the same server shorter. */
  readonly #sessions = new Map<string, Buffer>();

  constructor(trust: SecureContext) {
    this.#trust = trust;
  }

  /**
   * @param raw connected to an address of the host
   * @param protocols to offer (ALPN), the best first
   * @throws Error of TLS, with its `code`, when the server cannot prove to be the host
   */
  open(raw: Duplex, host: string, port: number, protocols: readonly string[]): Promise<SecureStream> {
    const key = `${host} ${port} ${protocols.join()}`;
    const session = this.#sessions.get(key);
    return new Promise((resolve, reject) => {
      const socket = connect({
        socket: raw,
        secureContext: this.#trust,
        servername: isIP(host) === 0 ? host : '',
        checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
        ...(protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {}),
        ...(session ? { session } : {}),
      });
      const timer = setTimeout(() => fail(new TimedOut()), HANDSHAKE_MILLISECONDS);
      const fail = (error: Error): void => {
        clearTimeout(timer);
        this.#sessions.delete(key);
        socket.destroy();
        reject(error);
      };
      const cut = (): void => fail(new CutShort());
      socket.once('error', fail);
      socket.once('close', cut);
      socket.on('session', (fresh) => this.#remember(key, fresh));
      socket.once('secureConnect', () => {
        clearTimeout(timer);
        socket.off('error', fail);
        socket.off('close', cut);
        // The next listener comes with whoever takes the stream; until then an error must not be unheard of.
        socket.on('error', () => socket.destroy());
        resolve({ stream: socket, protocol: socket.alpnProtocol || null });
      });
    });
  }

  #remember(key: string, session: Buffer): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > MOST_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value!);
  }
}

class TimedOut extends Error {
  readonly code = 'ETIMEDOUT';
}

class CutShort extends Error {
  readonly code = 'ECONNRESET';
}
