import type { Socket as DatagramSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { answerQuery } from './answer-query.ts';
import type { SyntheticNames } from './synthetic-names.ts';

const LENGTH_BYTES = 2;
const LONGEST_QUERY = 4096;
const IDLE_MILLISECONDS = 10_000;

/** Answers queries that come to a datagram socket. */
export function serveNames(socket: DatagramSocket, names: SyntheticNames): void {
  socket.on('message', (query, { address, port }) => {
    const answer = answerQuery(query, names);
    // A client that is gone is no matter of ours.
    if (answer !== null) socket.send(answer, port, address, () => {});
  });
}

/** Answers queries on one stream (RFC 7766): each with its length before it. */
export function serveNamesOverStream(socket: Socket, names: SyntheticNames): void {
  let waiting = Buffer.alloc(0);
  socket.setTimeout(IDLE_MILLISECONDS, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.on('data', (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= LENGTH_BYTES) {
      const length = waiting.readUInt16BE(0);
      if (length > LONGEST_QUERY) return void socket.destroy();
      if (waiting.length < LENGTH_BYTES + length) return;
      const answer = answerQuery(waiting.subarray(LENGTH_BYTES, LENGTH_BYTES + length), names);
      waiting = waiting.subarray(LENGTH_BYTES + length);
      if (answer === null) return void socket.destroy();
      const size = Buffer.alloc(LENGTH_BYTES);
      size.writeUInt16BE(answer.length);
      // Whoever asks without reading the answers is waited for no longer than that.
      if (!socket.write(Buffer.concat([size, answer]))) return void socket.destroy();
    }
  });
  socket.resume();
}
