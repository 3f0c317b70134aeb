import { describe, expect, it } from 'vitest';
import { readUpstreamProxy } from '../../../../runtime/egress/dial/upstream-proxy.ts';
import { worldWith } from '../../../support/egress/passages.ts';
import { readText } from '../../../support/gateway.ts';

describe('a proxy outside', () => {
  it('resolves names itself, and is asked for a tunnel', async () => {
    const asked: string[] = [];
    const environment = { HTTPS_PROXY: '', NO_PROXY: 'direct.example.com' };
    await using outer = await worldWith();
    const port = await outer.serverOutside((socket) => {
      socket.once('data', (bytes) => {
        asked.push(bytes.toString());
        socket.end('HTTP/1.1 200 OK\r\n\r\nfrom inside');
      });
    });
    environment.HTTPS_PROXY = `http://me:secret@127.0.0.1:${port}`;
    const read = readUpstreamProxy(environment);
    if (!read.ok) throw new Error(read.problem);
    await using world = await worldWith({ upstream: read.proxy! });
    const { socket, head } = await world.connect('a.example.com:443');
    expect(head).toContain(' 200 ');
    expect(await readText(socket)).toBe('from inside');
    const login = Buffer.from('me:secret').toString('base64');
    expect(asked).toEqual([
      `CONNECT a.example.com:443 HTTP/1.1\r\nHost: a.example.com:443\r\nProxy-Authorization: Basic ${login}\r\n\r\n`,
    ]);
    expect(world.asked).toEqual([]);
    expect(world.decisions()[0]!.access).toMatchObject({ host: 'a.example.com', address: null });
  });

  it.each([
    ['', 'a.example.com', false],
    ['*', 'a.example.com', true],
    ['example.com', 'a.example.com', true],
    ['.example.com', 'a.example.com', true],
    ['*.example.com', 'a.example.com', true],
    ['ample.com', 'a.example.com', false],
    ['example.com:443', 'a.example.com', true],
    ['example.com:80', 'a.example.com', false],
    ['x, example.com', 'a.example.com', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', 'a.example.com', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['[fd00::1]', 'fd00::1', true],
    ['10.0.0.1/8', '10.1.2.3', false],
  ])('is gone past for NO_PROXY=%s and %s: %s', (list, host, expected) => {
    const read = readUpstreamProxy({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: list });
    expect(read.ok && read.proxy!.bypasses(host, 443)).toBe(expected);
  });
});
