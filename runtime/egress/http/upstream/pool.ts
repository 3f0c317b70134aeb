import type { RequestGate } from '../request-gate.ts';
import { UpstreamConnection } from './connection.ts';

export interface PoolLimits {
  /** Idle connections that are kept for one route. */
  readonly perRoute: number;
  readonly total: number;
  /** Less than servers wait, so that few are gone when they are taken again. */
  readonly idleMilliseconds: number;
}

const LIMITS: PoolLimits = { perRoute: 64, total: 512, idleMilliseconds: 4000 };
const HTTP_1 = ['http/1.1'];

/** Idle connections to servers, each used again for its own route only: the same address, host, TLS and policy generation. */
export class UpstreamPool {
  readonly #limits: PoolLimits;
  readonly #idle = new Map<string, UpstreamConnection[]>();
  #count = 0;
  #sweep: NodeJS.Timeout | null = null;

  constructor(limits: PoolLimits = LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#count;
  }

  /** An idle connection of the gate's route, or null. */
  idle({ route }: RequestGate): UpstreamConnection | null {
    const list = this.#idle.get(route);
    while (list !== undefined && list.length > 0) {
      const connection = this.#takeLast(route, list);
      if (!connection.isDead) return connection;
    }
    return null;
  }

  /** @throws what the gate's `dial` throws */
  async fresh(gate: RequestGate): Promise<UpstreamConnection> {
    const { stream } = await gate.dial(gate.secure ? HTTP_1 : []);
    return new UpstreamConnection(stream, gate.route);
  }

  /** Takes a connection back that can serve another request. */
  keep(connection: UpstreamConnection): void {
    connection.release();
    const { route } = connection;
    const list = this.#idle.get(route) ?? [];
    if (connection.isDead || list.length >= this.#limits.perRoute || this.#count >= this.#limits.total) {
      connection.destroy();
      return;
    }
    connection.idleSince = Date.now();
    connection.stream.resume();
    if (list.length === 0) this.#idle.set(route, list);
    list.push(connection);
    this.#count += 1;
    this.#sweep ??= setInterval(() => this.#closeOld(), this.#limits.idleMilliseconds / 4).unref();
  }

  /** Closes idle connections, e.g. those of a policy that is no longer in force. @param isMeant all where it is left out */
  drop(isMeant: (route: string) => boolean = () => true): void {
    for (const [route, list] of this.#idle) {
      if (!isMeant(route)) continue;
      while (list.length > 0) this.#takeLast(route, list).destroy();
    }
  }

  #takeLast(route: string, list: UpstreamConnection[]): UpstreamConnection {
    const connection = list.pop()!;
    this.#forget(route, list, 1);
    return connection;
  }

  #forget(route: string, list: readonly UpstreamConnection[], count: number): void {
    this.#count -= count;
    if (list.length === 0) this.#idle.delete(route);
    if (this.#count > 0 || this.#sweep === null) return;
    clearInterval(this.#sweep);
    this.#sweep = null;
  }

  #closeOld(): void {
    const before = Date.now() - this.#limits.idleMilliseconds;
    for (const [route, list] of this.#idle) {
      // The longest idle are first.
      const young = list.findIndex(({ idleSince, isDead }) => !isDead && idleSince > before);
      const old = list.splice(0, young === -1 ? list.length : young);
      for (const connection of old) connection.destroy();
      if (old.length > 0) this.#forget(route, list, old.length);
    }
  }
}
