import type { ClientHttp2Session } from 'node:http2';

/** What a server may take of streams at once, where it says no less (RFC 9113 section 6.5.2 advises at least so many). */
const MOST_STREAMS = 100;

/**
 * Counts the streams of a session with a server. Of more than the server takes at once node:http2 holds the rest back until others
 * end, without a word; answers without end would keep them waiting for good.
 */
export class StreamRoom {
  readonly #session: ClientHttp2Session;
  #taken = 0;
  #isRetired = false;

  constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  /** Takes room for one stream, to be left when it is over. False where there is none, or the session takes none any more. */
  take(): boolean {
    const { closed, destroyed, remoteSettings } = this.#session;
    if (closed || destroyed || this.#isRetired) return false;
    // A server that takes none for now still gets one to wait in its session.
    const most = Math.max(1, Math.min(MOST_STREAMS, remoteSettings.maxConcurrentStreams ?? MOST_STREAMS));
    if (this.#taken >= most) return false;
    this.#taken += 1;
    return true;
  }

  leave(): void {
    this.#taken -= 1;
    this.#endIfDone();
  }

  /** No stream is added any more, and the session ends with the last one. */
  retire(): void {
    this.#isRetired = true;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#isRetired && this.#taken === 0) this.#session.close();
  }
}
