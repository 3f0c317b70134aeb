import { performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { isProblem } from '../message/problem.ts';
import { problemRefusal } from '../refused.ts';
import type { RequestGate } from '../request-gate.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import { refuseStream } from './answer-stream.ts';
import { watchLostStreams } from './lost-streams.ts';
import { hasBody, readStream } from './read-stream.ts';
import { StreamExchange } from './stream-exchange.ts';
import { endStuck, MOST_UNANSWERED_PINGS } from './stuck-session.ts';
import type { UpstreamSessions } from './upstream-sessions.ts';

/** What all connections of HTTP/2 share. */
export interface Http2Side {
  readonly pool: UpstreamPool;
  readonly sessions: UpstreamSessions;
}

const MOST_STREAMS = 200;
const IDLE_MILLISECONDS = 300_000;
/** Bytes that a client may send of one stream before anybody takes them. */
const STREAM_WINDOW = 262_144;
const LONGEST_HEAD = 65_536;

/** Serves HTTP/2 on a TLS connection after its handshake: each stream is read strictly, decided, and only then passed on. */
export function serveHttp2(secure: TLSSocket, gate: RequestGate, shared: Http2Side): void {
  // Node sets this back only for sockets of its own servers, and HTTP/2 waits until it is.
  Object.assign(secure, { secureConnecting: false });
  const session = performServerHandshake(secure, {
    maxHeaderListPairs: 200,
    maxOutstandingPings: MOST_UNANSWERED_PINGS,
    settings: {
      maxConcurrentStreams: MOST_STREAMS,
      initialWindowSize: STREAM_WINDOW,
      maxHeaderListSize: LONGEST_HEAD,
      enablePush: false,
    },
  }) as ServerHttp2Session;
  session.on('error', () => session.destroy());
  // It may be written to after the client ended it, so nobody else takes that for its end.
  secure.once('end', () => session.destroy());
  watchLostStreams(session, secure, () => {
    gate.refused(problemRefusal('no-request', 'request')).catch(() => session.destroy());
  });
  endStuck(session, secure);
  session.setTimeout(IDLE_MILLISECONDS, () => session.close());
  session.on('stream', (stream, _headers, _flags, raw?: readonly string[]) => {
    stream.on('error', () => stream.destroy());
    serveStream(stream, raw ?? [], gate, shared).catch(() => stream.destroy());
  });
}

async function serveStream(
  stream: ServerHttp2Stream,
  raw: readonly string[],
  gate: RequestGate,
  shared: Http2Side,
): Promise<void> {
  const request = readStream(raw, hasBody(stream), gate);
  if (isProblem(request)) {
    const refusal = problemRefusal(request, 'request');
    await gate.refused(refusal);
    refuseStream(stream, refusal);
    return;
  }
  await new StreamExchange(stream, request, gate, shared).run();
}
