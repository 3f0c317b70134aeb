import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { SecureUpstreams } from '../../../../runtime/egress/interception/secure-upstream.ts';
import { serverTrust } from '../../../../runtime/egress/interception/server-trust.ts';
import { serverCertificate } from '../../../support/egress/certificates.ts';
import { testGate } from '../../../support/egress/gates.ts';
import { intercepting } from '../../../support/egress/intercepting.ts';

const HOST = 'service.test';
const own = serverCertificate(HOST);
let answer = '';
const server = createServer({ key: own.key, cert: own.cert }, (socket: TLSSocket) => {
  socket.on('error', () => {});
  socket.on('data', () => void socket.write(answer, 'latin1'));
});
const dialPort = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
});
const upstreams = new SecureUpstreams(serverTrust([own.authority]));
const proxy = await intercepting((host, port) =>
  testGate({ host, port, secure: true, upstreams, dialPort, route: host }),
);
const unheard: unknown[] = [];
const note = (error: unknown): void => void unheard.push(error);
process.on('uncaughtExceptionMonitor', note);
afterEach(() => expect(unheard.splice(0)).toEqual([]));
afterAll(() => {
  process.off('uncaughtExceptionMonitor', note);
  proxy.close();
  server.close();
});

async function session() {
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
  const client = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
  client.on('error', () => {});
  return client;
}

/** The status and the text of an answer; `broken` where it is not whole. */
async function asked(): Promise<{
  status: number | undefined;
  why: unknown;
  said: string;
  interims: number;
}> {
  const client = await session();
  const request = client.request({ ':path': '/' });
  request.setTimeout(2_000, () => request.close());
  let interims = 0;
  request.on('headers', () => {
    interims += 1;
  });
  const headers = new Promise<IncomingHttpHeaders>((resolve) => {
    request.once('response', resolve);
    request.once('close', () => resolve({}));
  });
  const said = await text(request).catch(() => 'broken');
  const { ':status': status, 'nemoclaw-refused': why } = (await headers) as Record<string, never>;
  client.destroy();
  return { status, why, said, interims };
}

describe('an answer of HTTP/1 that HTTP/2 cannot say', () => {
  test('is refused and ends nothing else', async () => {
    answer = 'HTTP/1.1 200 OK\r\nETag: "a"\r\nETag: "b"\r\nContent-Length: 2\r\n\r\nok';
    expect(await asked()).toMatchObject({ status: 502, why: 'gateway-unsayable' });
  });

  test('goes on without an interim answer that it cannot say', async () => {
    answer =
      'HTTP/1.1 103 Hints\r\nETag: "a"\r\nETag: "b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    expect(await asked()).toMatchObject({ status: 200, said: 'ok' });
  });

  test('goes on without most of many interim answers, which nothing would hold up', async () => {
    answer = `${'HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n'.repeat(500)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`;
    expect(await asked()).toMatchObject({ status: 200, said: 'ok', interims: 64 });
  });

  test('is broken off where its trailers cannot be said', async () => {
    answer =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nETag: "a"\r\nETag: "b"\r\n\r\n';
    expect(await asked()).toMatchObject({ status: 200, said: 'broken' });
  });
});
