import { type ClientHttp2Session, connect } from 'node:http2';
import type { RequestGate } from '../request-gate.ts';
import { printAuthority } from '../target/authority.ts';
import { UpstreamConnection } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import { StreamRoom } from './stream-room.ts';

/** A way to a server: a session of HTTP/2 with room taken in it for one stream, or a connection of HTTP/1. */
export type Way =
  | { readonly kind: 'http2'; readonly session: ClientHttp2Session; readonly room: StreamRoom }
  | { readonly kind: 'http1'; readonly connection: UpstreamConnection };

const PROTOCOLS = ['h2', 'http/1.1'];
const IDLE_MILLISECONDS = 60_000;
const MOST_KNOWN = 1000;

/**
 * Bytes that a server may send of one stream before the client has taken them, and of a session before they have come here. What
 * the protocol begins with, 64 KiB, is carried but once in each round trip: 3 MB a second of a server 20 ms away.
 */
const STREAM_WINDOW = 1024 * 1024;
const SESSION_WINDOW = 16 * STREAM_WINDOW;

/** Sessions of HTTP/2 with servers, one a route, used by all streams of that route; where it is full, another one takes its place. */
export class UpstreamSessions {
  readonly #byRoute = new Map<string, Promise<Way>>();
  /** Routes whose servers did not choose HTTP/2 when it was offered. */
  readonly #plain = new Set<string>();
  readonly #pool: UpstreamPool;

  constructor(pool: UpstreamPool) {
    this.#pool = pool;
  }

  /**
   * To a server that offers HTTP/2 a session, whose room is to be left when the stream is over; to others an idle or a new connection.
   *
   * @throws what the gate's `dial` throws, or that of whoever dialled for it; an error with the code `ECANCELED` where the gate was cut
   */
  async wayTo(gate: RequestGate): Promise<Way> {
    // It becomes another one with the next policy.
    const { route } = gate;
    // An idle connection of HTTP/1 may be to a server that speaks HTTP/2 too, which gRPC cannot do without.
    const idle = this.#plain.has(route) ? this.#pool.idle(gate) : null;
    if (idle !== null) return { kind: 'http1', connection: idle };
    const known = this.#byRoute.get(route);
    if (known !== undefined) {
      const way = await known.catch(unlessCut);
      if (gate.isCut) throw new CutMeanwhile();
      // The one that dialled was cut, and this one was not.
      if (way === null) return this.wayTo(gate);
      // A connection of HTTP/1 was for the one that asked for it.
      if (way.kind === 'http1') return this.#open(gate);
      if (way.room.take()) return way;
      way.room.retire();
      if (this.#byRoute.get(route) === known) this.#byRoute.delete(route);
      return this.wayTo(gate);
    }
    const opening = this.#open(gate);
    this.#byRoute.set(route, opening);
    const forget = (): void => {
      if (this.#byRoute.get(route) === opening) this.#byRoute.delete(route);
    };
    try {
      const way = await opening;
      if (way.kind === 'http2') way.session.once('close', forget);
      else forget();
      return way;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Ends sessions once their streams have ended, e.g. those of a policy that is no longer in force. */
  drop(isMeant: (route: string) => boolean = () => true): void {
    for (const [route, way] of this.#byRoute) {
      if (!isMeant(route)) continue;
      this.#byRoute.delete(route);
      way.then(
        (opened) => {
          if (opened.kind === 'http2') opened.room.retire();
        },
        () => {
          // Whoever waited for it was told.
        },
      );
    }
  }

  async #open(gate: RequestGate): Promise<Way> {
    const { stream, protocol } = await gate.dial(gate.secure ? PROTOCOLS : []);
    if (protocol !== 'h2') {
      if (this.#plain.size >= MOST_KNOWN) this.#plain.clear();
      this.#plain.add(gate.route);
      return { kind: 'http1', connection: new UpstreamConnection(stream, gate.route) };
    }
    const session = connect(`https://${printAuthority(gate.host, gate.port, true)}`, {
      createConnection: () => stream,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    });
    session.setLocalWindowSize(SESSION_WINDOW);
    session.on('error', () => session.destroy());
    // The connection stays open for writing when the server has ended it, and would take requests that nobody answers.
    stream.once('end', () => session.destroy());
    session.setTimeout(IDLE_MILLISECONDS, () => session.close());
    const room = new StreamRoom(session);
    room.take();
    return { kind: 'http2', session, room };
  }
}

const CUT = 'ECANCELED';

/** Thrown where a policy cut the gate while another one dialled. */
class CutMeanwhile extends Error {
  readonly code = CUT;
}

function unlessCut(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === CUT) return null;
  throw error;
}
