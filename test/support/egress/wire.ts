import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import {
  type HttpShared,
  type HttpWay,
  httpShared,
  serveHttp,
} from '../../../runtime/egress/http/serve-http.ts';

/** A server of HTTP that answers each head with the same bytes, and keeps what it was sent. */
export interface RawOrigin {
  readonly port: number;
  /** All bytes, by connection. */
  readonly received: string[];
  answer: string | ((socket: Socket) => void);
  close(): void;
}

export async function rawOrigin(answer: RawOrigin['answer']): Promise<RawOrigin> {
  const received: string[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    const index = received.push('') - 1;
    let heads = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      received[index] += bytes.toString('latin1');
      const count = received[index]!.split('\r\n\r\n').length - 1;
      for (; heads < count; heads += 1) {
        if (typeof origin.answer === 'string') socket.write(origin.answer, 'latin1');
        else origin.answer(socket);
      }
    });
  });
  const origin: RawOrigin = { port: await listening(server), received, answer, close: () => server.close() };
  return origin;
}

/** Serves HTTP as a gateway does, one way for all connections. */
export async function servedHttp(
  wayOf: () => HttpWay,
  shared: HttpShared = httpShared(),
): Promise<{ readonly port: number; readonly shared: HttpShared; close(): void }> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    serveHttp(socket, wayOf(), shared),
  );
  return { port: await listening(server), shared, close: () => server.close() };
}

export function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** What came back on a connection, and how it ended. */
export interface Talk {
  readonly text: string;
  readonly end: 'closed' | 'reset' | 'open';
}

/**
 * Sends pieces one after the other and reads what comes back.
 *
 * @param until gives up waiting once it has come; else when the connection closes
 */
export function talk(port: number, pieces: readonly string[], until: RegExp | null = null): Promise<Talk> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let text = '';
    const finish = (end: Talk['end']): void => {
      clearTimeout(timer);
      resolve({ text, end });
      socket.destroy();
    };
    const timer = setTimeout(() => finish('open'), 5000);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (until?.test(text)) finish('open');
    });
    socket.on('end', () => finish('closed'));
    socket.on('error', () => finish('reset'));
    socket.on('connect', async () => {
      for (const [at, piece] of pieces.entries()) {
        if (at > 0) await new Promise((next) => setTimeout(next, 15));
        if (!socket.destroyed) socket.write(piece, 'latin1');
      }
    });
  });
}

/** Status codes of the answers in what came back, and why the first refusal was one. */
export function answersOf({ text }: Talk): { readonly statuses: number[]; readonly why: string | null } {
  const statuses = [...text.matchAll(/HTTP\/1\.[01] ([0-9]{3})/g)].map(([, code]) => Number(code));
  return { statuses, why: /nemoclaw-refused: (\S+)/.exec(text)?.[1] ?? null };
}
