import { type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { ID_FIELD, MARK_FIELD } from './outside.ts';

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
  readonly transparent: () => Promise<number>;
  /** PEM of all that the client trusts. */
  readonly trusted: readonly string[];
  /** Shared by the requests that may share connections. */
  readonly agent: HttpAgent;
}

export type Client = (what: ToSend, way: Way) => Promise<Told>;

const NOTHING: Told = { status: null, why: null, arrived: null };
const PATIENCE = 8_000;

export function authorityOf({ host, port }: Pick<ToSend, 'host' | 'port'>): string {
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

/** An answer by its parts; `null` where it is none. */
function told(status: number | null | undefined, header: (name: string) => unknown): Told {
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
async function socksTunnel({ host, port }: ToSend, proxy: number): Promise<Socket | Told> {
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

function head(what: ToSend, target: string, more = 'Connection: close\r\n'): string {
  const { method, id, mark, body } = what;
  const length = body === null ? '' : `Content-Length: ${body.length}\r\n`;
  return `${method} ${target} HTTP/1.1\r\nHost: ${authorityOf(what)}\r\n${ID_FIELD}: ${id}\r\n${MARK_FIELD}: ${mark}\r\n${length}${more}\r\n${body ?? ''}`;
}

function url(what: ToSend): string {
  return `${what.isSecure ? 'https' : 'http'}://${authorityOf(what)}${what.target}`;
}

async function through(found: Socket | Told, what: ToSend, way: Way): Promise<Told> {
  if ('status' in found) return found;
  const stream = what.isSecure ? await secured(found, what, way, ['http/1.1']) : found;
  if (stream === null) return NOTHING;
  return toldBy(await readAll(stream, Buffer.from(head(what, what.target), 'latin1')));
}

function fieldsOf({ id, mark, body }: ToSend): Record<string, string> {
  const length = body === null ? {} : { 'content-length': String(body.length) };
  return { [ID_FIELD]: id, [MARK_FIELD]: mark, ...length };
}

function answered(response: IncomingMessage): Promise<Told> {
  return new Promise((resolve) => {
    const finish = () => resolve(told(response.statusCode, (name) => response.headers[name]));
    response.on('error', finish).on('end', finish).resume();
  });
}

/** The requests of node:http through one agent that keeps its connections, each by a whole URL. */
const viaAgent: Client = (what, way) =>
  new Promise((resolve, reject) => {
    const { method, body } = what;
    const headers = { host: authorityOf(what), ...fieldsOf(what) };
    const request = httpRequest({
      ...{ host: '127.0.0.1', port: way.proxy, agent: way.agent, method, path: url(what), headers },
      setHost: false,
    });
    request.once('response', (response) => answered(response).then(resolve, reject));
    request.once('error', () => resolve(NOTHING));
    request.end(body ?? undefined, 'latin1');
  });

const viaHttps: Client = async (what, way) => {
  const found = await tunnel(what, way.proxy);
  if ('status' in found) return found;
  const secure = await secured(found, what, way, ['http/1.1']);
  if (secure === null) return NOTHING;
  return new Promise((resolve) => {
    const { method, target: path, body } = what;
    const headers = { host: authorityOf(what), ...fieldsOf(what), connection: 'close' };
    const request = httpsRequest({ method, path, headers, createConnection: () => secure as Socket });
    request.once('response', (response) => void answered(response).then(resolve));
    request.once('error', () => resolve(NOTHING));
    request.end(body ?? undefined, 'latin1');
  });
};

const viaHttp2: Client = async (what, way) => {
  const found = await tunnel(what, way.proxy);
  if ('status' in found) return found;
  const secure = await secured(found, what, way, ['h2']);
  if (secure === null) return NOTHING;
  return new Promise((resolve) => {
    const session = connectHttp2(`https://${authorityOf(what)}`, { createConnection: () => secure });
    const finish = (answer: Told) => {
      clearTimeout(timer);
      resolve(answer);
      session.destroy();
    };
    const timer = setTimeout(() => finish(NOTHING), PATIENCE);
    session.on('error', () => finish(NOTHING));
    const stream = session.request({
      ...{ ':method': what.method, ':path': what.target, ':authority': authorityOf(what) },
      ...fieldsOf(what),
    });
    let answer = NOTHING;
    stream.on('response', (headers) => {
      answer = told(headers[':status'], (name) => headers[name]);
    });
    stream.on('error', () => finish(answer));
    stream.on('end', () => finish(answer)).resume();
    stream.end(what.body === null ? undefined : Buffer.from(what.body, 'latin1'));
  });
};

/** The agent of Node's own fetch, which no module gives. */
interface FetchAgent {
  close(): Promise<void>;
}
type Connector = (
  target: { readonly hostname: string; readonly port: string; readonly protocol: string },
  done: (error: Error | null, socket: Duplex | null) => void,
) => void;

const viaFetch: Client = async (what, way) => {
  // The dispatcher is made when fetch is first used.
  await fetch('data:,').catch(() => {});
  const usual = (globalThis as Record<symbol, unknown>)[Symbol.for('undici.globalDispatcher.1')] as object;
  const Agent = usual.constructor as new (options: { connect: Connector }) => FetchAgent;
  let instead: Told = NOTHING;
  const connectTo: Connector = (_target, done) => {
    tunnel(what, way.proxy)
      .then(async (found) => {
        if ('status' in found) {
          instead = found;
          done(new Error('no tunnel'), null);
          return;
        }
        const stream = what.isSecure ? await secured(found, what, way, ['http/1.1']) : found;
        if (stream === null) done(new Error('no TLS'), null);
        else done(null, stream);
      })
      .catch((error: Error) => done(error, null));
  };
  const dispatcher = new Agent({ connect: connectTo });
  try {
    const { 'content-length': _, ...headers } = fieldsOf(what);
    const body = what.body === null ? null : Buffer.from(what.body, 'latin1');
    const options = { method: what.method, headers, body, dispatcher, redirect: 'manual' } as RequestInit;
    const response = await fetch(url(what), options);
    await response.arrayBuffer();
    return told(response.status, (name) => response.headers.get(name));
  } catch {
    return instead;
  } finally {
    await dispatcher.close();
  }
};

const rawAbsolute: Client = async (what, way) =>
  toldBy(await readAll(await opened(way.proxy), Buffer.from(head(what, url(what)), 'latin1')));
const rawConnect: Client = async (what, way) => through(await tunnel(what, way.proxy), what, way);
const rawSocks: Client = async (what, way) => through(await socksTunnel(what, way.proxy), what, way);
const rawTransparent: Client = async (what, way) => through(await opened(await way.transparent()), what, way);

/** By which requests are sent. */
export const REQUEST_CLIENTS = {
  ...{ agent: viaAgent, https: viaHttps, http2: viaHttp2, fetch: viaFetch },
  ...{ absolute: rawAbsolute, connect: rawConnect, socks: rawSocks, transparent: rawTransparent },
} as const satisfies Readonly<Record<string, Client>>;

async function rawStream(found: Socket | Told, { id }: ToSend): Promise<Told> {
  return 'status' in found ? found : toldBy(await readAll(found, `RAW ${id}\n`));
}

/** By which streams are opened that are no HTTP. */
export const STREAM_CLIENTS = {
  connect: async (what, way) => rawStream(await tunnel(what, way.proxy), what),
  socks: async (what, way) => rawStream(await socksTunnel(what, way.proxy), what),
  transparent: async (what, way) => rawStream(await opened(await way.transparent()), what),
} as const satisfies Readonly<Record<string, Client>>;
