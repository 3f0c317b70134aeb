import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { serverCertificate } from '../../support/egress/certificates.ts';
import { readText, tableOf } from '../../support/gateway.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { hostNeeds, program } from '../../support/host.ts';

const realCurl = program('curl', 'curl');

const LOCAL = tableOf(`
  local:
    endpoints: [{ host: localhost.localdomain, port: 1-65535, protocol: tcp, allowed_ips: [127.0.0.0/8] }]
  address:
    endpoints: [{ host: 127.0.0.1, port: 1-65535, protocol: tcp, grant: { owner: "@a", reason: r, max_uses: 2 } }]
`);

async function httpServer(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

let nextPort = 20_000 + (process.pid % 20_000);

async function curl(gateway: GatewayProcess, url: string) {
  const sourcePort = nextPort++;
  gateway.announce(sourcePort);
  const proxy = ['--proxytunnel', '--proxy', `http://127.0.0.1:${gateway.tcpPort}`];
  const argv = ['-sS', '--local-port', String(sourcePort), ...proxy, url];
  return await execa('curl', argv, { reject: false, env: { no_proxy: '' } });
}

function logged(gateway: GatewayProcess): string[] {
  const { audit } = gateway.state;
  return readdirSync(audit)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(audit, file), 'utf8').trimEnd().split('\n'))
    .map((line) => Object.keys(JSON.parse(line)).find((key) => !KEYS.includes(key))!);
}
const KEYS = ['previous', 'sandbox', 'sequence', 'time', 'version'];

async function command(gateway: GatewayProcess, text: string): Promise<object> {
  const socket = connect(gateway.state.egressControl);
  socket.write(`${text}\n`);
  const answer = await readText(socket, '\n');
  socket.destroy();
  return JSON.parse(answer);
}

const INSPECTED = tableOf(`
  api:
    endpoints:
      - host: localhost
        port: 1-65535
        allowed_ips: [127.0.0.0/8]
        rules: [{ allow: { method: GET, path: "/ok/**" } }]
`);

beforeEach((context) => hostNeeds(context, realCurl));

describe('requests through the process', () => {
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    void response.end(`${request.method} ${request.url}`);
  const trust = mkdtempSync(join(tmpdir(), 'nemoclaw-trust-'));
  const certificate = serverCertificate('localhost');

  it.each([
    ['plain', 'http', () => createHttpServer(answer)],
    ['intercepted', 'https', () => createHttpsServer(certificate, answer)],
  ])('are decided one by one: %s', async (_name, scheme, make) => {
    const corporate = join(trust, 'corporate.pem');
    writeFileSync(corporate, certificate.authority);
    await using gateway = await GatewayProcess.with(INSPECTED);
    await gateway.start({ NEMOCLAW_TRUST: trust, NODE_EXTRA_CA_CERTS: corporate });
    const server = make().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const base = `${scheme}://localhost:${(server.address() as AddressInfo).port}`;
    const ask = async (path: string) => {
      const sourcePort = nextPort++;
      gateway.announce(sourcePort);
      const proxy = ['--proxy', `http://127.0.0.1:${gateway.tcpPort}`];
      const argv = ['-sS', '--local-port', String(sourcePort), ...proxy];
      const trusting = ['--cacert', join(trust, 'authorities.pem')];
      const env = { no_proxy: '' };
      return (await execa('curl', [...argv, ...trusting, `${base}${path}`], { reject: false, env })).stdout;
    };
    expect(await ask('/ok/1')).toBe('GET /ok/1');
    const refused = JSON.parse(await ask('/other'));
    expect(refused).toMatchObject({ status: 403, why: 'not-included' });
    expect(refused.detail).toContain(`GET \`${base}/other\``);
    server.close();
    server.closeAllConnections();
    await gateway.stop();
    expect(gateway.stderr).toBe('');
    expect(logged(gateway).filter((kind) => kind === 'decision')).toHaveLength(2);
  });
});

