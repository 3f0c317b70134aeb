import { connect as connectTls } from 'node:tls';
import { headers, opening, outcomeOf } from '../../../../support/egress/http2-bytes.ts';
import {
  headOf,
  opened,
  readAll,
  secured,
  type ToSend,
  toldBy,
  tunnel,
} from '../../../../support/egress/wire-bytes.ts';
import type { WireWorld } from '../../../../support/egress/wire-world.ts';
import type { HostWay, Outcome } from './case.ts';

export const BINARY = '/usr/bin/agent';
/** Of the server that the connections of the corpus are for. */
export const HOST = 'a.example';

/** A gateway as the corpus sees it. */
export class Target {
  readonly world: WireWorld;
  constructor(world: WireWorld) {
    this.world = world;
  }

  get trusted(): readonly string[] {
    return [this.world.trusted, this.world.outside.authority.pem];
  }

  proxy(): number {
    return this.world.portFor({ binary: BINARY, sha256: null, to: null });
  }

  /** As a program reaches it that knows no proxy. */
  direct(host: string, port: number): number {
    const to = { address: this.world.addressFor(host), port };
    return this.world.portFor({ binary: BINARY, sha256: null, to });
  }
}

/** What HTTP says to bytes. */
export async function said(port: number, bytes: string): Promise<Outcome> {
  return wordsOf(await readAll(await opened(port), Buffer.from(bytes, 'latin1')));
}

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';

export function wordsOf(text: string): Outcome {
  if (text === '') return 'cut';
  // The answer to the greeting comes first.
  if (text[0] === '\x05') return text === '\x05\xff' ? 'socks methods' : `socks ${text.charCodeAt(3)}`;
  if (text === ESTABLISHED) return 'answered 200';
  const { status, why } = toldBy(text.replace(ESTABLISHED, ''));
  return why === null ? `answered ${status}` : `${status} ${why}`;
}

/** A connection in TLS that the gateway opens, for HTTP/2. */
export async function http2To(target: Target): Promise<import('node:stream').Duplex> {
  const send = { host: HOST, port: 443 } as ToSend;
  const found = await tunnel(send, target.proxy());
  if ('status' in found) throw new Error(`no tunnel: ${found.status}`);
  const way = { trusted: target.trusted } as Parameters<typeof secured>[2];
  const stream = await secured(found, send, way, ['h2']);
  if (stream === null) throw new Error('no TLS');
  return stream;
}

export async function byHttp2(target: Target, bytes: Buffer): Promise<Outcome> {
  return outcomeOf(await http2To(target), Buffer.concat([opening(), bytes]));
}

/** What the gateway says when a host is named in one of the ways. */
export const BY_WAY: Readonly<Record<HostWay, (target: Target, host: string) => Promise<Outcome>>> = {
  connect: async (target, host) => said(target.proxy(), `CONNECT ${host}:443 HTTP/1.1\r\n\r\n`),
  absolute: async (target, host) =>
    said(target.proxy(), `GET http://${host}/ok/1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
  field: async (target, host) =>
    said(target.direct(HOST, 80), `GET /ok/1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
  socks: async (target, host) => {
    const socket = await opened(target.proxy());
    const name = Buffer.from(host, 'latin1');
    socket.write(Buffer.of(5, 1, 0));
    const request = Buffer.concat([Buffer.of(5, 1, 0, 3, name.length), name, Buffer.of(1, 187)]);
    return wordsOf(await readAll(socket, request));
  },
  http2: (target, host) =>
    byHttp2(
      target,
      headers(1, [
        [':method', 'GET'],
        [':scheme', 'https'],
        [':authority', host],
        [':path', '/ok/1'],
      ]),
    ),
};

/** What TLS says to a server name, after a tunnel or not. */
export async function byServerName(
  port: number,
  authority: string | null,
  servername: string,
): Promise<Outcome> {
  const socket = await opened(port);
  if (authority !== null) {
    socket.write(`CONNECT ${authority} HTTP/1.1\r\n\r\n`);
    const head = await headOf(socket);
    if (!/ 200 /.test(head)) return wordsOf(head);
  }
  return new Promise((resolve) => {
    const secure = connectTls({ socket, servername, rejectUnauthorized: false });
    const finish = (outcome: Outcome) => {
      resolve(outcome);
      secure.destroy();
    };
    secure.once('secureConnect', () => finish('open'));
    secure.on('error', (error: NodeJS.ErrnoException) => {
      const alert = /SSL alert number ([0-9]+)/.exec(error.message)?.[1];
      finish(alert === undefined ? `cut` : `alert ${alert}`);
    });
    secure.once('close', () => finish('cut'));
  });
}
