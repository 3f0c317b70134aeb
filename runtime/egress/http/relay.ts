import type { Duplex } from 'node:stream';

/**
 * Passes bytes on in both directions until both have ended, or one side breaks. Ends are passed on one by one, and
 * neither side is read faster than the other takes it.
 *
 * @param onEnd called once, with the bytes that went from `client` to `server` and back
 */
export function relay(client: Duplex, server: Duplex, onEnd: (sent: number, received: number) => void): void {
  let sent = 0;
  let received = 0;
  let open = 2;
  const close = (): void => {
    if (open < 0) return;
    open = -1;
    client.destroy();
    server.destroy();
    onEnd(sent, received);
  };
  const direction = (from: Duplex, to: Duplex, count: (bytes: number) => void): void => {
    from.on('data', (bytes: Buffer) => {
      count(bytes.length);
      if (!to.write(bytes)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => to.end());
    from.on('error', close);
    from.on('close', () => {
      open -= 1;
      // A side that closed without an end broke; nothing can follow.
      if (open === 0 || !from.readableEnded) close();
      else to.end();
    });
    from.resume();
  };
  direction(client, server, (bytes) => {
    sent += bytes;
  });
  direction(server, client, (bytes) => {
    received += bytes;
  });
}
