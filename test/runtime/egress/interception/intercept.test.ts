import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import {
  connect as connectHttp2,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { execa } from 'execa';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { SecureUpstreams } from '../../../../runtime/egress/interception/secure-upstream.ts';
import { serverTrust } from '../../../../runtime/egress/interception/server-trust.ts';
import { trustEnvironment } from '../../../../runtime/egress/interception/trust-files.ts';
import { serverCertificate } from '../../../support/egress/certificates.ts';
import { type GateOptions, type TestGate, testGate } from '../../../support/egress/gates.ts';
import { gitBackend } from '../../../support/egress/git-backend.ts';
import { intercepting } from '../../../support/egress/intercepting.ts';
import { hostNeeds, program } from '../../../support/host.ts';

const realCurl = program('curl', 'curl');

const HOST = 'service.test';
const PORT = 443;
const own = serverCertificate(HOST);
const stranger = serverCertificate(HOST);
const wrongName = serverCertificate('other.test');

/** Says what it was asked, and by which version of HTTP. */
function say(request: Http2ServerRequest, response: Http2ServerResponse): void {
  let bytes = 0;
  request.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  request.on('end', () => {
    response.setHeader('x-echo', String(request.headers['x-key'] ?? ''));
    response.end(
      `${request.method} ${request.url} ${bytes} ${request.httpVersion} ${request.headers.host ?? request.authority}`,
    );
  });
}

const http2Server = createSecureServer({ key: own.key, cert: own.cert, allowHTTP1: true }, say);
const http1Server = createServer({ key: own.key, cert: own.cert }, say as never);
const strangeServer = createServer({ key: stranger.key, cert: stranger.cert }, say as never);
const wrongServer = createServer({ key: wrongName.key, cert: wrongName.cert }, say as never);
const ports = await Promise.all(
  [http2Server, http1Server, strangeServer, wrongServer].map(
    (server) =>
      new Promise<number>((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
  ),
);
const [http2Port, http1Port, strangePort, wrongPort] = ports as [number, number, number, number];

const upstreams = new SecureUpstreams(serverTrust([own.authority, wrongName.authority]));
let options: Partial<GateOptions> = {};
let gate: TestGate;
let made = 0;
const proxy = await intercepting((host, port) => {
  made += 1;
  gate = testGate({
    host,
    port,
    secure: true,
    upstreams,
    dialPort: http2Port,
    route: `${host} ${made}`,
    ...options,
  });
  return gate;
});
const trust = trustEnvironment(proxy.folder);

beforeEach(() => {
  options = {};
});

afterAll(() => {
  proxy.close();
  for (const server of [http2Server, http1Server, strangeServer, wrongServer]) server.close();
});

const environment = {
  ...trust,
  JAVA_TOOL_OPTIONS: '',
  https_proxy: `http://127.0.0.1:${proxy.port}`,
  NO_PROXY: '',
  no_proxy: '',
};
const run = (command: string, ...words: string[]) =>
  execa(command, words, { env: environment, reject: false, timeout: 15_000 });

/** A tunnel through the proxy, not yet TLS. */
function tunnel(host = HOST, port = proxy.port): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.write(`CONNECT ${host}:${PORT} HTTP/1.1\r\n\r\n`);
    socket.once('data', () => resolve(socket));
  });
}

async function secureTunnel(
  servername: string,
  protocols: readonly string[],
  host = HOST,
): Promise<TLSSocket> {
  const socket = await tunnel(host);
  return new Promise((resolve, reject) => {
    const secure = connectTls(
      { socket, servername, ca: proxy.authority.pem, ALPNProtocols: [...protocols] },
      () => resolve(secure),
    );
    secure.once('error', reject);
  });
}

