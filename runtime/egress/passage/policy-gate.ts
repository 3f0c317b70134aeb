import type { Duplex } from 'node:stream';
import { parseHost, printHost } from '../../../compiler/domain/host.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { InnerProtocol } from '../../../compiler/ir/egress.ts';
import type { Operations } from '../../../compiler/ir/operation.ts';
import { type Carried, carriedBy, type Whereto } from '../credentials/carried.ts';
import type { PolicyInForce } from '../decision/policy-in-force.ts';
import { failure } from '../failure.ts';
import type { AskedRequest, ReadInside, RequestGate, RequestVerdict } from '../http/request-gate.ts';
import { withReason } from '../operations/unreadable-words.ts';
import type { Refusal } from '../refusal.ts';
import type { Scheme } from '../surroundings.ts';
import type { Approach } from './approach.ts';
import type { Live } from './live.ts';
import type { Passages } from './passages.ts';

type Http = NonNullable<EgressAccess['http']>;

/** A request whose answer is not over. */
interface Under {
  readonly http: Http;
  /** Whether what it carries may go there under a policy. */
  readonly mayCarry: (policy: PolicyInForce, at: number) => boolean;
  /** A WebSocket into which nobody looks. */
  readonly isUnread: boolean;
}

/** Thrown by `dial` where no connection comes about. */
export class DialFailed extends Error {
  override readonly name = 'DialFailed';
  readonly code: string;

  constructor(code: string) {
    super(`the server cannot be reached (${code})`);
    this.code = code;
  }
}

const CODES = {
  refused: 'ECONNREFUSED',
  unreachable: 'EHOSTUNREACH',
  late: 'ETIMEDOUT',
  'proxy-refused': 'ECONNREFUSED',
  busy: 'EMFILE',
};

/** The requests of one connection, or of one destination of a proxy's client, before the policy in force. */
export class PolicyGate implements RequestGate, Live {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Each second is asked about: what its requests are granted by may end at any. */
  readonly endsAt = 0;
  readonly #approach: Approach;
  readonly #passages: Passages;
  readonly #cut: () => void;
  readonly #whereto: Whereto;
  /** Requests whose answers are not over. */
  readonly #under = new Set<Under>();
  #isCut = false;

  /** @param cut ends the client's connection */
  constructor(approach: Approach, secure: boolean, passages: Passages, cut: () => void) {
    this.host = approach.host;
    this.port = approach.port;
    this.secure = secure;
    const host = parseHost(approach.host);
    this.#whereto = { host: host.ok ? printHost(host.host) : approach.host, port: approach.port, secure };
    this.#approach = approach;
    this.#passages = passages;
    this.#cut = cut;
  }

