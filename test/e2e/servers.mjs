// Servers of the network's tests, in a test network: node servers.mjs ADDRESS CERTIFICATE KEY FOLDER
// 8080 HTTP, 8443 HTTPS (HTTP/1.1 and HTTP/2), 7000 TCP that answers what it got. FOLDER holds git repositories.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';

const [address, certificate, key, folder] = process.argv.slice(2);

/** What `npm view` asks a registry for. */
const PACKAGE = JSON.stringify({
  name: '@scope/thing',
  'dist-tags': { latest: '1.2.3' },
  versions: {
    '1.2.3': { name: '@scope/thing', version: '1.2.3', dist: { tarball: 'http://none.test/t.tgz' } },
  },
});

async function answer(request, response) {
  const { url, method } = request;
  const authority = request.headers[':authority'] ?? request.headers.host;
  if (url.startsWith('/git/')) return serveGit(request, response);
  if (url.startsWith('/@scope')) return response.end(PACKAGE);
  if (url.startsWith('/ok/events')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\n\n');
    return setTimeout(() => response.end('data: two\n\n'), 50);
  }
  const body = await text(request);
  const { authorization = 'none' } = request.headers;
  return response.end(
    `${method} ${url} at ${authority} with ${body.length} bytes, authorization ${authorization}\n`,
  );
}

/** git's own server program, as a web server calls it (git-http-backend(1), RFC 3875). */
function serveGit(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'https://git.test');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname.slice('/git'.length),
      QUERY_STRING: searchParams.toString(),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(backend.stdin);
  const parts = [];
  backend.stdout.on('data', (bytes) => parts.push(bytes));
  backend.stdout.on('end', () => {
    const all = Buffer.concat(parts);
    const end = all.indexOf('\r\n\r\n');
    const fields = all
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': '));
    const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(
      Number(status.slice(0, 3)),
      Object.fromEntries(fields.filter(([name]) => name !== 'Status')),
    );
    response.end(all.subarray(end + 4));
  });
}

createHttpServer(answer).listen(8080, address);
const tls = { cert: readFileSync(certificate), key: readFileSync(key), allowHTTP1: true };
createSecureServer(tls, answer).listen(8443, address);
createTcpServer((socket) => socket.on('data', (bytes) => socket.end(`tcp got ${bytes}`))).listen(
  7000,
  address,
  () => process.stdout.write('ready\n'),
);
