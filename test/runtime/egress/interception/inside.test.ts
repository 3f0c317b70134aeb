import {
  type ClientHttp2Stream,
  connect as connectHttp2,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Operations } from '../../../../compiler/ir/operation.ts';
import { SecureUpstreams } from '../../../../runtime/egress/interception/secure-upstream.ts';
import { serverTrust } from '../../../../runtime/egress/interception/server-trust.ts';
import { serverCertificate } from '../../../support/egress/certificates.ts';
import { testGate } from '../../../support/egress/gates.ts';
import { intercepting } from '../../../support/egress/intercepting.ts';

const HOST = 'service.test';
const own = serverCertificate(HOST);
const received: string[] = [];

function keep(request: Http2ServerRequest, response: Http2ServerResponse): void {
  let body = '';
  request.on('data', (piece: Buffer) => {
    body += piece.toString('latin1');
  });
  request.on('end', () => {
    received.push(`${request.httpVersion} ${body}`);
    response.end(String(body.length));
  });
}

const servers = [
  createSecureServer({ key: own.key, cert: own.cert }, keep),
  createServer({ key: own.key, cert: own.cert }, keep as never),
];
const ports = await Promise.all(
  servers.map(
    (server) =>
      new Promise<number>((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
  ),
);
const upstreams = new SecureUpstreams(serverTrust([own.authority]));
const VERSIONS = ['2.0', '1.1'];
let decided: Operations[] = [];
let allowsUnread = false;

/** Allows what only searches. */
function allows(operations: Operations): boolean {
  decided.push(operations);
  if (operations.kind !== 'only') return allowsUnread;
  return operations.of.every((one) => one.kind === 'call' && one.tool === 'search');
}

const proxy = await intercepting((host, port) =>
  testGate({
    host,
    port: 443,
    secure: true,
    upstreams,
    dialPort: ports[port]!,
    route: `${host} ${port}`,
    protocols: ['mcp'],
    allows: (_, operations) => allows(operations),
  }),
);

beforeEach(() => {
  received.length = 0;
  decided = [];
  allowsUnread = false;
});

afterAll(() => {
  proxy.close();
  for (const server of servers) server.close();
});

/** TLS for HTTP/2 through the proxy. @param which of the servers */
function secureTo(which: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.once('error', reject);
    socket.write(`CONNECT ${HOST}:${which} HTTP/1.1\r\n\r\n`);
    socket.once('data', () => {
      const secure = connectTls(
        { socket, servername: HOST, ca: proxy.authority.pem, ALPNProtocols: ['h2'] },
        () => resolve(secure),
      );
      secure.once('error', reject);
    });
  });
}

/** Sends one request, and gives the status, and the text of the answer. */
async function ask(
  which: number,
  send: (stream: ClientHttp2Stream) => void,
  headers = {},
): Promise<[unknown, string]> {
  const secure = await secureTo(which);
  const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
  session.on('error', () => session.destroy());
  const stream = session.request({
    ':path': '/mcp',
    ':method': 'POST',
    'content-type': 'application/json',
    ...headers,
  });
  send(stream);
  let text = '';
  stream.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  const status = await new Promise<unknown>((resolve) => {
    stream.once('response', (answer) => resolve(answer[':status']));
    stream.once('error', () => resolve('broken'));
    stream.once('close', () => resolve('closed'));
  });
  if (!stream.readableEnded && !stream.destroyed)
    await new Promise((resolve) => stream.once('close', resolve));
  session.destroy();
  return [status, text];
}

const call = (tool: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } });

describe.each([0, 1])('a stream of HTTP/2 to server %i', (which) => {
  test('goes on byte by byte after its body was decided about', async () => {
    const body = ` ${call('search')} `;
    const [start, end] = [body.slice(0, 30), body.slice(30)];
    const answer = await ask(which, (stream) => {
      stream.write(start);
      setTimeout(() => stream.end(end), 20);
    });
    expect(answer).toEqual([200, String(body.length)]);
    expect(received).toEqual([`${VERSIONS[which]} ${body}`]);
    expect(decided).toEqual([{ kind: 'only', of: [{ kind: 'call', method: 'tools/call', tool: 'search' }] }]);
  });

  test('reaches no server when its tool is not allowed', async () => {
    const [status] = await ask(which, (stream) => stream.end(call('send')));
    expect(status).toBe(403);
    expect(received).toEqual([]);
  });

  test('is decided as anything when it is too large', async () => {
    const body = 'x'.repeat(1024 * 1024 + 1);
    const [status] = await ask(which, (stream) => stream.end(body));
    expect(status).toBe(403);
    expect(decided).toEqual([{ kind: 'all' }]);
    expect(received).toEqual([]);
  });

  test('is passed on whole when it is too large and anything is allowed', async () => {
    allowsUnread = true;
    const body = 'y'.repeat(1024 * 1024 + 70_000);
    expect(await ask(which, (stream) => stream.end(body))).toEqual([200, String(body.length)]);
    expect(received).toEqual([`${VERSIONS[which]} ${body}`]);
  });

  test('is decided never when it is broken off', async () => {
    const [status] = await ask(which, (stream) => {
      stream.write(call('search').slice(0, 20));
      setTimeout(() => stream.destroy(), 30);
    });
    expect(status).toBe('closed');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([decided, received]).toEqual([[], []]);
  });

  test('without a body is decided as what asks for nothing', async () => {
    allowsUnread = true;
    const [status] = await ask(which, (stream) => stream.end(), { ':method': 'GET' });
    expect(status).toBe(200);
    expect(decided).toEqual([{ kind: 'none' }]);
  });
});
