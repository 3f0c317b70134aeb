// The least that a proxy for CONNECT can be in Node, as a floor: node bare-proxy.mjs PORT
import { createServer } from 'node:http';
import { connect } from 'node:net';

const proxy = createServer((_, response) => response.writeHead(405).end());
proxy.on('connect', ({ url }, client) => {
  const { hostname, port } = new URL(`tcp://${url}`);
  const far = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
  const cut = () => {
    client.destroy();
    far.destroy();
  };
  client.on('error', cut);
  far.on('error', cut);
  far.once('connect', () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    client.pipe(far);
    far.pipe(client);
  });
});
proxy.listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'));
