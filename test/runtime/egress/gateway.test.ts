import { once } from 'node:events';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { CURL, DIGEST, GatewayWorld, readText, tableOf } from '../../support/gateway.ts';
import { hostNeeds, program } from '../../support/host.ts';

const realCurl = program('curl', 'curl');

const opaque = (host: string, more = '') => `
  one:
    endpoints: [{ host: "${host}", port: 1-65535, protocol: tcp, allowed_ips: [127.0.0.0/8]${more} }]
    binaries: [{ path: ${CURL} }]
`;

describe('a tunnel by CONNECT', () => {
  it('carries what an entry allows, and writes down the decision and the bytes', async () => {
    await using world = await GatewayWorld.with({
      policy: opaque('api.example.com'),
      names: { 'api.example.com': ['127.0.0.1'] },
    });
    const port = await world.echo();
    const { socket, head } = await world.connect(`api.example.com:${port}`);
    expect(head).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.write('hello');
    socket.end(' world');
    expect(await readText(socket)).toBe('hello world');
    await expect.poll(() => world.kinds()).toEqual(['policy', 'granted', 'end']);
    expect(world.decisions()[0]).toEqual({
      kind: 'decision',
      policy: DIGEST,
      commit: null,
      access: {
        facet: 'egress',
        host: 'api.example.com',
        port,
        binary: CURL,
        sha256: null,
        address: '127.0.0.1',
        http: null,
        at: world.now,
      },
      why: 'granted',
      grant: expect.objectContaining({ id: 'egress:one#0', file: 'agent.yaml', line: 9 }),
      process: { pid: 4321, binary: CURL },
      request: null,
      credentials: [],
    });
    expect(world.events.at(-1)).toEqual({ kind: 'end', decision: 1, sent: 11, received: 11 });
  });

  it('refuses what no entry allows, without asking outside for the name', async () => {
    await using world = await GatewayWorld.with({ policy: opaque('api.example.com') });
    const { socket, head } = await world.connect('evil.example.com:443');
    expect(head).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(head).toContain('\r\nnemoclaw-refused: not-granted\r\n');
    expect(JSON.parse(await readText(socket))).toMatchObject({
      status: 403,
      why: 'not-granted',
      detail: '/usr/bin/curl may not reach evil.example.com:443: no entry of the blueprint allows it',
    });
    expect(world.asked).toEqual([]);
    expect(world.kinds()).toEqual(['policy', 'not-granted']);
  });

  it('works for a real curl, there and back', async (context) => {
    hostNeeds(context, realCurl);
    await using world = await GatewayWorld.with({
      policy: opaque('api.example.com'),
      names: { 'api.example.com': ['127.0.0.1'] },
    });
    const port = await world.serverOutside((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'));
    });
    const url = `http://api.example.com:${port}/`;
    const proxy = ['--proxytunnel', '--proxy', `http://127.0.0.1:${world.port}`];
    const { stdout } = await execa('curl', ['-sS', ...proxy, url]);
    expect(stdout).toBe('hello');
    const socks = ['--socks5-hostname', `127.0.0.1:${world.port}`, '--proxy-user', 'a:b'];
    expect((await execa('curl', ['-sS', ...socks, url])).stdout).toBe('hello');
    const refused = await execa('curl', ['-sS', ...proxy, 'http://other.example.com/'], { reject: false });
    expect(refused.stderr).toContain('403');
  });

  it('is closed when nobody can tell who calls', async () => {
    await using world = await GatewayWorld.with({
      policy: opaque('a.example.com'),
      attribution: 'ambiguous',
    });
    const socket = await world.client();
    if (!socket.destroyed) await once(socket, 'close').catch(() => {});
    expect(world.events.at(-1)).toMatchObject({
      kind: 'malformed',
      problem: 'nobody can tell which program a connection is from (ambiguous)',
    });
  });

  it.each([
    ['no-path', '', 'it has no path'],
    ['long-path', '/work/aaa', 'its path is too long and begins with `/work/aaa`'],
    ['no-utf8', '/work/\ufffd', 'its path is no UTF-8 and begins with `/work/\ufffd`'],
  ] as const)(
    'is closed when its executable has no name (%s), and the log says whereto',
    async (lack, beginning, why) => {
      await using world = await GatewayWorld.with({
        policy: opaque('a.example.com'),
        attribution: {
          ...{ family: 4, sourcePort: 1, address: '198.18.0.1', port: 443, pid: 77 },
          ...{ binary: null, lack, beginning },
        },
      });
      world.names.addressOf('a.example.com');
      const socket = await world.client();
      if (!socket.destroyed) await once(socket, 'close').catch(() => {});
      expect(world.events.slice(1)).toEqual([
        {
          kind: 'malformed',
          problem: `no entry can name the executable of process 77: ${why}`,
          asked: 'a.example.com:443',
          process: null,
        },
      ]);
    },
  );
});