  get #scheme(): Scheme {
    return this.secure ? 'https' : 'http';
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  get route(): string {
    const { host, port, address } = this.#approach;
    return [host, port, address, this.secure ? 'tls' : 'plain', this.#passages.generation].join(' ');
  }

  protocolsFor(request: AskedRequest): readonly InnerProtocol[] {
    const { policy } = this.#passages;
    return policy === null ? [] : this.#approach.under(policy).protocolsFor(request);
  }

  async decide(request: AskedRequest, inside: ReadInside): Promise<RequestVerdict> {
    const { verdicts, policy, surroundings } = this.#passages;
    const { caller } = this.#approach;
    if (policy === null) {
      return { allowed: false, refusal: await this.#passages.withoutPolicy(caller, this.#approach) };
    }
    const at = surroundings.now();
    const standing = this.#approach.under(policy);
    const protocols = standing.protocolsFor(request);
    const { operations, unreadable } = inside(protocols);
    const { method, path, query, isWebSocket } = request;
    const http = { method, path, query, operations };
    const isRead = protocols.includes('websocket');
    const carriedUnder = (one: PolicyInForce, then: number) =>
      carriedBy(request, this.#whereto, surroundings.credentials, one.credentials, then);
    const mayCarry = (one: PolicyInForce, then: number) => carriedUnder(one, then).ok;
    const under = { http, mayCarry, isUnread: isWebSocket && !isRead };
    const ruling = standing.request(http, at);
    const isAllowed = ruling.decision.verdict === 'allow';
    const carried = carriedUnder(policy, at);
    if (isAllowed && !carried.ok) return this.#misdirected(carried);
    // Before it is written down: a policy that comes in between must find it.
    if (isAllowed) this.#begin(under);
    const about = {
      access: standing.access(http, at),
      caller,
      policy,
      scheme: this.#scheme,
    };
    const settled = await verdicts
      .settle(ruling, about, carried.ok ? carried.names : [])
      .catch((error: unknown) => {
        this.#end(under);
        throw error;
      });
    if (!settled.allowed) return { allowed: false, refusal: withReason(settled.refusal, unreadable) };
    const ended = (sent: number, received: number) => {
      if (this.#end(under)) verdicts.ended(settled.sequence, sent, received);
    };
    // By a policy that came while it was written down; the client's connection may not know it yet.
    if (this.#isCut) {
      ended(0, 0);
      return { allowed: false, refusal: cutOff() };
    }
    const message = isWebSocket && isRead ? (said: Operations) => this.#message(http, said) : null;
    return { allowed: true, credentials: carried.ok ? carried.credentials : [], ended, message };
  }

  /** A placeholder on the way to where its credential is not bound. */
  async #misdirected({ name, problem }: Extract<Carried, { ok: false }>): Promise<RequestVerdict> {
    await this.#passages.verdicts.malformed(problem, `${this.host}:${this.port}`, this.#approach.caller);
    const next = `bind it in the blueprint, under \`credentials\`: add the endpoint to \`${name}\``;
    return { allowed: false, refusal: failure(403, 'credential', problem, next) };
  }

  async #message(opened: Http, operations: Operations): Promise<Refusal | null> {
    const { verdicts, policy, surroundings } = this.#passages;
    const { caller } = this.#approach;
    if (policy === null) return this.#passages.withoutPolicy(caller, this.#approach);
    const at = surroundings.now();
    const http = { ...opened, operations };
    const standing = this.#approach.under(policy);
    const ruling = standing.message(http, at);
    const about = {
      access: standing.access(http, at),
      caller,
      policy,
      scheme: this.#scheme,
    };
    const settled = await verdicts.settle(ruling, about);
    if (!settled.allowed) return settled.refusal;
    return this.#isCut ? cutOff() : null;
  }

  #begin(under: Under): void {
    this.#under.add(under);
    this.#passages.live.add(this);
  }

  #end(under: Under): boolean {
    const wasUnder = this.#under.delete(under);
    if (this.#under.size === 0) this.#passages.live.remove(this);
    return wasUnder;
  }

  async refused(refusal: Refusal): Promise<void> {
    await this.#passages.verdicts.malformed(
      refusal.message,
      `${this.host}:${this.port}`,
      this.#approach.caller,
    );
  }

  async dial(protocols: readonly string[]): Promise<{ stream: Duplex; protocol: string | null }> {
    const { routes, surroundings } = this.#passages;
    const dialled = await routes.dial(this.#approach);
    if (!dialled.ok) throw new DialFailed(CODES[dialled.problem]);
    const socket = dialled.connection.toSocket(dialled.held);
    const opened =
      this.secure && !this.#isCut
        ? await surroundings.secure(socket, this.host, this.port, protocols)
        : { stream: socket, protocol: null };
    if (!this.#isCut) return opened;
    opened.stream.destroy();
    throw new DialFailed('ECANCELED');
  }

  isPermitted(policy: PolicyInForce | null, at: number): boolean {
    if (policy === null) return false;
    const standing = this.#approach.under(policy);
    return [...this.#under].every(
      ({ http, mayCarry, isUnread }) =>
        standing.allowing(http, at) !== null &&
        mayCarry(policy, at) &&
        !(isUnread && standing.protocolsFor(http).includes('websocket')),
    );
  }

  tick(): void {}

  cut(): void {
    this.#isCut = true;
    this.#cut();
  }
}

function cutOff(): Refusal {
  return failure(503, 'cut', 'the policy changed while it was asked', 'try again');
}
