import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { HttpShared } from '../http/client/connection.ts';
import { type Http2Side, serveHttp2 } from '../http/http2/serve-http2.ts';
import type { RequestGate } from '../http/request-gate.ts';
import { serveHttp } from '../http/serve-http.ts';
import { isSameHost } from '../http/target/authority.ts';
import type { Leaves } from './leaves.ts';

/** What interception needs beside what all of HTTP shares. */
export interface Interception extends HttpShared {
  readonly leaves: Leaves;
  readonly http2: Http2Side;
}

const HANDSHAKE_MILLISECONDS = 15_000;
const PROTOCOLS = ['h2', 'http/1.1'];

/**
 * Opens TLS that a program speaks to a host, with a certificate for that host of the sandbox's own authority, and serves
 * the HTTP in it. A server name (SNI) that is another host ends the connection before anything in it is read.
 *
 * @param raw nothing of it read, or what was read put back; must stay open for writing after the client ends it
 */
export function interceptTls(raw: Socket, gate: RequestGate, shared: Interception): void {
  raw.setNoDelay(true);
  const secure = new TLSSocket(raw, {
    isServer: true,
    secureContext: shared.leaves.contextFor(gate.host),
    ALPNProtocols: PROTOCOLS,
  });
  const end = (): void => {
    secure.destroy();
    raw.destroy();
  };
  const timer = setTimeout(end, HANDSHAKE_MILLISECONDS);
  secure.on('error', end);
  secure.on('_tlsError', end);
  raw.on('error', end);
  secure.once('close', () => clearTimeout(timer));
  secure.once('secure', () => {
    clearTimeout(timer);
    secure.off('_tlsError', end);
    if (!isMeant(secure, gate.host)) end();
    else if (secure.alpnProtocol === 'h2') serveHttp2(secure, gate, shared.http2);
    else serveHttp(secure, { kind: 'origin', gate }, shared);
  });
}

/**
 * Whether the client named the host of the connection (SNI), or nobody. No name is sent for an address; a client that sends one
 * there means another host. Asked after the handshake, which tells no secret: a callback within it costs a tenth of a tunnel.
 */
function isMeant({ servername }: TLSSocket, host: string): boolean {
  return (
    typeof servername !== 'string' || servername === '' || (isIP(host) === 0 && isSameHost(servername, host))
  );
}
