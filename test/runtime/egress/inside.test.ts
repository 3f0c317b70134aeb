import { describe, expect, test } from 'vitest';
import { InsideWorld, policyWith } from '../../support/egress/inside.ts';
import { answersOf, talk } from '../../support/egress/wire.ts';
import { tableOf } from '../../support/gateway.ts';

const MCP =
  'protocol: mcp, rules: [{ allow: { path: /a, rpc_method: tools/list } }, { allow: { path: /a, tool: "search_*" } }]';
const RPC = 'protocol: json-rpc, rules: [{ allow: { path: /a, rpc_method: "get_*" } }]';
const GRAPHQL =
  'protocol: graphql, rules: [{ allow: { path: /a, operation_type: query } }, { allow: { path: /a, operation_type: mutation, fields: [createIssue] } }]';

const one = /HTTP\/1\.1 [245][\s\S]*?\r\n\r\n[\s\S]+/;
const two = /(HTTP\/1\.1 [245][\s\S]*?\r\n\r\n[\s\S]+){2}/;
const call = (method: string, params: object = {}): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
const tool = (name: string): string => call('tools/call', { name });

test('a request to a host that no entry names is written down with what it asked for', async () => {
  await using inside = await InsideWorld.with(MCP);
  const line = 'GET http://b.example.com:8080/x/y?a=b HTTP/1.1\r\nHost: b.example.com:8080\r\n\r\n';
  const answer = await talk(inside.world.port, [line], one);
  expect(answersOf(answer)).toEqual({ statuses: [403], why: 'not-granted' });
  expect(inside.world.decisions()).toMatchObject([
    {
      why: 'not-granted',
      access: {
        ...{ host: 'b.example.com', port: 8080, address: null },
        http: { method: 'GET', path: '/x/y', query: [['a', 'b']] },
      },
    },
  ]);
  expect(inside.world.asked).toEqual([]);
});

