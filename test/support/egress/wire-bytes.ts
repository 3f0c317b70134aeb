import type { Agent as HttpAgent } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

/** One request as a client is to send it. */
export interface ToSend {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly mark: string;
  readonly body: string | null;
}

/** What came back. */
export interface Told {
  /** Null where no answer of HTTP came. */
  readonly status: number | null;
  /** What `nemoclaw-refused` begins with. */
  readonly why: string | null;
  /** The id that the server said it had got. */
  readonly arrived: string | null;
}

/** Where a client is to connect to. */
export interface Way {
  /** The gateway as a proxy, for this caller. */
  readonly proxy: number;
  /** The same for one who believes to speak with the server. */
  readonly transparent: () => number;
  /** PEM of all that the client trusts. */
  readonly trusted: readonly string[];
  /** Shared by the requests that may share connections. */
  readonly agent: HttpAgent;
}

export type Client = (what: ToSend, way: Way) => Promise<Told>;

/** Where no answer came. */
export const NOTHING: Told = { status: null, why: null, arrived: null };
/** Milliseconds for an answer. */
export const PATIENCE = 8_000;

export function authorityOf({ host, port }: Pick<ToSend, 'host' | 'port'>): string {
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

/** An answer by its parts; `null` where it is none. */
export function told(status: number | null | undefined, header: (name: string) => unknown): Told {
  const said = (name: string) => {
    const value = header(name);
    return typeof value === 'string' ? value : null;
  };
  const why = said('nemoclaw-refused')?.split(';')[0] ?? null;
  return { status: status ?? null, why, arrived: said('x-arrived') };
}

/** An answer from its text. */
export function toldBy(text: string): Told {
  const raw = /^ARRIVED (\S+)\n/.exec(text)?.[1];
  if (raw !== undefined) return { status: null, why: null, arrived: raw };
  const [, status] = /^HTTP\/1\.1 ([0-9]{3})/.exec(text) ?? [];
  const header = (name: string) => new RegExp(`\r\n${name}: ([^\r]*)`, 'i').exec(text)?.[1];
  return told(status === undefined ? null : Number(status), header);
}

/** Writes and reads until the other side ends. */
export function readAll(stream: Duplex, words: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const finish = () => {
      clearTimeout(timer);
      resolve(text);
      stream.destroy();
    };
    const timer = setTimeout(finish, PATIENCE);
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
    });
    stream.once('end', finish).once('close', finish).on('error', finish);
    if (words.length > 0) stream.write(words);
    stream.resume();
  });
}

export function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** The head of the answer, with what follows it left in the socket. */
export function headOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const finish = () => {
      clearTimeout(timer);
      socket.off('readable', look).off('close', finish).off('end', finish);
      resolve(text);
    };
    const look = () => {
      for (let bytes = socket.read(1) as Buffer | null; bytes !== null; bytes = socket.read(1)) {
        text += bytes.toString('latin1');
        if (text.endsWith('\r\n\r\n')) return finish();
      }
    };
    const timer = setTimeout(finish, PATIENCE);
    socket.on('readable', look).once('end', finish).once('close', finish);
  });
}

/** A tunnel by CONNECT, or what was said instead. */
export async function tunnel(what: Pick<ToSend, 'host' | 'port'>, proxy: number): Promise<Socket | Told> {
  const socket = await opened(proxy);
  const authority = authorityOf(what);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const head = await headOf(socket);
  if (/^HTTP\/1\.1 200 /.test(head)) return socket;
  socket.destroy();
  return toldBy(head);
}

/** A tunnel by SOCKS5, or what was said instead. */
export async function socksTunnel(
  { host, port }: Pick<ToSend, 'host' | 'port'>,
  proxy: number,
): Promise<Socket | Told> {
  const socket = await opened(proxy);
  const name = Buffer.from(host, 'latin1');
  socket.write(Buffer.of(5, 1, 0));
  socket.write(Buffer.concat([Buffer.of(5, 1, 0, 3, name.length), name, Buffer.of(port >> 8, port & 255)]));
  const reply = await new Promise<Buffer | null>((resolve) => {
    const look = () => {
      const bytes: Buffer | null = socket.read(12);
      if (bytes !== null) resolve(bytes);
    };
    socket.on('readable', look).once('close', () => resolve(null));
  });
  socket.removeAllListeners('readable');
  if (reply?.[3] === 0) return socket;
  socket.destroy();
  return { ...NOTHING, why: `socks-${reply?.[3]}` };
}

/** TLS over a connection, or null where it comes to nothing. */
export function secured(socket: Socket, { host }: Pick<ToSend, 'host'>, way: Way, protocols: string[]) {
  return new Promise<Duplex | null>((resolve) => {
    const isAddress = isIP(host) !== 0;
    const secure = connectTls({
      ...{ socket, ca: [...way.trusted], ALPNProtocols: protocols },
      servername: isAddress ? '' : host.toLowerCase(),
      ...(isAddress ? { checkServerIdentity: () => undefined } : {}),
    });
    secure.once('secureConnect', () => resolve(secure));
    secure.on('error', () => resolve(null));
    secure.once('close', () => resolve(null));
  });
}
