import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Takes over a listening TCP socket.
 *
 * @throws Error of the system, with its `code`
 */
export async function listenerOn(descriptor: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  const listening = once(server, 'listening');
  server.listen({ fd: descriptor });
  await listening;
  return server;
}

/**
 * Takes over a bound UDP socket.
 *
 * @throws Error of the system, with its `code`
 */
export async function datagramsOn(descriptor: number, family: 4 | 6): Promise<DatagramSocket> {
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  const listening = once(socket, 'listening');
  socket.bind({ fd: descriptor });
  await listening;
  // An answer that cannot be sent is asked for again.
  socket.on('error', () => {});
  return socket;
}
