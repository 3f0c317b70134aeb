import { once } from 'node:events';
import type { Socket } from 'node:net';
import { GatewayWorld, type WorldOptions } from '../gateway.ts';

/** What endpoints say whose servers are on the loopback. */
export const LOCAL = 'allowed_ips: [127.0.0.0/8]';

/** A tunnel to any port of a host. */
export const tunnel = (host: string, more = LOCAL) =>
  `\n  one: { endpoints: [{ host: "${host}", port: 1-65535, protocol: tcp, ${more} }] }\n`;

/** A gateway that grants a tunnel to `a.example.com`, unless it is told otherwise. */
export const worldWith = (options: Partial<WorldOptions> = {}) =>
  GatewayWorld.with({
    policy: tunnel('a.example.com'),
    names: { 'a.example.com': ['127.0.0.1'] },
    ...options,
  });

/** Why what was no access was refused. */
export const problems = (world: GatewayWorld) =>
  world.events.flatMap((event) => (event.kind === 'malformed' ? [event.problem] : []));

/** Resolves when a socket is closed, however. */
export const closed = async (socket: Socket) => {
  if (!socket.destroyed) await once(socket.resume(), 'close').catch(() => {});
};
