import {
  createServer as createHttpServer,
  type IncomingMessage,
  METHODS,
  type ServerResponse,
} from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Dial } from '../../../runtime/egress/dial/dial.ts';
import { issueLeaf, newAuthority } from '../../../runtime/egress/interception/authority.ts';
import { newSigningKey } from '../../../runtime/egress/interception/certificate.ts';
import { connectTo } from '../../../runtime/egress/wire/connection.ts';
import { listening } from './wire.ts';

/** What a server was asked, as it came. */
export interface Arrived {
  readonly id: string;
  /** Null for a stream. */
  readonly method: string | null;
  readonly target: string;
  readonly host: string;
  readonly mark: string;
  readonly body: string;
  /** Where it was dialled. */
  readonly address: string;
  readonly port: number;
}

interface Dialled {
  readonly address: string;
  readonly port: number;
}

/** The header field by which a request can be told from all others, and one that must arrive as it was sent. */
export const ID_FIELD = 'x-access';
export const MARK_FIELD = 'x-mark';
/** A request by a method that Node's own server does not know, as a tunnel carries it. */
const ODD = new RegExp(
  `^(.+) (\\S+) HTTP/1\\.1\r\nHost: (\\S+)\r\n${ID_FIELD}: (\\S+)\r\n${MARK_FIELD}: (.*)\r\n(?:.+\r\n)*\r\n([^]*)$`,
);
const RAW = /^RAW (\S+)\n/;

/**
 * Every server of the world on one port of loopback, at whatever address and port it is dialled: HTTP/1.1, HTTP/2 and TLS for
 * any name, a stream that begins with `RAW ID`, and one that begins with `ECHO `. Keeps what arrived. An answer to `/endless/`
 * goes on until somebody ends it.
 */
export class Outside {
  readonly arrived = new Map<string, Arrived[]>();
  /** Connections that were accepted, and bytes that came on those which said nothing of the kind. */
  accepted = 0;
  readonly strange: string[] = [];
  /** Takes the place of all servers, from the first bytes of a connection on. */
  instead: ((socket: Socket, bytes: Buffer) => void) | null = null;
  readonly authority = newAuthority(new Date());
  port = 0;
  readonly #key = newSigningKey();
  readonly #keyPem = this.#key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  readonly #contexts = new Map<string, SecureContext>();
  readonly #secure = new Map<string, Http2SecureServer>();
  readonly #dialled = new Map<number, Dialled>();
  readonly #plain = createHttpServer((request, response) => this.#answer(request, response));
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) =>
    this.#accept(socket),
  );

  static async open(): Promise<Outside> {
    const outside = new Outside();
    outside.port = await listening(outside.#server);
    return outside;
  }

  /** Dials any address and port here, and remembers which it was. */
  readonly dial: Dial = (address, port) =>
    new Promise((resolve) => {
      connectTo('127.0.0.1', this.port, (status, connection) => {
        if (status !== 0) return resolve({ ok: false, problem: 'unreachable' });
        this.#dialled.set(connection.localPort, { address, port });
        resolve({ ok: true, connection, held: Buffer.alloc(0) });
      });
    });

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.accepted += 1;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes: Buffer) => {
      if (this.instead !== null) return this.instead(socket, bytes);
      const at = this.#dialled.get(socket.remotePort!) ?? { address: 'unknown', port: 0 };
      const raw = RAW.exec(bytes.toString('latin1'));
      if (bytes.toString('latin1', 0, 5) === 'ECHO ') {
        socket.write(bytes);
        socket.pipe(socket);
        return;
      }
      if (raw !== null) {
        this.#keep({ id: raw[1]!, method: null, target: '', host: '', mark: '', body: '', ...at });
        socket.end(`ARRIVED ${raw[1]}\n`);
        return;
      }
      const odd = ODD.exec(bytes.toString('latin1'));
      if (odd !== null && !METHODS.includes(odd[1]!)) {
        const [, method, target, host, id, mark, body] = odd as unknown as string[];
        this.#keep({
          id: id!,
          method: method!,
          target: target!,
          host: host!,
          mark: mark!,
          body: body!,
          ...at,
        });
        socket.end(`HTTP/1.1 200 OK\r\nx-arrived: ${id}\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      socket.pause();
      socket.unshift(bytes);
      // TLS takes what was put back by itself, and would lose it to a stream that flows.
      if (bytes[0] === 22) this.#secureAt(at.address).emit('connection', socket);
      else if (/^[A-Z]+ /.test(bytes.toString('latin1', 0, 20))) {
        this.#plain.emit('connection', socket);
        socket.resume();
      } else this.strange.push(bytes.toString('latin1'));
    });
  }

  /** A server that is the host of whatever name is asked for, and of its own address where none is. */
  #secureAt(address: string): Http2SecureServer {
    let server = this.#secure.get(address);
    if (server === undefined) {
      const leaf = issueLeaf(this.authority, address, this.#key, new Date());
      server = createSecureServer(
        {
          key: this.#keyPem,
          cert: leaf.pem,
          allowHTTP1: true,
          SNICallback: (name, done) => done(null, this.#contextFor(name)),
        },
        (request, response) =>
          this.#answer(request as unknown as IncomingMessage, response as unknown as ServerResponse),
      );
      server.on('sessionError', () => {}).on('tlsClientError', () => {});
      this.#secure.set(address, server);
    }
    return server;
  }

  #contextFor(host: string): SecureContext {
    let context = this.#contexts.get(host);
    if (context === undefined) {
      const cert = issueLeaf(this.authority, host, this.#key, new Date()).pem;
      context = createSecureContext({ key: this.#keyPem, cert });
      this.#contexts.set(host, context);
    }
    return context;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (bytes: Buffer) => pieces.push(bytes));
    request.on('end', () => {
      // One that was broken off ends too, and is none.
      const { rstCode = 0 } = (request as { stream?: { rstCode?: number } }).stream ?? {};
      if (!request.complete || rstCode !== 0) return;
      const { headers, method = '', url = '' } = request;
      const port = request.socket.remotePort!;
      const at = this.#dialled.get(port) ?? { address: 'unknown', port: 0 };
      const id = String(headers[ID_FIELD] ?? 'nameless');
      this.#keep({
        ...{ id, method, target: url, mark: String(headers[MARK_FIELD] ?? ''), ...at },
        host: String(headers[':authority'] ?? headers.host ?? ''),
        body: Buffer.concat(pieces).toString('latin1'),
      });
      response.setHeader('x-arrived', id);
      if (url.startsWith('/endless/')) {
        const more = setInterval(() => response.write('.'), 25);
        response.once('close', () => clearInterval(more));
        response.write('.');
        return;
      }
      response.end(method === 'HEAD' ? undefined : `arrived ${id}`);
    });
  }

  #keep(arrived: Arrived): void {
    const known = this.arrived.get(arrived.id);
    if (known === undefined) this.arrived.set(arrived.id, [arrived]);
    else known.push(arrived);
  }
}