describe('the gateway as a process', () => {
  it('serves the sockets that it was given, and writes the log of its sandbox', async () => {
    await using gateway = await GatewayProcess.with(LOCAL);
    await gateway.start();
    const server = await httpServer();
    const allowed = await curl(gateway, `http://127.0.0.1:${server.port}/`);
    expect([allowed.stdout, allowed.stderr]).toEqual(['hi', '']);
    const refused = await curl(gateway, 'http://evil.example.com/');
    expect(refused.stderr).toContain('403');
    server.close();
    expect(await gateway.stop()).toBe(0);
    expect(gateway.stderr).toBe('');
    expect(logged(gateway)).toEqual(['opened', 'policy', 'decision', 'end', 'decision', 'closed']);
    expect(readdirSync(gateway.state.requests).filter((file) => file.startsWith('req-'))).toHaveLength(1);
  });

  it('writes down what it is told of calls that nobody could look into, without any connection', async () => {
    await using gateway = await GatewayProcess.with(LOCAL);
    await gateway.start();
    const record = Buffer.alloc(80);
    record.writeUInt32LE(record.length, 0);
    record[9] = 3;
    record.writeUInt32LE(77, 28);
    record.writeUInt32LE(5, 32);
    record.writeUInt16LE(2, 76);
    record.write('xs', 78);
    gateway.tell(record);
    await expect.poll(() => logged(gateway), { timeout: 5_000 }).toEqual(['opened', 'policy', 'malformed']);
    await gateway.stop();
    expect(gateway.stderr).toBe('');
  });

  it('dies and comes back: the same decisions, and uses that were used stay used', async () => {
    await using gateway = await GatewayProcess.with(LOCAL);
    await gateway.start();
    const server = await httpServer();
    const url = `http://127.0.0.1:${server.port}/`;
    expect((await curl(gateway, url)).stdout).toBe('hi');
    await gateway.kill();
    await gateway.start();
    expect((await curl(gateway, url)).stdout).toBe('hi');
    expect((await curl(gateway, url)).stderr).toContain('403');
    server.close();
    await gateway.stop();
    expect(logged(gateway).filter((kind) => kind === 'decision')).toHaveLength(3);
  });

  it('has a request that a crash took before it was written, from the log', async () => {
    await using gateway = await GatewayProcess.with(LOCAL);
    await gateway.start();
    expect((await curl(gateway, 'http://refused.example/')).stderr).toContain('403');
    await gateway.kill();
    const { requests } = gateway.state;
    const files = () => readdirSync(requests).filter((name) => name.startsWith('req-'));
    expect(files()).toEqual([]);
    await gateway.start();
    await gateway.stop();
    expect(files()).toHaveLength(1);
    expect(readFileSync(join(requests, files()[0]!), 'utf8')).toContain('refused.example');
  });

  it('answers names with synthetic addresses', async () => {
    await using gateway = await GatewayProcess.with(LOCAL);
    await gateway.start();
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${gateway.udpPort}`]);
    const [address] = await resolver.resolve4('api.example.com');
    expect(address).toBe('198.18.0.1');
    expect(await resolver.resolve4('other.example.com')).toEqual(['198.18.0.2']);
    expect(await resolver.resolve4('api.example.com')).toEqual([address]);
    expect(await resolver.reverse('198.18.0.1')).toEqual(['api.example.com']);
    await expect(resolver.resolve6('api.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('single')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('takes commands on a socket of this user alone', async () => {
    await using gateway = await GatewayProcess.with(LOCAL);
    await gateway.start();
    expect(statSync(gateway.state.egressControl).mode & 0o777).toBe(0o600);
    expect(await command(gateway, '{"status":true}')).toMatchObject({
      ok: true,
      name: 'test',
      connections: 0,
    });
    expect(await command(gateway, '{"status":true,"more":1}')).toEqual({
      ok: false,
      problem: 'it is no command',
    });
    expect(await command(gateway, '{"replace":"/nowhere"}')).toEqual({
      ok: false,
      problem: 'its file cannot be read (ENOENT)',
    });
    writeFileSync(
      gateway.state.egressTable,
      tableOf('  none: { endpoints: [{ host: a.example.com, port: 1, protocol: tcp }] }'),
    );
    const replaced = await command(gateway, JSON.stringify({ replace: gateway.state.egressTable }));
    expect(replaced).toMatchObject({ ok: true, cut: 0 });
    expect((await curl(gateway, 'http://127.0.0.1:9/')).stderr).toContain('403');
  });

  it.each([
    ['no list', { NEMOCLAW_DESCRIPTORS: '6,8' }, '`NEMOCLAW_DESCRIPTORS` does not name 4'],
    [
      'an unknown place',
      { NEMOCLAW_DESCRIPTORS: '4,8,12' },
      '`NEMOCLAW_DESCRIPTORS` names `12`, which is none',
    ],
    [
      'an odd proxy',
      { HTTPS_PROXY: 'socks5://u:secret@x' },
      '`HTTPS_PROXY` is no `http:` URL, and no other is spoken',
    ],
  ])(
    'does not start with %s, and says so in one line without a secret',
    async (_name, environment, message) => {
      await using gateway = await GatewayProcess.with(LOCAL);
      await gateway.start(environment);
      if (gateway.child.exitCode === null) await once(gateway.child, 'exit');
      expect(gateway.child.exitCode).toBe(1);
      expect(JSON.parse(gateway.stderr)).toEqual({ fatal: 'unusable', message });
    },
  );

  it('runs without a table and grants nothing', async () => {
    await using gateway = await GatewayProcess.with(null);
    await gateway.start();
    expect((await curl(gateway, 'http://127.0.0.1:9/')).stderr).toContain('503');
    await gateway.stop();
    expect(logged(gateway)).toEqual(['opened', 'kept', 'malformed', 'closed']);
  });
});
