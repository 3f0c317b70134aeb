import type { Server, Socket } from 'node:net';
import { readTable } from '../../compiler/ir/egress-table/read.ts';
import { Arrivals } from './arrival/arrivals.ts';
import { Incoming } from './arrival/incoming.ts';
import { endWith } from './arrival/tls-alert.ts';
import type { Attribution } from './attribution/records.ts';
import type { Destination } from './caller.ts';
import { PolicyInForce } from './decision/policy-in-force.ts';
import type { Uses } from './decision/uses.ts';
import type { Routes } from './dial/routes.ts';
import { busy } from './failure.ts';
import type { SyntheticNames } from './names/synthetic-names.ts';
import { Passages } from './passage/passages.ts';
import { Places } from './places.ts';
import { refusalMessage } from './refusal-answer.ts';
import type { RequestServing } from './serving.ts';
import type { Surroundings } from './surroundings.ts';

/** Who a connection that was just accepted is from. @param family of the listener */
export type Attribute = (family: 4 | 6, sourcePort: number) => Attribution;

/** What came of putting a table in force. */
export type Replaced =
  | { readonly ok: true; readonly policy: string; readonly name: string; readonly cut: number }
  /** The one before stays in force. The problem continues "the new policy was not loaded: ...". */
  | { readonly ok: false; readonly problem: string };

export interface GatewayStatus {
  readonly policy: string | null;
  readonly name: string | null;
  readonly connections: number;
  readonly live: number;
}

const MOST_CONNECTIONS = 16_384;
/** Connections beyond the last one that are told so at a time; more are broken off without a word. */
const MOST_TURNED_AWAY = 64;
const TICK = 1_000;

/** Decides each connection and each request of one sandbox, writes it down, and carries what it lets through. */
export class Gateway {
  readonly #passages: Passages;
  readonly #arrivals: Arrivals;
  readonly #surroundings: Surroundings;
  readonly #uses: Uses;
  readonly #servers = new Set<Server>();
  readonly #ticking: NodeJS.Timeout;
  readonly #places: Places;
  #connections = 0;
  #turningAway = 0;
  /** Since the last second. */
  #turnedAway = 0;
  #replacing: Promise<unknown> = Promise.resolve();

  constructor(
    surroundings: Surroundings,
    parts: {
      readonly routes: Routes;
      readonly uses: Uses;
      readonly names: SyntheticNames;
      readonly serving: RequestServing;
      /** Shared with whoever dials. */
      readonly places?: Places;
    },
  ) {
    this.#surroundings = surroundings;
    this.#places = parts.places ?? new Places();
    this.#uses = parts.uses;
    this.#passages = new Passages(surroundings, parts.routes, parts.uses);
    this.#arrivals = new Arrivals(this.#passages, parts.names, parts.serving);
    this.#ticking = setInterval(() => this.#tick(), TICK).unref();
  }

  get status(): GatewayStatus {
    const { policy, live } = this.#passages;
    return {
      policy: policy?.digest ?? null,
      name: policy?.name ?? null,
      connections: this.#connections,
      live: live.size,
    };
  }

  /**
   * Puts another table in force, whole, between two requests: what it no longer permits is cut, and the rest goes on. A text
   * that is no table changes nothing, and that is written down.
   */
  replace(json: string): Promise<Replaced> {
    const replaced = this.#replacing.then(() => this.#replace(json));
    this.#replacing = replaced.catch(() => {});
    return replaced;
  }

  async #replace(json: string): Promise<Replaced> {
    const read = readTable(json);
    const policy = read.ok ? PolicyInForce.from(read.table, this.#uses) : null;
    if (policy === null) {
      const problem = read.ok ? 'its patterns are too intricate' : read.problem;
      return this.keep(problem);
    }
    await this.#surroundings.journal.append({ kind: 'policy', policy: policy.digest });
    const cut = this.#passages.replace(policy);
    return { ok: true, policy: policy.digest, name: policy.name, cut };
  }

