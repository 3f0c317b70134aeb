import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';

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
