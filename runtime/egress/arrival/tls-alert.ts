import type { Socket } from 'node:net';

/** Descriptions of RFC 8446 section 6.2. */
const ALERTS = { 'access-denied': 49, 'unrecognized-name': 112 } as const;
const FATAL = 2;
/** Milliseconds in which the client may read what it was told. */
const LINGER = 1_000;

/** Tells a client that began TLS that it ends here, so that it says so instead of guessing. */
export function endWithAlert(socket: Socket, alert: keyof typeof ALERTS): void {
  endWith(socket, Buffer.of(21, 3, 1, 0, 2, FATAL, ALERTS[alert]));
}

/** Sends last words and closes, without losing them to a reset because of bytes that nobody reads. */
export function endWith(socket: Socket, words: Buffer | string): void {
  const timer = setTimeout(() => socket.destroy(), LINGER);
  socket.once('close', () => clearTimeout(timer));
  // Who is turned away may break off before it has read why.
  socket.on('error', () => {});
  socket.removeAllListeners('data');
  socket.on('data', () => {});
  socket.end(words);
  socket.resume();
}