describe('a request of MCP', () => {
  test('goes on byte by byte when its tool is allowed, and is written down with it', async () => {
    await using inside = await InsideWorld.with(MCP);
    const body = ` ${tool('search_web')}\n`;
    const answer = await talk(inside.world.port, [inside.post(body)], one);
    expect(answersOf(answer).statuses).toEqual([200]);
    expect(inside.received.split('\r\n\r\n')[1]).toBe(body);
    expect(inside.decided).toEqual([['granted', { kind: 'call', method: 'tools/call', tool: 'search_web' }]]);
  });

  test('reaches no server when its tool is not allowed', async () => {
    await using inside = await InsideWorld.with(MCP);
    const answer = await talk(
      inside.world.port,
      [inside.post(tool('send_mail')), inside.post(call('tools/list'))],
      two,
    );
    expect(answersOf(answer)).toEqual({ statuses: [403, 200], why: 'not-included' });
    expect(inside.received).not.toContain('send_mail');
    expect(inside.decided[0]).toEqual([
      'not-included',
      { kind: 'call', method: 'tools/call', tool: 'send_mail' },
    ]);
  });

  test('is refused when a batch asks for one thing too much', async () => {
    await using inside = await InsideWorld.with(MCP);
    const answer = await talk(
      inside.world.port,
      [inside.post(`[${tool('search_a')},${tool('send_mail')}]`)],
      one,
    );
    expect(answersOf(answer).statuses).toEqual([403]);
    expect(inside.origin.received).toEqual([]);
  });

  test('is read from its chunks, which go on as they came', async () => {
    await using inside = await InsideWorld.with(MCP);
    const [start, end] = [tool('search_web').slice(0, 20), tool('search_web').slice(20)];
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const head = inside.request('POST', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n');
    const pieces = [head, chunk(start), chunk(end), '0\r\n\r\n'];
    expect(answersOf(await talk(inside.world.port, pieces, one)).statuses).toEqual([200]);
    expect(inside.received).toContain(`\r\n\r\n${chunk(start)}${chunk(end)}0\r\n\r\n`);
    const other = [head, chunk(tool('send_mail')), '0\r\n\r\n'];
    expect(answersOf(await talk(inside.world.port, other, one)).statuses).toEqual([403]);
  });

  test.each([
    ['compressed', 'application/json', 'Content-Encoding: gzip\r\n', 415, 'its body is compressed'],
    ['of another type', 'text/plain', '', 415, 'its content type is not one of the protocol'],
  ])('is refused when it is %s, and says so', async (_, type, more, status, words) => {
    await using inside = await InsideWorld.with(MCP);
    const answer = await talk(inside.world.port, [inside.post(tool('search_web'), type, more)], one);
    expect(answersOf(answer).statuses).toEqual([status]);
    expect(answer.text).toContain(`what it asks for cannot be read: ${words}`);
    expect(inside.decided).toEqual([['not-included', 'all']]);
    expect(inside.origin.received).toEqual([]);
  });

  test('is refused when a key is there twice, because servers disagree about which counts', async () => {
    await using inside = await InsideWorld.with(MCP);
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/delete"}';
    const answer = await talk(inside.world.port, [inside.post(body)], one);
    expect(answersOf(answer).statuses).toEqual([400]);
    expect(answer.text).toContain('a key is there twice');
  });

  test.each([
    ['by its length', 'Content-Length: 1048577\r\n', ''],
    ['by its chunks', 'Transfer-Encoding: chunked\r\n', `100001\r\n${'x'.repeat(0x100001)}\r\n`],
  ])('is refused when it is too large %s', async (_, framing, body) => {
    await using inside = await InsideWorld.with(MCP);
    const head = inside.request('POST', `Content-Type: application/json\r\n${framing}`);
    const answer = await talk(inside.world.port, [`${head}${body}`], one);
    expect(answersOf(answer).statuses).toEqual([413]);
    expect(answer.text).toContain('its body is larger than 1 MiB');
    expect(inside.origin.received).toEqual([]);
  });

  test('is told to send its body where it waits for that, and the server is not asked again', async () => {
    await using inside = await InsideWorld.with(MCP);
    const body = tool('search_web');
    const whole = inside.post(body, 'application/json', 'Expect: 100-continue\r\n');
    const head = whole.slice(0, -body.length);
    const answer = await talk(inside.world.port, [head, body], /HTTP\/1\.1 200/);
    expect(answersOf(answer).statuses).toEqual([100, 200]);
    expect(inside.received).not.toMatch(/expect/i);
  });

  test('is not judged by a header that goes no further than the gateway', async () => {
    await using inside = await InsideWorld.with(MCP);
    const more = 'Mcp-Method: tools/delete\r\n';
    const seen = inside.post(call('tools/list'), 'application/json', more);
    const ended = inside.post(call('tools/list'), 'application/json', `${more}Connection: mcp-method\r\n`);
    expect(answersOf(await talk(inside.world.port, [seen], one)).statuses).toEqual([400]);
    expect(answersOf(await talk(inside.world.port, [ended], one)).statuses).toEqual([200]);
    expect(inside.received).not.toMatch(/mcp-method/i);
  });

  test('that ends in the middle of its body is decided never', async () => {
    await using inside = await InsideWorld.with(MCP);
    const socket = await inside.connect();
    socket.write(inside.post(tool('search_web')).slice(0, -5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(inside.world.decisions()).toEqual([]);
    expect(inside.origin.received).toEqual([]);
  });

  test('is read by the protocols of the policy that decides, if another one came while its body did', async () => {
    await using inside = await InsideWorld.with(MCP);
    const whole = inside.post('{"query":"{ viewer { login } }"}');
    const socket = await inside.connect();
    socket.write(whole.slice(0, -5));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await inside.world.gateway.replace(tableOf(policyWith(GRAPHQL)));
    socket.write(whole.slice(-5));
    await expect.poll(() => inside.decided.length).toBe(1);
    expect(inside.decided[0]).toMatchObject(['granted', { kind: 'graphql', fields: ['viewer'] }]);
    socket.destroy();
  });
});

describe('a request of JSON-RPC', () => {
  test.each([
    [call('get_balance'), 200],
    [call('send_transaction'), 403],
    [`[${call('get_a')},${call('get_b')}]`, 200],
    [`[${call('get_a')},${call('send_b')}]`, 403],
  ])('%s is answered with %i', async (body, status) => {
    await using inside = await InsideWorld.with(RPC);
    const answer = await talk(inside.world.port, [inside.post(body)], one);
    expect(answersOf(answer).statuses).toEqual([status]);
    expect(inside.origin.received.length).toBe(status === 200 ? 1 : 0);
  });
});

describe('a request of GraphQL', () => {
  const asked = (query: string): string => JSON.stringify({ query });

  test.each([
    [asked('{ viewer { login } }'), 200],
    [asked('mutation { createIssue { id } }'), 200],
    [asked('mutation { a: createIssue { id } deleteIssue { id } }'), 403],
    [asked('mutation { ...F } fragment F on Mutation { deleteIssue { id } }'), 403],
  ])('%s is answered with %i', async (body, status) => {
    await using inside = await InsideWorld.with(GRAPHQL);
    const answer = await talk(inside.world.port, [inside.post(body)], one);
    expect(answersOf(answer).statuses).toEqual([status]);
    expect(inside.origin.received.length).toBe(status === 200 ? 1 : 0);
  });

  test('is read from the URL of a GET', async () => {
    await using inside = await InsideWorld.with(GRAPHQL);
    const get = inside.request('GET', '', '/a?query=%7Bviewer%7Blogin%7D%7D');
    expect(answersOf(await talk(inside.world.port, [get], one)).statuses).toEqual([200]);
    expect(inside.decided[0]).toMatchObject(['granted', { type: 'query', fields: ['viewer'] }]);
  });
});

test('where no protocol is named, nobody waits for a body', async () => {
  await using inside = await InsideWorld.with('access: full');
  const head = inside.post('x'.repeat(10)).slice(0, -10);
  const socket = await inside.connect();
  socket.write(head);
  await expect.poll(() => inside.decided).toEqual([['granted', 'all']]);
  socket.destroy();
});
