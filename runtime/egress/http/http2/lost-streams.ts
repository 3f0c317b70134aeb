import type { ServerHttp2Session } from 'node:http2';
import type { Duplex } from 'node:stream';

const LOOK_MILLISECONDS = 1_000;
/** Streams that clients open have odd numbers (RFC 9113 section 5.1.1). */
const STEP = 2;

/**
 * Tells of streams that came and did not become requests. node:http2 resets what breaks the protocol, a WebSocket over HTTP/2
 * (RFC 8441) for one, without a word; but each counts as the last one that it worked on.
 *
 * @param tell called once for all that were found since the last time
 */
export function watchLostStreams(session: ServerHttp2Session, wire: Duplex, tell: () => void): void {
  let next = 1;
  let before = 0;
  const lostBefore = (end: number): void => {
    if (end <= next) return;
    next = end;
    tell();
  };
  /** Zero before the first stream; nothing is known of a session that has ended. */
  const last = (): number => (session.destroyed ? 0 : (session.state.lastProcStreamID ?? 0));
  const look = (): void => {
    const now = last();
    // The fields of the last one may still be on their way; those before it are whole.
    lostBefore(now === before && now > 0 ? now + STEP : now);
    before = now;
  };
  const lookAtEnd = (): void => {
    const end = last();
    // After the requests that have come with the end itself.
    if (end > 0) setImmediate(() => lostBefore(end + STEP));
  };
  const looking = setInterval(look, LOOK_MILLISECONDS).unref();
  // Ahead of whoever ends the session for it.
  session.prependListener('stream', ({ id = 0 }) => {
    lostBefore(id);
    next = Math.max(next, id + STEP);
  });
  // Whatever ends a session, node:http2 itself after an error, does so by this, and nothing is known of it afterwards.
  const destroy = session.destroy.bind(session);
  session.destroy = (...how) => {
    lookAtEnd();
    destroy(...how);
  };
  // But for the end of what carries it.
  wire.prependListener('close', lookAtEnd);
  session.once('close', () => clearInterval(looking));
}
