import type { Socket } from 'node:net';
import { recordedAsked } from '../../../compiler/ir/audit-event/recorded-access.ts';
import type { Caller } from '../caller.ts';
import type { DialProblem } from '../dial/dial.ts';
import { busy, failure, malformed } from '../failure.ts';
import { serveNamesOverStream } from '../names/name-server.ts';
import type { SyntheticNames } from '../names/synthetic-names.ts';
import { isSynthetic } from '../names/synthetic-names.ts';
import type { Approach } from '../passage/approach.ts';
import type { Live } from '../passage/live.ts';
import type { Passages } from '../passage/passages.ts';
import { PolicyGate } from '../passage/policy-gate.ts';
import type { RequestServing, RequestWay } from '../serving.ts';
import { interceptedHelloProblem } from '../tunnel/server-name-guard.ts';
import { Tunnel } from '../tunnel/tunnel.ts';
import { readClientHello } from './client-hello.ts';
import { type ConnectRequest, LONGEST_HEAD, readConnect } from './connect-request.ts';
import { connectDoor, type Door, socksDoor, transparentDoor } from './door.ts';
import type { Incoming } from './incoming.ts';
import {
  greetingReply,
  LOGIN_ACCEPTED,
  readGreeting,
  readLogin,
  readSocksRequest,
  SOCKS_VERSION,
  socksReply,
} from './socks.ts';
import { printTarget, type Target } from './target.ts';
import { endWith, endWithAlert } from './tls-alert.ts';

/** Milliseconds for all that a client says before it is let through. */
const LONGEST_OPENING = 30_000;
/** No ClientHello is longer. */
const LONGEST_HELLO = 80_000;
const LONGEST_SOCKS = 600;
const NAME_PORT = 53;
/** Whatever follows the version is none of a first line. */
const END_OF_LINE = /[\r\n]|(?<= HTTP\/\d\.\d)./;

/** What comes in, from the first byte until somebody else takes it over. Nothing here throws. */
export class Arrivals {
  readonly #passages: Passages;
  readonly #names: SyntheticNames;
  readonly #serving: RequestServing;

  constructor(passages: Passages, names: SyntheticNames, serving: RequestServing) {
    this.#passages = passages;
    this.#names = names;
    this.#serving = serving;
  }

  /** A client that knows that it speaks with a proxy: SOCKS5 or HTTP, by its first byte. */
  async proxy(incoming: Incoming, caller: Caller): Promise<void> {
    const read = (bytes: Buffer): Read<'socks' | Exclude<ConnectRequest, { kind: 'more' }>> | null => {
      if (bytes[0] === SOCKS_VERSION) return { used: 0, value: 'socks' };
      const request = readConnect(bytes);
      if (request.kind === 'more') return null;
      return { used: request.kind === 'connect' ? request.used : 0, value: request };
    };
    const first = await incoming.take(read, LONGEST_HEAD + 4, LONGEST_OPENING);
    if (first === 'socks') return this.#socks(incoming, caller);
    if (typeof first === 'string') return incoming.cut();
    if (first.kind === 'connect') return this.#enter(incoming, caller, first.target, connectDoor);
    if (first.kind === 'other')
      return this.#serving.http(incoming.release(), this.#proxyWay(incoming, caller));
    // Fields may hold secrets, and a line may be malformed by how it ends.
    const asked = recordedAsked(incoming.held.toString('latin1', 0, LONGEST_HEAD).split(END_OF_LINE, 1)[0]!);
    await this.#passages.verdicts.malformed(first.problem, asked, caller);
    connectDoor.refused(incoming, malformed(first.problem, first.status));
  }

  /** A program that believes to speak with its server. */
  async transparent(incoming: Incoming, caller: Caller, address: string, port: number): Promise<void> {
    const name = this.#names.nameOf(address);
    // Every name server that a program was given is this one, over TCP as over UDP.
    if (name === null && port === NAME_PORT) return serveNamesOverStream(incoming.release(), this.#names);
    if (name === null && isSynthetic(address)) {
      const asked = printTarget({ host: address, port });
      await this.#passages.verdicts.malformed('the address stands for no name any more', asked, caller);
      return incoming.cut();
    }
    await this.#enter(incoming, caller, { host: name ?? address, port }, transparentDoor);
  }

  async #socks(incoming: Incoming, caller: Caller): Promise<void> {
    const take = <T>(read: (bytes: Buffer) => Message<T>) =>
      incoming.take((bytes) => ofMessage(read(bytes)), LONGEST_SOCKS, LONGEST_OPENING);
    const { connection } = incoming;
    const method = await take(readGreeting);
    if (method !== 'none' && method !== 'login') {
      if (method === 'unacceptable') return endWith(incoming.release(), greetingReply('unacceptable'));
      return incoming.cut();
    }
    connection.write(greetingReply(method));
    if (method === 'login') {
      if ((await take(readLogin)) !== true) return incoming.cut();
      connection.write(LOGIN_ACCEPTED);
    }
    const request = await take(readSocksRequest);
    if (typeof request === 'string') return incoming.cut();
    if (request.ok) return this.#enter(incoming, caller, request.target, socksDoor);
    await this.#passages.verdicts.malformed(request.problem, null, caller);
    endWith(incoming.release(), socksReply(request.reply));
  }

