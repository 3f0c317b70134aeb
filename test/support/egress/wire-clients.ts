import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ID_FIELD, MARK_FIELD } from './outside.ts';
import {
  authorityOf,
  type Client,
  NOTHING,
  opened,
  PATIENCE,
  readAll,
  secured,
  socksTunnel,
  type Told,
  type ToSend,
  told,
  toldBy,
  tunnel,
  type Way,
} from './wire-bytes.ts';

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
const rawTransparent: Client = async (what, way) => through(await opened(way.transparent()), what, way);

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
  transparent: async (what, way) => rawStream(await opened(way.transparent()), what),
} as const satisfies Readonly<Record<string, Client>>;
