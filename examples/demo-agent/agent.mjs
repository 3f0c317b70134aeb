// The agent's JavaScript side: a worker thread and files, then every way to the network that node has.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';

const { DEMO_port4, DEMO_port6, DEMO_socket, DEMO_pid } = process.env;

async function attempt(id, action) {
  try {
    await action();
    console.log(`${id} worked`);
  } catch (error) {
    console.log(`${id} ${error.code ?? error.message}`);
  }
}

async function reach(options) {
  const socket = connect(options);
  await once(socket, 'connect');
  socket.destroy();
}

await attempt('node-worker', async () => {
  const worker = new Worker('require("node:worker_threads").parentPort.postMessage(6 * 7)', { eval: true });
  const [answer] = await once(worker, 'message');
  if (answer !== 42) throw new Error('the worker was wrong');
});
await attempt('node-report', async () => {
  const text = await readFile('README.md', 'utf8');
  await writeFile('report.json', JSON.stringify({ length: text.length }));
});
await attempt('node-own-server', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await reach({ host: '127.0.0.1', port: server.address().port });
  server.close();
});
/** The gateway answers what it refuses itself, and says why in a header. */
async function fetchPage(url) {
  const { status, headers } = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const why = headers.get('nemoclaw-refused');
  if (why !== null) throw Object.assign(new Error(why), { code: `${status} ${why.split(';')[0]}` });
}

await attempt('connect-ipv4', () => reach({ host: '127.0.0.1', port: Number(DEMO_port4) }));
await attempt('connect-ipv6', () => reach({ host: '::1', port: Number(DEMO_port6) }));
await attempt('unix-socket', () => reach({ path: DEMO_socket }));
await attempt('fetch-page', () => fetchPage('http://example.com/'));
await attempt('node-kill-outside', async () => process.kill(Number(DEMO_pid), 'SIGTERM'));