  async #enter(incoming: Incoming, caller: Caller, target: Target, door: Door): Promise<void> {
    const passage = await this.#passages.open(caller, target);
    if (passage.kind === 'refused') return door.refused(incoming, passage.refusal);
    if (passage.kind === 'requests') return this.#requests(incoming, passage.approach, door);
    const tunnel = new Tunnel(incoming, passage, this.#passages);
    const dialled = tunnel.isOver ? null : await this.#passages.routes.dial(passage.approach);
    if (dialled === null || tunnel.isOver || !dialled.ok) {
      tunnel.abandon();
      if (dialled?.ok) dialled.connection.reset();
      if (dialled === null || dialled.ok) return incoming.cut();
      return door.refused(incoming, dialFailure(target, dialled.problem));
    }
    door.granted(incoming);
    tunnel.carry(dialled);
  }

  /** Requests to one destination, in TLS or not, whichever the client begins. */
  async #requests(incoming: Incoming, approach: Approach, door: Door): Promise<void> {
    door.granted(incoming);
    const read = (bytes: Buffer) => {
      const hello = readClientHello(bytes);
      return hello.kind === 'more' ? null : { used: 0, value: hello };
    };
    const first = await incoming.take(read, LONGEST_HELLO, LONGEST_OPENING);
    if (typeof first === 'string') return incoming.cut();
    const problem = interceptedHelloProblem(first, approach.host);
    if (problem !== null) {
      await this.#passages.verdicts.malformed(problem, printTarget(approach), approach.caller);
      if (first.kind === 'damaged') return incoming.cut();
      return endWithAlert(incoming.release(), 'unrecognized-name');
    }
    const gate = this.#gate(incoming, approach, first.kind === 'hello');
    const client = incoming.release();
    this.#hold(client, approach);
    if (client.destroyed) return;
    if (gate.secure) this.#serving.tls(client, gate);
    else this.#serving.http(client, { kind: 'origin', gate });
  }

  /** Ends the connection when nothing on it can be allowed any more, also while no request is under way. */
  #hold(client: Socket, approach: Approach): void {
    const { live } = this.#passages;
    const held: Live = {
      endsAt: null,
      isPermitted: (policy) => policy !== null && !approach.under(policy).isClosed,
      tick: () => {},
      cut: () => client.resetAndDestroy(),
    };
    live.add(held);
    client.once('close', () => live.remove(held));
    // Another policy may have come while the client made up its mind.
    if (!held.isPermitted(this.#passages.policy, 0)) held.cut();
  }

  #proxyWay(incoming: Incoming, caller: Caller): RequestWay {
    const { verdicts } = this.#passages;
    return {
      kind: 'proxy',
      gateFor: async (host, port, secure, http) => {
        const scheme = secure ? 'https' : 'http';
        const found = await this.#passages.approach(caller, { host, port }, { http, scheme });
        return 'status' in found ? found : this.#gate(incoming, found, secure);
      },
      refused: (refusal) => verdicts.malformed(refusal.message, null, caller),
    };
  }

  #gate(incoming: Incoming, approach: Approach, secure: boolean): PolicyGate {
    return new PolicyGate(approach, secure, this.#passages, () => incoming.cut());
  }
}

interface Read<T> {
  readonly used: number;
  readonly value: T;
}

type Message<T> = { readonly kind: 'more' } | ({ readonly kind: 'read' } & Read<T>);

function ofMessage<T>(message: Message<T>): Read<T> | null {
  return message.kind === 'more' ? null : message;
}

function dialFailure(target: Target, problem: DialProblem) {
  const where = printTarget(target);
  if (problem === 'busy') return busy();
  return problem === 'late'
    ? failure(504, 'late', `\`${where}\` did not answer in time`)
    : failure(502, 'unreachable', `\`${where}\` cannot be reached`);
}
