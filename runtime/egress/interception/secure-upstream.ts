import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type DetailedPeerCertificate, type SecureContext, TLSSocket } from 'node:tls';

import { RecentlyUsed } from './recently-used.ts';

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
  readonly #sessions = new RecentlyUsed<Buffer>(MOST_SESSIONS);

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
      const socket: TLSSocket = connect({
        socket: raw,
        secureContext: this.#trust,
        servername: isIP(host) === 0 ? host : '',
        checkServerIdentity: () => identityProblem(socket, host),
        ...(protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {}),
        ...(session ? { session } : {}),
      });
      // Node would take the whole chain apart for its own check, at the price of a handshake; `identityProblem` asks for the first.
      socket.getPeerCertificate = () => ({}) as DetailedPeerCertificate;
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
      socket.on('session', (fresh: Buffer) => this.#sessions.set(key, fresh));
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
}

/** Whether the certificate is for the host (RFC 9525): an alternative name decides, never the subject. */
function identityProblem(socket: TLSSocket, host: string): Error | undefined {
  const { raw, subjectaltname } = TLSSocket.prototype.getPeerCertificate.call(socket, false);
  if (subjectaltname !== undefined && plainlyNames(subjectaltname, host)) return undefined;
  const certificate = raw && new X509Certificate(raw);
  const isFor =
    isIP(host) === 0
      ? certificate?.checkHost(host, { subject: 'never', partialWildcards: false })
      : certificate?.checkIP(host);
  return isFor === undefined ? new AnotherHost() : undefined;
}

/**
 * Whether a host that is no address stands among the names as it is, or as `*` before its parent of two labels or more. OpenSSL decides about the
 * rest, at a third of the price of a handshake.
 *
 * @param names of a certificate, as Node writes them: quoted where one has a character that could part them
 */
function plainlyNames(names: string, host: string): boolean {
  if (isIP(host) !== 0 || names.includes('"')) return false;
  const parent = host.slice(host.indexOf('.') + 1);
  const all = names.split(', ');
  return all.includes(`DNS:${host}`) || (parent.includes('.') && all.includes(`DNS:*.${parent}`));
}

class AnotherHost extends Error {
  readonly code = 'ERR_TLS_CERT_ALTNAME_INVALID';
}

class TimedOut extends Error {
  readonly code = 'ETIMEDOUT';
}

class CutShort extends Error {
  readonly code = 'ECONNRESET';
}