  /** Writes down that a new policy could not be had; the one before stays in force. */
  async keep(problem: string): Promise<Replaced> {
    const policy = this.#passages.policy?.digest ?? null;
    await this.#surroundings.journal.append({ kind: 'kept', policy, problem });
    return { ok: false, problem };
  }

  /**
   * Serves the connections of a listener.
   *
   * @param server with `allowHalfOpen` and `noDelay`, listening
   * @param family of its addresses
   */
  serve(server: Server, family: 4 | 6, attribute: Attribute): void {
    this.#servers.add(server);
    const isOwn = ownAddress(server);
    server.on('connection', (socket) => {
      const attribution = attribute(family, socket.remotePort ?? 0);
      this.#accept(socket, attribution, isOwn);
    });
    server.maxConnections = MOST_CONNECTIONS + MOST_TURNED_AWAY;
    // Its record goes with it: the next connection from that port is another one.
    server.on('drop', (dropped) => {
      this.#turnedAway += 1;
      void attribute(family, dropped?.remotePort ?? 0);
    });
  }

  #accept(socket: Socket, attribution: Attribution, isOwn: (address: string, port: number) => boolean): void {
    const incoming = new Incoming(socket);
    if (typeof attribution === 'string') {
      this.#passages.verdicts
        .malformed(`nobody can tell which program a connection is from (${attribution})`, null, null)
        .catch(() => {});
      socket.resetAndDestroy();
      return;
    }
    if (this.#connections >= MOST_CONNECTIONS || !this.#places.take(socket)) {
      this.#turnAway(socket);
      return;
    }
    this.#connections += 1;
    socket.once('close', () => {
      this.#connections -= 1;
    });
    const { pid, binary, file, address, port } = attribution;
    const to: Destination = isOwn(address, port) ? { kind: 'proxy' } : { kind: 'address', address, port };
    const caller = { pid, binary, file };
    const served =
      to.kind === 'proxy'
        ? this.#arrivals.proxy(incoming, caller)
        : this.#arrivals.transparent(incoming, caller, to.address, to.port);
    // What cannot be written down is not done, whatever it is.
    served.catch(() => socket.resetAndDestroy());
  }

  /** Says so in what most programs speak here; whoever speaks something else sees that the connection ends. */
  #turnAway(socket: Socket): void {
    this.#turnedAway += 1;
    if (this.#turningAway >= MOST_TURNED_AWAY) {
      socket.resetAndDestroy();
      return;
    }
    this.#turningAway += 1;
    socket.once('close', () => {
      this.#turningAway -= 1;
    });
    endWith(socket, refusalMessage(busy(), false, true));
  }

  #tick(): void {
    if (this.#turnedAway > 0) {
      // One line a second, however many they are.
      const problem = `too many connections are open: ${this.#turnedAway} more were turned away`;
      this.#surroundings.journal.note({ kind: 'malformed', problem, asked: null, process: null });
      this.#turnedAway = 0;
    }
    this.#passages.live.tick(this.#passages.policy, this.#surroundings.now());
  }

  /** Cuts everything and listens no more. */
  async close(): Promise<void> {
    clearInterval(this.#ticking);
    const closed = [...this.#servers].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    this.#passages.live.cutAll();
    await Promise.race([Promise.all(closed), new Promise((resolve) => setTimeout(resolve, TICK))]);
  }
}

/** Whether a destination is the listener itself. One that listens on every address is meant by every one of loopback. */
function ownAddress(server: Server): (address: string, port: number) => boolean {
  const own = server.address();
  if (own === null || typeof own === 'string') throw new TypeError('the listener has no address');
  const isEvery = own.address === '0.0.0.0' || own.address === '::';
  return (address, port) => {
    if (port !== own.port) return false;
    return address === own.address || (isEvery && (address.startsWith('127.') || address === '::1'));
  };
}