describe('curl', () => {
  beforeEach((context) => hostNeeds(context, realCurl));

  test('is told what HTTP/2 cannot say to its server, and not that the server cannot be reached', async () => {
    const twice = ['-H', 'Authorization: a', '-H', 'Authorization: b'];
    const { stdout } = await run('curl', '-sS', '--http2', ...twice, `https://${HOST}/`);
    expect(JSON.parse(stdout)).toMatchObject({ status: 400, why: 'gateway-unsayable' });
  });

  test.each([
    ['--http1.1', () => http1Port, '1.1', '1.1'],
    ['--http1.1', () => http2Port, '1.1', '1.1'],
    ['--http2', () => http2Port, '2', '2.0'],
    ['--http2', () => http1Port, '2', '1.1'],
  ])('%s gets an answer', async (version, port, spoken, upstream) => {
    options = { dialPort: port() };
    const { stdout, stderr } = await run(
      'curl',
      '-sS',
      version,
      '-w',
      '\n%{http_version}',
      `https://${HOST}/a?b=c`,
    );
    expect(stderr).toBe('');
    expect(stdout).toBe(`GET /a?b=c 0 ${upstream} ${HOST}\n${spoken}`);
    expect(gate.events.asked).toMatchObject([
      { method: 'GET', path: '/a', query: [['b', 'c']], isWebSocket: false },
    ]);
  });

  test.each([
    ['--http1.1', () => http1Port],
    ['--http2', () => http2Port],
    ['--http2', () => http1Port],
  ])('%s uploads what it does not know the length of', async (version, port) => {
    options = { dialPort: port() };
    const upload = execa('curl', ['-sS', version, '-T', '-', `https://${HOST}/up`], {
      env: environment,
      input: Buffer.alloc(3_000_000),
    });
    expect((await upload).stdout).toContain('PUT /up 3000000');
    expect(gate.events.ended[0]![0]).toBe(3_000_000);
  });

  test.each(['--http1.1', '--http2'])(
    '%s is told why it is refused, and the server not asked',
    async (version) => {
      options = { allows: () => false };
      const { stdout } = await run(
        'curl',
        '-sS',
        version,
        '--suppress-connect-headers',
        '-i',
        '-d',
        'x=1',
        `https://${HOST}/no`,
      );
      expect(stdout).toMatch(/HTTP\/\S+ 403/);
      expect(stdout.toLowerCase()).toContain('nemoclaw-refused: not-granted');
      expect(stdout.toLowerCase()).not.toContain('date:');
      expect(JSON.parse(stdout.split('\n').at(-1)!)).toMatchObject({ why: 'not-granted', request: 'req-1' });
      expect(gate.events.dialled).toBe(0);
    },
  );

  test.each(['--http1.1', '--http2'])(
    '%s sends a credential by what stands for it, and does not see it',
    async (version) => {
      options = { credentials: [{ placeholder: 'nemoclaw-1', secret: 'real', fields: [] }] };
      const { stdout } = await run(
        'curl',
        '-sS',
        version,
        '-i',
        '-H',
        'X-Key: nemoclaw-1',
        `https://${HOST}/`,
      );
      expect(stdout).toContain('x-echo: nemoclaw-1');
      expect(stdout).not.toContain('real');
    },
  );

  test('verifies the certificate of an address as it does that of a name', async () => {
    options = { allows: () => false };
    const { stdout, stderr } = await run('curl', '-sS', '-i', 'https://127.0.0.1/');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/HTTP\/\S+ 403/);
  });
});

test('node, by its own https and the variable for it', async () => {
  const script = `
    const net = require('node:net'), https = require('node:https');
    const socket = net.connect(${proxy.port}, '127.0.0.1');
    socket.write('CONNECT ${HOST}:443 HTTP/1.1\\r\\n\\r\\n');
    socket.once('data', () => https.get({ host: '${HOST}', path: '/node', socket, agent: false }, (answer) => answer.pipe(process.stdout)));`;
  const { stdout, stderr } = await run(process.execPath, '-e', script);
  expect(stderr).toBe('');
  expect(stdout).toBe(`GET /node 0 1.1 ${HOST}`);
});

test('python, by urllib', async (context) => {
  hostNeeds(context, program('python3', 'python3'));
  const script = `import urllib.request; print(urllib.request.urlopen('https://${HOST}/py').read().decode())`;
  const { stdout, stderr } = await run('python3', '-c', script);
  expect(stderr).toBe('');
  expect(stdout).toBe(`GET /py 0 1.1 ${HOST}`);
});

test('git clones and pushes', async (context) => {
  hostNeeds(context, program('git', 'git'));
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-git-'));
  const backend = await gitBackend(join(folder, 'served'), own);
  options = { dialPort: backend.port };
  const git = (...words: string[]) =>
    execa('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', ...words], {
      env: environment,
      cwd: folder,
      timeout: 15_000,
    });
  await git('clone', '-q', `https://${HOST}/repository.git`, 'copy');
  writeFileSync(join(folder, 'copy', 'file'), 'x'.repeat(2_000_000));
  await git('-C', 'copy', 'add', 'file');
  await git('-C', 'copy', 'commit', '-qm', 'A file');
  await git('-C', 'copy', 'push', '-q', 'origin', 'HEAD:refs/heads/main');
  const { stdout } = await git('ls-remote', `https://${HOST}/repository.git`);
  expect(stdout).toContain('refs/heads/main');
  backend.close();
});

