import { readTable } from '../../compiler/ir/egress-table/read.ts';
import { Arrivals } from './arrival/arrivals.ts';
import { Incoming } from './arrival/incoming.ts';
import { printTarget } from './arrival/target.ts';
import { endWith } from './arrival/tls-alert.ts';
import { namelessWords, unseenWords } from './attribution/nameless.ts';
import type { UnseenCalls } from './attribution/record.ts';
import type { Attribution } from './attribution/records.ts';
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
import type { Connection } from './wire/connection.ts';
import type { Listener } from './wire/listener.ts';

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
const NOTHING = Buffer.alloc(0);

/** Decides each connection and each request of one sandbox, writes it down, and carries what it lets through. */
export class Gateway {
  readonly #passages: Passages;
  readonly #arrivals: Arrivals;
  readonly #surroundings: Surroundings;
  readonly #uses: Uses;
  readonly #listeners = new Set<Listener>();
  readonly #open = new Set<Incoming>();
  readonly #ticking: NodeJS.Timeout;
  readonly #places: Places;
  readonly #names: SyntheticNames;
  #turningAway = 0;
  /** Since the last second. */
  #turnedAway = 0;
  #whenNone: () => void = () => {};
  #takeUnseen: () => readonly UnseenCalls[] = () => [];
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
    this.#names = parts.names;
    this.#passages = new Passages(surroundings, parts.routes, parts.uses);
    this.#arrivals = new Arrivals(this.#passages, parts.names, parts.serving);
    this.#ticking = setInterval(() => this.#tick(), TICK).unref();
  }

  get status(): GatewayStatus {
    const { policy, live } = this.#passages;
    return {
      policy: policy?.digest ?? null,
      name: policy?.name ?? null,
      connections: this.#open.size,
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
    await this.#surroundings.journal.append({ kind: 'policy', policy: policy.digest, commit: policy.commit })
      .durable;
    const cut = this.#passages.replace(policy);
    return { ok: true, policy: policy.digest, name: policy.name, cut };
  }

  /** Writes down that a new policy could not be had; the one before stays in force. */
  async keep(problem: string): Promise<Replaced> {
    const policy = this.#passages.policy?.digest ?? null;
    await this.#surroundings.journal.append({ kind: 'kept', policy, problem }).durable;
    return { ok: false, problem };
  }

  /**
   * Serves the connections of a listener.
   *
   * @param family of its addresses
   */
  serve(listener: Listener, family: 4 | 6, attribute: Attribute): void {
    this.#listeners.add(listener);
    listener.accepted = (connection) => {
      // Its record is taken in any case: the next connection from that port is another one.
      this.#accept(connection, attribute(family, connection.remotePort), listener);
    };
    listener.failed = (error) => void this.#note(`a connection could not be accepted (${error})`, null);
  }

  /** Writes down each second what is told of calls that never became connections. */
  watch(takeUnseen: () => readonly UnseenCalls[]): void {
    this.#takeUnseen = takeUnseen;
  }

  #accept(connection: Connection, attribution: Attribution, listener: Listener): void {
    if (typeof attribution === 'string') {
      connection.reset();
      return void this.#note(`nobody can tell which program a connection is from (${attribution})`, null);
    }
    if (attribution.binary === null) {
      connection.reset();
      return void this.#note(namelessWords(attribution), this.#askedOf(attribution));
    }
    if (this.#open.size >= MOST_CONNECTIONS || !this.#places.take(connection)) {
      this.#turnAway(connection);
      return;
    }
    const { pid, binary, file, address, port } = attribution;
    const incoming = new Incoming(connection);
    this.#open.add(incoming);
    connection.whenGone(() => {
      this.#open.delete(incoming);
      if (this.#open.size === 0) this.#whenNone();
    });
    const caller = { pid, binary, file };
    const served = isOwn(listener, address, port)
      ? this.#arrivals.proxy(incoming, caller)
      : this.#arrivals.transparent(incoming, caller, address, port);
    // What cannot be written down is not done, whatever it is.
    served.catch(() => incoming.cut());
  }

  /** That it cannot be written down changes nothing: nothing was let through. */
  #note(problem: string, asked: string | null): Promise<void> {
    return this.#passages.verdicts.malformed(problem, asked, null).catch(() => {});
  }

  /** Where a connection was to go, by the name that its address stands for if there is one. */
  #askedOf({ address, port }: { readonly address: string; readonly port: number }): string {
    return printTarget({ host: this.#names.nameOf(address) ?? address, port });
  }

  /** Says so in what most programs speak here; whoever speaks something else sees that the connection ends. */
  #turnAway(connection: Connection): void {
    this.#turnedAway += 1;
    if (this.#turningAway >= MOST_TURNED_AWAY) {
      connection.close();
      return;
    }
    this.#turningAway += 1;
    connection.whenGone(() => {
      this.#turningAway -= 1;
    });
    endWith(connection.toSocket(NOTHING), refusalMessage(busy(), false, true));
  }

  /** One line, however many they are. */
  #noteTurnedAway(): void {
    if (this.#turnedAway === 0) return;
    const problem = `too many connections are open: ${this.#turnedAway} more were turned away`;
    this.#surroundings.journal.note({ kind: 'malformed', problem, asked: null, process: null });
    this.#turnedAway = 0;
  }

  #noteUnseen(): void {
    for (const calls of this.#takeUnseen()) void this.#note(unseenWords(calls), null);
  }

  #tick(): void {
    this.#noteTurnedAway();
    this.#noteUnseen();
    this.#passages.live.tick(this.#passages.policy, this.#surroundings.now());
  }

  /** Listens no more and cuts everything, so that the end of each is written down. */
  async close(): Promise<void> {
    clearInterval(this.#ticking);
    for (const listener of this.#listeners) listener.close();
    this.#noteTurnedAway();
    this.#noteUnseen();
    const none = new Promise<void>((resolve) => {
      this.#whenNone = resolve;
    });
    this.#passages.live.cutAll();
    for (const incoming of this.#open) incoming.cut();
    if (this.#open.size > 0) await Promise.race([none, new Promise((resolve) => setTimeout(resolve, TICK))]);
  }
}

/** Whether a destination is the listener itself. One that listens on every address is meant by every one of loopback. */
function isOwn(listener: Listener, address: string, port: number): boolean {
  if (port !== listener.port) return false;
  const isEvery = listener.address === '0.0.0.0' || listener.address === '::';
  return address === listener.address || (isEvery && (address.startsWith('127.') || address === '::1'));
}
