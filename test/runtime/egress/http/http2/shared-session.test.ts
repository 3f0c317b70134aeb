import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2, createSecureServer } from 'node:http2';
import { type AddressInfo, connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { SecureUpstreams } from '../../../../../runtime/egress/interception/secure-upstream.ts';
import { serverTrust } from '../../../../../runtime/egress/interception/server-trust.ts';
import { serverCertificate } from '../../../../support/egress/certificates.ts';
import { testGate } from '../../../../support/egress/gates.ts';
import { intercepting } from '../../../../support/egress/intercepting.ts';
import { listening } from '../../../../support/egress/wire.ts';

const HOST = 'service.test';
const LONG = Buffer.alloc(20_000_000, 'x');
const MOST_STREAMS = 3;
const own = serverCertificate(HOST);

let sessions = 0;
const settings = { maxConcurrentStreams: MOST_STREAMS };
const server = createSecureServer(
  { key: own.key, cert: own.cert, settings, maxSessionMemory: 1_000 },
  (request, response) => {
    if (request.url === '/long') response.end(LONG);
    else if (request.url === '/endless') response.write('.');
    else request.on('data', () => {}).on('end', () => response.end('ok'));
    // What is sent to `/unread` nobody takes.
    if (request.url === '/unread') request.pause();
  },
);
server.on('session', () => {
  sessions += 1;
});
const serverPort = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
});

/** Bytes that came from the server. */
let came = 0;
const wire = createServer((near) => {
  const far = connect(serverPort, '127.0.0.1');
  far.on('data', (bytes) => (came += bytes.length));
  near.pipe(far).pipe(near);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const)
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
});
const dialPort = await listening(wire);
const upstreams = new SecureUpstreams(serverTrust([own.authority]));
let routes = 0;

/** Clients of a gateway that has no session with the server yet. */
async function gateway() {
  routes += 1;
  const route = `${HOST} ${routes}`;
  const proxy = await intercepting((host, port) =>
    testGate({ host, port, secure: true, upstreams, dialPort, route }),
  );
  const clients: ClientHttp2Session[] = [];
  const client = async (): Promise<ClientHttp2Session> => {
    const raw = connect({ port: proxy.port, host: '127.0.0.1' });
    raw.write(`CONNECT ${HOST}:443 HTTP/1.1\r\n\r\n`);
    await once(raw, 'data');
    const secure = connectTls({
      ...{ socket: raw, servername: HOST, ca: proxy.authority.pem, ALPNProtocols: ['h2'] },
    });
    await once(secure, 'secureConnect');
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
    clients.push(session.on('error', () => {}));
    return session;
  };
  const close = () => {
    for (const one of clients) one.destroy();
    proxy.close();
  };
  return { client, close };
}

afterAll(() => {
  wire.close();
  server.close();
});

/** Asks, and reads nothing but the beginning of an answer. */
async function stalled(client: ClientHttp2Session, path: string): Promise<void> {
  const stream = client.request({ ':path': path });
  stream.on('error', () => {}).pause();
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(200);
}

/** The whole answer as text. */
async function answer(client: ClientHttp2Session, path: string, body = Buffer.alloc(0)): Promise<string> {
  const stream = client.request({ ':path': path, ':method': 'POST' });
  let text = '';
  stream.setEncoding('utf8').on('data', (piece) => (text += piece));
  stream.end(body);
  await once(stream, 'end');
  return text;
}

test('answers that nobody reads hold up no other client of the server, and come as far as their window', async () => {
  came = 0;
  const { client, close } = await gateway();
  const first = await client();
  await stalled(first, '/long');
  await stalled(first, '/long');
  expect(await answer(await client(), '/')).toBe('ok');
  // As much as a server far away may send without hearing from here, and no more.
  await expect.poll(() => came).toBeGreaterThan(2_000_000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(came).toBeLessThan(3_000_000);
  close();
});

test('bodies that a server does not take hold up no other client of it', async () => {
  const { client, close } = await gateway();
  const first = await client();
  const body = Buffer.alloc(3_000_000, 'u');
  for (let round = 1; round < MOST_STREAMS; round++) void answer(first, '/unread', body).catch(() => {});
  expect(await answer(await client(), '/', body)).toBe('ok');
  close();
});

test('answers without end, as many as a server gives at once in a session, keep no other client waiting', async () => {
  const { client, close } = await gateway();
  const before = sessions;
  const first = await client();
  for (let round = 0; round < MOST_STREAMS; round++) await stalled(first, '/endless');
  expect(sessions - before).toBe(1);
  expect(await answer(await client(), '/')).toBe('ok');
  expect(sessions - before).toBe(2);
  close();
});
