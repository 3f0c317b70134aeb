import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutsideListeners } from './egress-probes.ts';

/** Listeners on the host's loopback and file system for as long as the probes run. They accept and close. */
export async function listenOutside(): Promise<{ listeners: OutsideListeners; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-verify-'));
  const servers: Server[] = [];
  const listen = async (options: ListenOptions): Promise<Server | null> => {
    const server = createServer((socket) => socket.destroy());
    server.listen(options);
    const isListening = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]);
    if (!isListening) return null;
    servers.push(server);
    return server;
  };
  const ipv4 = await listen({ host: '127.0.0.1', port: 0 });
  if (ipv4 === null) throw new Error('cannot listen on 127.0.0.1');
  const ipv6 = await listen({ host: '::1', port: 0 });
  const socketPath = join(folder, 'outside.sock');
  await listen({ path: socketPath });
  const abstractName = `nemoclaw-verify-${process.pid}`;
  const abstract = await listen({ path: `\0${abstractName}` });
  return {
    listeners: {
      ipv4Port: (ipv4.address() as AddressInfo).port,
      ipv6Port: ipv6 === null ? null : (ipv6.address() as AddressInfo).port,
      socketPath,
      abstractName: abstract === null ? null : abstractName,
    },
    close: () => {
      for (const server of servers) server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
