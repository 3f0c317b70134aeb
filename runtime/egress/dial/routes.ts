import { isIP } from 'node:net';
import type { Resolver } from '../names/resolver.ts';
import type { Dial, Dialled } from './dial.ts';
import { tunnelThrough } from './through-proxy.ts';
import type { UpstreamProxy } from './upstream-proxy.ts';

/** What was decided about, so that nothing else is dialled. */
export interface Destination {
  /** In its one spelling. */
  readonly host: string;
  readonly port: number;
  /** Null where a proxy outside resolves the name. */
  readonly address: string | null;
}

/** How the outside is reached: directly, or through the host's own proxy. */
export class Routes {
  readonly #dial: Dial;
  readonly #resolver: Resolver;
  readonly #proxy: UpstreamProxy | null;

  constructor(dial: Dial, resolver: Resolver, proxy: UpstreamProxy | null) {
    this.#dial = dial;
    this.#resolver = resolver;
    this.#proxy = proxy;
  }

  /**
   * Addresses that may be dialled for a host; `[null]` where the proxy outside resolves its name. Then an entry is chosen by
   * name alone, and which addresses are private is the proxy's affair.
   */
  async addressesOf(host: string, port: number): Promise<readonly (string | null)[]> {
    if (isIP(host) !== 0) return [host];
    if (this.#proxy !== null && !this.#proxy.bypasses(host, port)) return [null];
    const resolved = await this.#resolver.addressesOf(host);
    return resolved.ok ? resolved.addresses : [];
  }

  async dial({ host, port, address }: Destination): Promise<Dialled> {
    const proxy = this.#proxy;
    if (proxy === null || proxy.bypasses(host, port)) {
      if (address === null) return { ok: false, problem: 'unreachable' };
      return this.#dial(address, port);
    }
    const found = isIP(proxy.host) ? proxy.host : await this.#firstAddress(proxy.host);
    if (found === null) return { ok: false, problem: 'unreachable' };
    const dialled = await this.#dial(found, proxy.port);
    if (!dialled.ok) return dialled;
    return tunnelThrough(dialled.connection, { host: address ?? host, port }, proxy.authorization);
  }

  async #firstAddress(name: string): Promise<string | null> {
    const resolved = await this.#resolver.addressesOf(name);
    return resolved.ok ? resolved.addresses[0]! : null;
  }
}
