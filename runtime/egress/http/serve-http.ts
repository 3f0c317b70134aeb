import type { Duplex } from 'node:stream';
import { ClientConnection, type HttpShared } from './client/connection.ts';
import { Deadlines } from './client/deadlines.ts';
import type { HttpWay } from './client/read-request.ts';
import { UpstreamPool } from './upstream/pool.ts';

export type { HttpShared } from './client/connection.ts';
export type { HttpWay } from './client/read-request.ts';

/** What one gateway needs once. */
export function httpShared(): HttpShared {
  return { pool: new UpstreamPool(), deadlines: new Deadlines() };
}

/**
 * Serves HTTP/1 on a connection until it ends: each request is read strictly, decided by its gate, and only then passed on.
 *
 * @param stream must stay open for writing after the client ends it (`allowHalfOpen`)
 */
export function serveHttp(stream: Duplex, way: HttpWay, shared: HttpShared): void {
  new ClientConnection(stream, way, shared);
}
