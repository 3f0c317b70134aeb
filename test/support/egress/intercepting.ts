import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpstreamSessions } from '../../../runtime/egress/http/http2/upstream-sessions.ts';
import { httpShared } from '../../../runtime/egress/http/serve-http.ts';
import { type Authority, newAuthority } from '../../../runtime/egress/interception/authority.ts';
import { interceptTls } from '../../../runtime/egress/interception/intercept.ts';
import { Leaves } from '../../../runtime/egress/interception/leaves.ts';
import { writeTrustFiles } from '../../../runtime/egress/interception/trust-files.ts';
import type { TestGate } from './gates.ts';
import { listening } from './wire.ts';

export interface Intercepting {
  readonly port: number;
  readonly authority: Authority;
  /** With the files that programs are told to trust. */
  readonly folder: string;
  /** Of clients that are open. */
  connections(): Promise<number>;
  close(): void;
}

/** A proxy that answers CONNECT and opens the TLS behind it. @param gateOf for what a client connects to */
export async function intercepting(
  gateOf: (host: string, port: number) => TestGate,
  mostContexts?: number,
): Promise<Intercepting> {
  const authority = newAuthority(new Date());
  const shared = httpShared();
  const interception = {
    ...shared,
    leaves: new Leaves(authority, mostContexts),
    http2: { pool: shared.pool, sessions: new UpstreamSessions(shared.pool) },
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes) => {
      const [, host, port] = /^CONNECT (\S+):([0-9]+) /.exec(bytes.toString('latin1'))!;
      socket.pause();
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      interceptTls(socket, gateOf(host!, Number(port)), interception);
    });
  });
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-trust-'));
  await writeTrustFiles(folder, authority, []);
  const connections = () =>
    new Promise<number>((resolve) => {
      server.getConnections((_error, count) => resolve(count));
    });
  return { port: await listening(server), authority, folder, connections, close: () => server.close() };
}
