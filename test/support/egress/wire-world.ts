import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_LINE } from '../../../compiler/ir/audit-event/event.ts';
import type { EgressPolicy } from '../../../compiler/ir/egress.ts';
import { tableForm } from '../../../compiler/ir/egress-table/write.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';
import { plainRefusal } from '../../../runtime/egress/decision/plain-refusal.ts';
import { Uses } from '../../../runtime/egress/decision/uses.ts';
import { Routes } from '../../../runtime/egress/dial/routes.ts';
import { Gateway } from '../../../runtime/egress/gateway.ts';
import { openInspection } from '../../../runtime/egress/inspection.ts';
import { authorityInMemory } from '../../../runtime/egress/interception/authority-memory.ts';
import { Resolver } from '../../../runtime/egress/names/resolver.ts';
import { SyntheticNames } from '../../../runtime/egress/names/synthetic-names.ts';
import type { Noted } from '../../../runtime/egress/surroundings.ts';
import { Listener } from '../../../runtime/egress/wire/listener.ts';
import { Outside } from './outside.ts';

export type PolicyDigest = `sha256:${string}`;

/** Who calls, and where a connection goes that does not mean the proxy. */
export interface WireCaller {
  readonly binary: string;
  readonly sha256: string | null;
  readonly to: { readonly address: string; readonly port: number } | null;
}

/**
 * A gateway with all that a real one has, HTTP, HTTP/2 and TLS, before every server of the world. Its clock, its names, its
 * callers and its log are the test's.
 */
export class WireWorld implements AsyncDisposable {
  readonly gateway: Gateway;
  readonly outside: Outside;
  readonly names = new SyntheticNames();
  readonly events: Noted[] = [];
  /** What names resolve to. */
  addresses: ReadonlyMap<string, readonly string[]> = new Map();
  now = Date.UTC(2026, 0, 1);
  /** PEM of the authority that the sandbox trusts. */
  readonly trusted: string;
  readonly #folder: string;
  readonly #memory: number;
  readonly #ports = new Map<string, number>();

  private constructor(parts: {
    readonly outside: Outside;
    readonly folder: string;
    readonly memory: number;
    readonly inspection: Awaited<ReturnType<typeof openInspection>>;
  }) {
    this.outside = parts.outside;
    this.#folder = parts.folder;
    this.#memory = parts.memory;
    this.trusted = authorityInMemory(parts.memory, new Date()).pem;
    let turn = 0;
    const resolver = new Resolver(
      async (name) => {
        const addresses = this.addresses.get(name);
        return addresses === undefined ? { ok: false, problem: 'no-such-name' } : { ok: true, addresses };
      },
      // No answer is kept: the test changes what names mean.
      () => (turn += 60_000),
    );
    this.gateway = new Gateway(
      {
        journal: {
          append: (what) => ({
            sequence: this.events.push(what) - 1,
            digest: NO_LINE,
            durable: Promise.resolve(),
          }),
          note: (what) => this.events.push(what) > 0,
        },
        refuse: plainRefusal,
        requested: () => {},
        recorded: (access) => access,
        credentials: [],
        digestOf: async ({ pid }) => this.#digests[pid] ?? null,
        secure: parts.inspection.secure,
        now: () => this.now,
      },
      {
        routes: new Routes(this.outside.dial, resolver, null),
        uses: new Uses(async () => {}),
        names: this.names,
        serving: parts.inspection.serving,
      },
    );
  }

  /** By process id. */
  readonly #digests: (string | null)[] = [null];

  static async open(): Promise<WireWorld> {
    const outside = await Outside.open();
    const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-wire-'));
    const memory = openSync(join(folder, 'memory'), 'w+');
    rmSync(join(folder, 'memory'));
    const corporateAuthorities = join(folder, 'outside.pem');
    writeFileSync(corporateAuthorities, outside.authority.pem);
    const inspection = await openInspection({ memory, trustFolder: null, corporateAuthorities });
    return new WireWorld({ outside, folder, memory, inspection });
  }

  /** Puts a policy in force. */
  async load(egress: EgressPolicy<WrittenPlace>, policy: PolicyDigest): Promise<void> {
    const replaced = await this.gateway.replace(
      JSON.stringify(tableForm({ name: 'test', policy, commit: null, egress, credentials: [] })),
    );
    if (!replaced.ok) throw new Error(`the table is refused: ${replaced.problem}`);
  }

  /** A port of loopback on which all connections are from one caller. */
  portFor(caller: WireCaller): number {
    const key = JSON.stringify(caller);
    let port = this.#ports.get(key);
    if (port === undefined) {
      port = this.#listen(caller);
      this.#ports.set(key, port);
    }
    return port;
  }

  /** What a program that knows no proxy dials for a host. */
  addressFor(host: string): string {
    return isIP(host) === 0 ? this.names.addressOf(host).join('.') : host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.close();
    this.outside.close();
    closeSync(this.#memory);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #listen({ binary, sha256, to }: WireCaller): number {
    const listener = Listener.at('127.0.0.1', 0);
    const { port } = listener;
    const pid = this.#digests.push(sha256) - 1;
    const file = { device: 1n, inode: BigInt(pid), size: 3n, modified: 4n, changed: 5n };
    const destination = to ?? { address: '127.0.0.1', port };
    this.gateway.serve(listener, 4, (family, sourcePort) => ({
      ...{ family, sourcePort, ...destination, pid, binary, file },
    }));
    return port;
  }
}
