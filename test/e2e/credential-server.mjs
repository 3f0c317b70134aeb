// A server that wants credentials, in a test network: node credential-server.mjs ADDRESS CERTIFICATE KEY FOLDER RECEIVED
// 8080 HTTP, 8443 HTTPS (HTTP/1.1 and HTTP/2). What it is sent as authorization it writes into RECEIVED, a JSON line each, and
// repeats in a header field, at /echo also in the body. Below /git/ it serves the files of FOLDER to whoever shows Basic credentials.
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { join } from 'node:path';

const [address, certificate, key, folder, received] = process.argv.slice(2);

function answer(request, response) {
  const { pathname } = new URL(request.url, 'https://any.test');
  const { authorization = '' } = request.headers;
  const host = request.headers[':authority'] ?? request.headers.host;
  appendFileSync(
    received,
    `${JSON.stringify({ host, pathname, version: request.httpVersion, authorization })}\n`,
  );
  if (authorization !== '') response.setHeader('x-you-sent', authorization);
  if (pathname === '/echo') return response.end(`${authorization}\n`);
  if (!pathname.startsWith('/git/')) return response.end('ok\n');
  if (!authorization.startsWith('Basic ')) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
    return response.end();
  }
  try {
    return response.end(readFileSync(join(folder, pathname.slice('/git/'.length))));
  } catch {
    response.writeHead(404);
    return response.end();
  }
}

createServer(answer).listen(8080, address);
const tls = { cert: readFileSync(certificate), key: readFileSync(key), allowHTTP1: true };
createSecureServer(tls, answer).listen(8443, address, () => process.stdout.write('ready\n'));
