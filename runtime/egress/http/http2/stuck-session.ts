import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

const LOOK_MILLISECONDS = 5_000;
/** How long a client may take nothing of an answer that waits for it. */
const UNREAD_MILLISECONDS = 120_000;
/** A client that is stopped answers none; the idle timer comes long before so many. */
export const MOST_UNANSWERED_PINGS = 1_000;

/**
 * Ends a session that writes nothing although it was asked to, and gives its connection free.
 *
 * After some errors of the protocol node:http2 (Node 20) neither reads nor writes any more, and tells nobody; where a client goes
 * that left much unread, no version tells. Such a session never sees the end of its connection. A sound one writes the PING that it
 * is asked for whether or not the client reads, until the buffers of the kernel are full: so a session with an answer on its way
 * gets longer.
 *
 * @param wire what the session writes to
 */
export function endStuck(session: ServerHttp2Session, wire: Socket): void {
  const streams = new Set<ServerHttp2Stream>();
  session.prependListener('stream', (stream) => {
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
  });
  /** Zero before anything was asked for. */
  let written = 0;
  let stuck = 0;
  const look = (): void => {
    if (session.destroyed) return;
    stuck = wire.bytesWritten === written ? stuck + LOOK_MILLISECONDS : 0;
    if (stuck >= ([...streams].some(isOnItsWay) ? UNREAD_MILLISECONDS : LOOK_MILLISECONDS)) {
      // Destroying the session would wait for what it cannot write; this ends it and its streams too.
      wire.destroy();
      return;
    }
    written = wire.bytesWritten;
    ask(session);
  };
  const looking = setInterval(look, LOOK_MILLISECONDS).unref();
  session.once('close', () => clearInterval(looking));
}

/** Asks for something to be written that changes nothing; a session that is closing sends no PING, and may say so again. */
function ask(session: ServerHttp2Session): void {
  if (session.closed) session.goaway();
  else session.ping(() => {});
}

function isOnItsWay(stream: ServerHttp2Stream): boolean {
  return stream.writableLength > 0 || stream.writableEnded;
}
