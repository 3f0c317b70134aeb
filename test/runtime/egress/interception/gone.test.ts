import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { SecureUpstreams } from '../../../../runtime/egress/interception/secure-upstream.ts';
import { serverTrust } from '../../../../runtime/egress/interception/server-trust.ts';
import { serverCertificate } from '../../../support/egress/certificates.ts';
import { testGate } from '../../../support/egress/gates.ts';
import { intercepting } from '../../../support/egress/intercepting.ts';

const HOST = 'service.test';
const own = serverCertificate(HOST);
/** The connections that the server has had. */
const sockets: TLSSocket[] = [];
/** The targets that the server was asked for. */
const asked: string[] = [];
const server = createSecureServer({ key: own.key, cert: own.cert }, (request, response) => {
  asked.push(request.url);
  if (request.url !== '/never') response.end('ok');
});
server.on('secureConnection', (socket: TLSSocket) => void sockets.push(socket));
const dialPort = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
});
const upstreams = new SecureUpstreams(serverTrust([own.authority]));
/** What has to happen before a server is dialled. */
let beforeDialling = Promise.resolve();
const proxy = await intercepting((host, port) => {
  const gate = testGate({ host, port, secure: true, upstreams, dialPort, route: host });
  const dial = async (protocols: readonly string[]) => {
    await beforeDialling;
    return gate.dial(protocols);
  };
  return { ...gate, dial };
});
afterAll(() => {
  proxy.close();
  server.close();
});

async function client() {
  const raw = connect({ port: proxy.port, host: '127.0.0.1' });
  raw.write(`CONNECT ${HOST}:443 HTTP/1.1\r\n\r\n`);
  await new Promise((resolve) => raw.once('data', resolve));
  const secure = connectTls({
    socket: raw,
    servername: HOST,
    ca: proxy.authority.pem,
    ALPNProtocols: ['h2'],
  });
  await new Promise((resolve) => secure.once('secureConnect', resolve));
  const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
  session.on('error', () => {});
  return { raw, session };
}

test.each(['/', '/never'])(
  'a client of HTTP/2 that has gone holds no connection, after asking for %s',
  async (path) => {
    const { raw, session } = await client();
    const request = session.request({ ':path': path });
    request.on('error', () => {});
    if (path === '/') expect(await text(request)).toBe('ok');
    else await new Promise((resolve) => setTimeout(resolve, 50));
    // As a program does that exits: without a word of HTTP/2 or TLS.
    raw.destroySoon();
    await expect.poll(() => proxy.connections()).toBe(0);
  },
);

test('a server of HTTP/2 that ends its connection without a word is connected to again', async () => {
  const { session } = await client();
  expect(await text(session.request({ ':path': '/' }))).toBe('ok');
  const before = sockets.length;
  // The connection itself, under TLS and HTTP/2.
  (sockets.at(-1)! as unknown as { _parent: Socket })._parent.end();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const again = session.request({ ':path': '/' });
  expect(await text(again)).toBe('ok');
  expect(sockets.length).toBe(before + 1);
  session.destroy();
});

test('what was cut while the server was dialled does not reach the server', async () => {
  const { raw, session } = await client();
  // Nobody has a session with the server that could be used.
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  let dial!: () => void;
  beforeDialling = new Promise((resolve) => {
    dial = resolve;
  });
  const request = session.request({ ':path': '/cut' });
  request.on('error', () => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  raw.resetAndDestroy();
  await expect.poll(() => proxy.connections()).toBe(0);
  const before = sockets.length;
  dial();
  await expect.poll(() => sockets.length).toBe(before + 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).not.toContain('/cut');
});