test('each host has its own certificate, though contexts are used again while handshakes are under way', async () => {
  const narrow = await intercepting((host, port) => testGate({ host, port, secure: true }), 1);
  const hosts = ['a.test', 'b.test', 'c.test', 'a.test', '127.0.0.1'];
  const sockets = [];
  for (const host of hosts) sockets.push(await tunnel(host, narrow.port));
  const names = await Promise.all(
    sockets.map((socket, at) => {
      const servername = hosts[at] === '127.0.0.1' ? '' : hosts[at]!;
      const secure = connectTls({
        socket,
        servername,
        ca: narrow.authority.pem,
        checkServerIdentity: () => undefined,
      });
      return new Promise((resolve, reject) => {
        secure.once('error', reject);
        secure.once('secureConnect', () => {
          resolve(secure.getPeerCertificate().subjectaltname);
          secure.destroy();
        });
      });
    }),
  );
  expect(names).toEqual(['DNS:a.test', 'DNS:b.test', 'DNS:c.test', 'DNS:a.test', 'IP Address:127.0.0.1']);
  narrow.close();
});

describe('a server', () => {
  beforeEach((context) => hostNeeds(context, realCurl));
  test.each([
    [
      'of an authority that nobody trusts',
      () => strangePort,
      /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/,
    ],
    ['that proves to be another host', () => wrongPort, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])('%s gets nothing', async (_name, port, code) => {
    options = { dialPort: port() };
    const { stdout } = await run('curl', '-sS', '-i', `https://${HOST}/secret`);
    expect(stdout).toContain('nemoclaw-refused: gateway-no-connection');
    expect(stdout).toMatch(code);
  });
});

describe('a client', () => {
  test('that names another host in TLS is cut off', async () => {
    const socket = await tunnel();
    // This client would take any certificate, so that it is the gateway that ends it.
    const secure = connectTls({ socket, servername: 'other.test', rejectUnauthorized: false });
    let heard = '';
    secure.on('data', (bytes) => {
      heard += bytes;
    });
    // In TLS 1.3 the client is done first; what it asks then is read by nobody.
    secure.once('secureConnect', () => secure.write(`GET /a HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`));
    secure.on('error', () => {});
    await once(secure, 'close');
    expect(heard).toBe('');
    expect(gate.events.asked).toMatchObject([]);
  });

  test('that names no host in TLS is served for the host of the tunnel', async () => {
    const socket = await tunnel();
    const secure = connectTls({ socket, ca: proxy.authority.pem, checkServerIdentity: () => undefined });
    await new Promise((resolve) => secure.once('secureConnect', resolve));
    expect(secure.getPeerCertificate().subjectaltname).toBe(`DNS:${HOST}`);
    secure.destroy();
  });

  test('that names another host in a request of HTTP/1 is refused', async () => {
    const secure = await secureTunnel(HOST, ['http/1.1']);
    secure.write('GET / HTTP/1.1\r\nHost: other.test\r\n\r\n');
    const text = String(await new Promise((resolve) => secure.once('data', resolve)));
    expect(text).toContain('HTTP/1.1 421 ');
    expect(text).toContain('nemoclaw-refused: gateway-host-mismatch');
    expect(gate.events.asked).toMatchObject([]);
    secure.destroy();
  });

  test.each([
    ['another authority', { ':authority': 'other.test' }, 421, 'host-mismatch'],
    ['another port', { ':authority': `${HOST}:444` }, 421, 'host-mismatch'],
    ['a host beside the authority', { ':authority': HOST, host: 'other.test' }, 421, 'host-mismatch'],
    ['another scheme', { ':authority': HOST, ':scheme': 'http' }, 400, 'target-form'],
    ['a dot segment', { ':authority': HOST, ':path': '/a/../b' }, 400, 'bad-path'],
    ['a path of another server', { ':authority': HOST, ':path': '//other.test/' }, 400, 'bad-path'],
    ['a query of two readings', { ':authority': HOST, ':path': '/?a=1;b=2' }, 400, 'bad-query'],
    ['a user', { ':authority': `x@${HOST}` }, 400, 'bad-host'],
  ])('that sends %s in HTTP/2 is refused', async (_name, headers, status, why) => {
    const secure = await secureTunnel(HOST, ['h2']);
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
    session.on('error', () => session.destroy());
    const stream = session.request({ ':path': '/', ...headers });
    const answer = await new Promise<Record<string, unknown>>((resolve, reject) => {
      stream.once('response', resolve);
      stream.once('error', reject);
    });
    expect(answer[':status']).toBe(status);
    expect(answer['nemoclaw-refused']).toBe(`gateway-${why}`);
    expect(gate.events.asked).toMatchObject([]);
    session.destroy();
  });

  test.each(['a', '/a b', '*'])('that asks for the path %j in HTTP/2 gets no further', async (path) => {
    const secure = await secureTunnel(HOST, ['h2']);
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
    session.on('error', () => session.destroy());
    const stream = session.request({ ':path': path, ':authority': HOST });
    const status = await new Promise<unknown>((resolve) => {
      stream.once('response', (headers) => resolve(headers[':status']));
      stream.once('error', () => resolve('broken'));
    });
    expect(['broken', 400]).toContain(status);
    expect(gate.events.asked).toMatchObject([]);
    session.destroy();
  });

  test('sees trailers of HTTP/2, as gRPC needs', async () => {
    const server = createSecureServer({ key: own.key, cert: own.cert });
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    options = { dialPort: (server.address() as AddressInfo).port };
    const secure = await secureTunnel(HOST, ['h2']);
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
    const stream = session.request({ ':path': '/', ':method': 'POST', te: 'trailers' });
    const trailers = new Promise<Record<string, unknown>>((resolve) => stream.once('trailers', resolve));
    stream.end('question');
    stream.resume();
    expect((await trailers)['grpc-status']).toBe('0');
    session.destroy();
    server.close();
  });

  test('sees that an answer of HTTP/2 was broken off', async () => {
    const server = createSecureServer({ key: own.key, cert: own.cert });
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      stream.write('half');
      setTimeout(() => stream.destroy(new Error('broken off')), 50);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    options = { dialPort: (server.address() as AddressInfo).port };
    const secure = await secureTunnel(HOST, ['h2']);
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
    const stream = session.request({ ':path': '/' });
    stream.resume();
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.rstCode).toBe(2);
    session.destroy();
    server.close();
  });

  test.each([
    ['HTTP/2', true],
    ['HTTP/1.1', false],
  ])(
    'that breaks off its body is not taken to have ended it by a server of %s',
    async (_name, speaksHttp2) => {
      const ends: string[] = [];
      const take = (asked: Http2ServerRequest): void => {
        asked.on('data', () => {});
        asked.on('end', () => ends.push(asked.stream?.rstCode ? 'broken' : 'whole'));
        asked.on('aborted', () => ends.push('broken'));
        asked.on('error', () => {});
      };
      const server = speaksHttp2
        ? createSecureServer({ key: own.key, cert: own.cert }, take)
        : createServer({ key: own.key, cert: own.cert }, take as never);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      options = { dialPort: (server.address() as AddressInfo).port };
      const secure = await secureTunnel(HOST, ['h2']);
      const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
      const stream = session.request({ ':path': '/', ':method': 'POST' });
      stream.on('error', () => {});
      stream.write('half');
      await new Promise((resolve) => setTimeout(resolve, 150));
      // `close` would end it first.
      stream.destroy(new Error('broken off'));
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(ends).toContain('broken');
      expect(ends).not.toContain('whole');
      session.destroy();
      server.close();
    },
  );

  test('that breaks a stream of HTTP/2 has it broken at the server too, and no other', async () => {
    let broken = 0;
    const server = createSecureServer({ key: own.key, cert: own.cert });
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      stream.on('close', () => {
        if (stream.rstCode !== 0) broken += 1;
      });
      if (headers[':path'] === '/slow') return;
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    options = { dialPort: (server.address() as AddressInfo).port };
    const secure = await secureTunnel(HOST, ['h2']);
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => secure });
    const slow = session.request({ ':path': '/slow' });
    slow.on('error', () => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    slow.close(8);
    const fast = session.request({ ':path': '/fast' });
    const answer = await new Promise<Record<string, unknown>>((resolve) => fast.once('response', resolve));
    expect(answer[':status']).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(broken).toBe(1);
    session.destroy();
    server.close();
  });
});

test('an answer is seen while it comes, not when it is whole', async () => {
  const server = createServer({ key: own.key, cert: own.cert }, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  options = { dialPort: (server.address() as AddressInfo).port };
  const secure = await secureTunnel(HOST, ['http/1.1']);
  secure.write(`GET /events HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  let first = '';
  while (!first.includes('data:')) first += await new Promise((resolve) => secure.once('data', resolve));
  secure.destroy();
  expect(first).toContain('data: 1\n\n');
  server.closeAllConnections();
  server.close();
});
