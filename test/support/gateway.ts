import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Happening, NO_LINE } from '../../compiler/ir/audit-event/event.ts';
import { tableForm } from '../../compiler/ir/egress-table/write.ts';
import type { ConnectionRecord } from '../../runtime/egress/attribution/record.ts';
import type { Attribution } from '../../runtime/egress/attribution/records.ts';
import type { HeldCredential } from '../../runtime/egress/credentials/held.ts';
import { plainRefusal } from '../../runtime/egress/decision/plain-refusal.ts';
import { Uses } from '../../runtime/egress/decision/uses.ts';
import { dialler } from '../../runtime/egress/dial/dial.ts';
import { Routes } from '../../runtime/egress/dial/routes.ts';
import type { UpstreamProxy } from '../../runtime/egress/dial/upstream-proxy.ts';
import { Gateway } from '../../runtime/egress/gateway.ts';
import { Resolver } from '../../runtime/egress/names/resolver.ts';
import { SyntheticNames } from '../../runtime/egress/names/synthetic-names.ts';
import { noRequests } from '../../runtime/egress/no-requests.ts';
import type { Places } from '../../runtime/egress/places.ts';
import type { RequestServing } from '../../runtime/egress/serving.ts';
import type { Noted } from '../../runtime/egress/surroundings.ts';
import { Listener } from '../../runtime/egress/wire/listener.ts';
import { blueprint, policyOf } from './policy.ts';

/** The digest of every policy in these tests. */
export const DIGEST = `sha256:${'b'.repeat(64)}` as const;
export const CURL = '/usr/bin/curl';

const FILE = { device: 1n, inode: 2n, size: 3n, modified: 4n, changed: 5n };

/** The egress table of a blueprint with these `network_policies`, as a gateway reads it. */
export function tableOf(networkPolicies: string, digest: string = DIGEST): string {
  const text = blueprint(
    `filesystem_policy: { read_write: [/work/project] }\nnetwork_policies:\n${networkPolicies}`,
  );
  const { name, egress, credentials } = policyOf(text);
  return JSON.stringify(
    tableForm({ name, policy: digest as typeof DIGEST, commit: null, egress, credentials }),
  );
}

export interface WorldOptions {
  /** `network_policies`; null for a gateway that has none. */
  readonly policy: string | null;
  /** What names resolve to; all others do not. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly caller?: Partial<ConnectionRecord>;
  /** Instead of the caller. */
  readonly attribution?: Exclude<Attribution, ConnectionRecord>;
  /** Where connections go that do not mean the proxy. */
  readonly transparentTo?: { readonly address: string; readonly port: number };
  readonly credentials?: readonly HeldCredential[];
  readonly digestOf?: () => Promise<string | null>;
  readonly serving?: RequestServing;
  readonly upstream?: UpstreamProxy;
  readonly uses?: Uses;
  readonly places?: Places;
}

/** A gateway on loopback whose callers, names, clock and log are the test's. */
export class GatewayWorld implements AsyncDisposable {
  readonly gateway: Gateway;
  readonly events: Noted[] = [];
  readonly asked: string[] = [];
  readonly names = new SyntheticNames();
  now = Date.UTC(2026, 0, 1);
  /** Set to make the log refuse. */
  logFails = false;
  /** What each event waits for before it is durable. */
  logWaits: Promise<void> = Promise.resolve();
  readonly #servers: Server[] = [];
  #port = 0;

  constructor(options: WorldOptions) {
    const resolver = new Resolver(
      async (name) => {
        this.asked.push(name);
        const addresses = options.names?.[name];
        return addresses === undefined ? { ok: false, problem: 'no-such-name' } : { ok: true, addresses };
      },
      () => this.now,
    );
    this.gateway = new Gateway(
      {
        journal: {
          append: (what) => {
            if (this.logFails) throw new Error('the disk is full');
            const sequence = this.events.push(what) - 1;
            return { sequence, digest: NO_LINE, durable: Promise.resolve(this.logWaits) };
          },
          note: (what) => this.events.push(what) > 0,
        },
        refuse: plainRefusal,
        requested: () => {},
        recorded: (access) => access,
        credentials: options.credentials ?? [],
        digestOf: options.digestOf ?? (async () => null),
        secure: async () => {
          throw new Error('no TLS in these tests');
        },
        now: () => this.now,
      },
      {
        routes: new Routes(dialler(2_000), resolver, options.upstream ?? null),
        uses: options.uses ?? new Uses(async () => {}),
        names: this.names,
        serving: options.serving ?? noRequests,
        ...(options.places === undefined ? {} : { places: options.places }),
      },
    );
  }

  static async with(options: WorldOptions): Promise<GatewayWorld> {
    const world = new GatewayWorld(options);
    if (options.policy !== null) {
      const replaced = await world.gateway.replace(tableOf(options.policy));
      if (!replaced.ok) throw new Error(replaced.problem);
    }
    const listener = Listener.at('127.0.0.1', 0);
    world.#port = listener.port;
    const { port } = listener;
    world.gateway.serve(listener, 4, (family, sourcePort): Attribution => {
      if (options.attribution !== undefined) return options.attribution;
      const to = options.transparentTo ?? { address: '127.0.0.1', port };
      return { family, sourcePort, ...to, pid: 4321, binary: CURL, file: FILE, ...options.caller };
    });
    return world;
  }

  get port(): number {
    return this.#port;
  }

  /** A server on the loopback that stands for one outside. */
  async serverOutside(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    });
    await this.#listen(server);
    return (server.address() as AddressInfo).port;
  }

  /** What answers with what it hears. */
  echo(): Promise<number> {
    return this.serverOutside((socket) => socket.pipe(socket));
  }

  async client(): Promise<Socket> {
    const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
    const connected = once(socket, 'connect');
    // Being cut is what many tests are about.
    socket.on('error', () => {});
    await connected.catch(() => {});
    return socket;
  }

  /** Asks for a tunnel, and gives the socket and all of the answer's head. */
  async connect(authority: string, fields = ''): Promise<{ socket: Socket; head: string }> {
    const socket = await this.client();
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${fields}\r\n`);
    return { socket, head: await readText(socket, '\r\n\r\n') };
  }

  decisions(): Extract<Happening, { kind: 'decision' }>[] {
    return this.events.filter((event) => event.kind === 'decision');
  }

  kinds(): string[] {
    return this.events.map((event) => (event.kind === 'decision' ? event.why : event.kind));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.close();
    for (const server of this.#servers) server.close();
  }

  async #listen(server: Server): Promise<void> {
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
}

/** Reads until the text holds a mark, or until the other side ends. What comes after the mark stays in the socket. */
export function readText(socket: Socket, mark: string | null = null): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (rest: string) => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).pause();
      if (rest.length > 0) socket.unshift(Buffer.from(rest, 'latin1'));
      resolve(text);
    };
    const onData = (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const at = mark === null ? -1 : text.indexOf(mark);
      if (at === -1) return;
      const rest = text.slice(at + mark!.length);
      text = text.slice(0, at + mark!.length);
      finish(rest);
    };
    const onEnd = () => finish('');
    socket.on('data', onData).once('end', onEnd).once('close', onEnd);
    socket.once('error', (error) => (text === '' ? reject(error) : onEnd()));
    socket.resume();
  });
}