describe('calls that nobody could look into', () => {
  it.each([
    [1, 'a call'],
    [7, '7 calls'],
  ])('are written down within a second, as one line (%i)', async (calls, words) => {
    await using world = await GatewayWorld.with({ policy: opaque('a.example.com') });
    const told = [{ calls, pid: 77, name: 'xs' }];
    world.gateway.watch(() => told.splice(0));
    await expect
      .poll(() => world.events.at(-1), { timeout: 3_000 })
      .toEqual({
        kind: 'malformed',
        problem:
          `${words} of connect() came from programs that the kernel lets nobody look into, as where another user lets them be ` +
          'run and not read, so the gateway carries nothing for them: the last was of process 77, which calls itself `xs`',
        asked: null,
        process: null,
      });
  });

  it('are written down also where the gateway ends before', async () => {
    await using world = await GatewayWorld.with({ policy: opaque('a.example.com') });
    const told = [{ calls: 1, pid: 77, name: 'xs' }];
    world.gateway.watch(() => told.splice(0));
    await world.gateway.close();
    expect(world.events.at(-1)).toMatchObject({ problem: expect.stringContaining('itself `xs`') });
  });
});

describe('a change of the policy', () => {
  it('cuts what is no longer permitted and leaves the rest', async () => {
    await using world = await GatewayWorld.with({
      policy: `${opaque('a.example.com')}
  two: { endpoints: [{ host: b.example.com, port: 1-65535, protocol: tcp, allowed_ips: [127.0.0.0/8] }] }`,
      names: { 'a.example.com': ['127.0.0.1'], 'b.example.com': ['127.0.0.1'] },
    });
    const port = await world.echo();
    const a = await world.connect(`a.example.com:${port}`);
    const b = await world.connect(`b.example.com:${port}`);
    const bClosed = once(b.socket, 'close').catch(() => {});
    const replaced = await world.gateway.replace(
      tableOf(opaque('a.example.com'), `sha256:${'c'.repeat(64)}`),
    );
    expect(replaced).toEqual({ ok: true, policy: `sha256:${'c'.repeat(64)}`, name: 'test', cut: 1 });
    await bClosed;
    expect(b.socket.destroyed).toBe(true);
    a.socket.end('still here');
    expect(await readText(a.socket)).toBe('still here');
  });

  it('keeps the one before when the new one cannot be read, and says so', async () => {
    await using world = await GatewayWorld.with({
      policy: opaque('a.example.com'),
      names: { 'a.example.com': ['127.0.0.1'] },
    });
    const port = await world.echo();
    expect(await world.gateway.replace('{"version": 9}')).toEqual({
      ok: false,
      problem: 'its version is 9, and 1 is known',
    });
    expect(world.events.at(-1)).toEqual({
      kind: 'kept',
      policy: DIGEST,
      problem: 'its version is 9, and 1 is known',
    });
    expect((await world.connect(`a.example.com:${port}`)).head).toContain(' 200 ');
  });

  it('grants nothing while there is none', async () => {
    await using world = await GatewayWorld.with({ policy: null });
    const { head } = await world.connect('a.example.com:443');
    expect(head).toContain('503');
    expect(head).toContain('nemoclaw-refused: gateway-no-policy');
  });
});
