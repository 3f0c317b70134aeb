import { createSecureServer, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SecureUpstreams } from '../../../../../runtime/egress/interception/secure-upstream.ts';
import { serverTrust } from '../../../../../runtime/egress/interception/server-trust.ts';
import { serverCertificate } from '../../../../support/egress/certificates.ts';
import { testGate } from '../../../../support/egress/gates.ts';
import {
  END_HEADERS,
  END_STREAM,
  type Field,
  FRAMES,
  frame,
  headers,
  opening,
  outcomeOf,
} from '../../../../support/egress/http2-bytes.ts';
import { intercepting } from '../../../../support/egress/intercepting.ts';

const HOST = 'service.test';
/** More than the kernel keeps of a connection that nobody reads. */
const LONG = 20_000_000;
const own = serverCertificate(HOST);
/** Answers that are yet to be given. */
const unanswered: Http2ServerResponse[] = [];
const serving = { key: own.key, cert: own.cert, maxSessionMemory: 200 };
const server = createSecureServer(serving, (request, response) => {
  if (request.url === '/long') response.end(Buffer.alloc(LONG, 'x'));
  else if (request.url === '/later') unanswered.push(response);
  else response.end('ok');
});
const dialPort = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
});
const upstreams = new SecureUpstreams(serverTrust([own.authority]));
const proxy = await intercepting((host, port) =>
  testGate({ host, port, secure: true, upstreams, dialPort, route: host }),
);
beforeAll(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterAll(() => {
  vi.useRealTimers();
  proxy.close();
  server.close();
});

async function client() {
  const raw = connect({ port: proxy.port, host: '127.0.0.1' });
  raw.write(`CONNECT ${HOST}:443 HTTP/1.1\r\n\r\n`);
  await new Promise((resolve) => raw.once('data', resolve));
  const secure = connectTls({
    ...{ socket: raw, servername: HOST, ca: proxy.authority.pem, ALPNProtocols: ['h2'] },
  });
  await new Promise((resolve) => secure.once('secureConnect', resolve));
  secure.on('error', () => {});
  return { raw, secure };
}

const real = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Lets time pass for what looks from time to time, and not for connections. */
async function pass(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    vi.advanceTimersByTime(5_000);
    await real(10);
  }
}

const get = (stream: number, path: string) => headers(stream, fields(path));
const fields = (path: string): Field[] => [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', HOST],
  [':path', path],
];
const word = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const WINDOW_UPDATE = 8;
/** That the client takes as much as there is. */
const WIDE = Buffer.concat([
  frame(FRAMES.settings, 0, 0, Buffer.concat([Buffer.of(0, 4), word(0x7fffffff)])),
  frame(WINDOW_UPDATE, 0, 0, word(0x7fff0000 - 1)),
]);
const TOO_LONG = frame(FRAMES.headers, END_STREAM | END_HEADERS, 99, Buffer.alloc(20_000));

/** Errors after which node:http2 of Node 20 does not read on. */
const ENDED: readonly { readonly name: string; readonly send: Buffer; readonly outcome: string }[] = [
  {
    name: 'data without a stream',
    send: frame(FRAMES.data, END_STREAM, 1, Buffer.from('x')),
    outcome: 'goaway 1',
  },
  {
    name: 'fields that are damaged',
    send: frame(FRAMES.headers, END_STREAM | END_HEADERS, 1, Buffer.alloc(6, 0xff)),
    outcome: 'goaway 9',
  },
  { name: 'a frame that is too long', send: TOO_LONG, outcome: 'goaway 6' },
  {
    name: 'the same after a request that is not answered',
    send: Buffer.concat([get(1, '/later'), TOO_LONG]),
    outcome: 'goaway 6',
  },
];

test.each(ENDED)('ten clients that go after $name hold no connection', async ({ send, outcome }) => {
  for (let round = 0; round < 10; round += 1) {
    const { secure } = await client();
    expect(await outcomeOf(secure, Buffer.concat([opening(), send]))).toBe(outcome);
  }
  await pass(10);
  await expect.poll(() => proxy.connections()).toBe(0);
  await expect.poll(() => unanswered.every(({ stream }) => stream.destroyed)).toBe(true);
});

test('a client that stays after its error is told that the connection is over', async () => {
  const { secure } = await client();
  const over = new Promise((resolve) => secure.once('close', resolve));
  secure.resume().write(Buffer.concat([opening(), TOO_LONG]));
  await real(50);
  await pass(10);
  await over;
  await expect.poll(() => proxy.connections()).toBe(0);
});

test.each(['destroy', 'resetAndDestroy'] as const)(
  'a client that goes (%s) while most of an answer is unread holds no connection for long',
  async (go) => {
    const { raw, secure } = await client();
    secure.pause();
    secure.write(Buffer.concat([opening(), WIDE, get(1, '/long')]));
    await real(1_000);
    raw[go]();
    await real(50);
    await pass(130);
    await expect.poll(() => proxy.connections()).toBe(0);
  },
);

test('a client that reads nothing for a while gets the rest of its answer', async () => {
  const { secure } = await client();
  secure.pause();
  secure.write(Buffer.concat([opening(), WIDE, get(1, '/long')]));
  await real(1_000);
  await pass(100);
  expect(await outcomeOf(secure, Buffer.alloc(0), 8_000)).toBe(`answered: ${'x'.repeat(LONG)}`);
});

test('a client that is stopped, and answers no PING, goes on where it was', async () => {
  const { secure } = await client();
  secure.pause();
  secure.write(opening());
  await real(50);
  await pass(290);
  expect(await outcomeOf(secure, get(1, '/'))).toBe('answered: ok');
});

test('a session that is closing waits for the answers of its streams', async () => {
  const { secure } = await client();
  let said = '';
  secure.on('data', (bytes: Buffer) => {
    said += bytes.toString('latin1');
  });
  unanswered.length = 0;
  secure.write(Buffer.concat([opening(), get(1, '/later')]));
  await expect.poll(() => unanswered.length).toBe(1);
  secure.write(frame(FRAMES.goaway, 0, 0, Buffer.alloc(8)));
  await real(50);
  await pass(400);
  unanswered[0]!.end('it came');
  await expect.poll(() => said).toContain('it came');
  await expect.poll(() => proxy.connections()).toBe(0);
});
