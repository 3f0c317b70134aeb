import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readOperations } from '../../../../runtime/egress/operations/read-operations.ts';
import type { InnerRequest } from '../../../../runtime/egress/operations/request.ts';
import { get, post, requestOf } from './requests.ts';

/** The operations in words, or why there are none. */
function said(protocol: 'json-rpc' | 'mcp', request: InnerRequest): string {
  const reading = readOperations(protocol, request);
  if (!reading.ok) return `${reading.status} ${reading.why}`;
  const { operations } = reading;
  if (operations.kind !== 'only') return operations.kind;
  return operations.of
    .map((one) =>
      one.kind === 'call' ? (one.tool === null ? one.method : `${one.method} ${one.tool}`) : one.kind,
    )
    .join(', ');
}

const call = (rest: string) => post(`{"jsonrpc":"2.0",${rest}}`);
const tool = (params: string) => call(`"id":1,"method":"tools/call","params":${params}`);

describe('JSON-RPC', () => {
  it.each<[string, InnerRequest, string]>([
    ['a call', call('"id":1,"method":"reports.search","params":{"q":1}'), 'reports.search'],
    ['a notification', call('"method":"a","params":[1]'), 'a'],
    ['without parameters', call('"id":"x","method":"a"'), 'a'],
    ['a batch', post('[{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","id":1,"method":"b"}]'), 'a, b'],
    ['an answer', call('"id":1,"result":{}'), 'answer'],
    [
      'an answer in a batch',
      post('[{"jsonrpc":"2.0","id":1,"error":{}},{"jsonrpc":"2.0","method":"b"}]'),
      'answer, b',
    ],
    ['a GET', get(''), 'none'],
    [
      'a charset that is UTF-8',
      post('{"jsonrpc":"2.0","method":"a"}', { 'content-type': 'application/json; charset=UTF-8' }),
      'a',
    ],
    ['an empty batch', post('[]'), '400 batch-size'],
    ['a long batch', post(`[${Array(65).fill('{"jsonrpc":"2.0","method":"a"}').join()}]`), '400 batch-size'],
    ['a batch in a batch', post('[[{"jsonrpc":"2.0","method":"a"}]]'), '400 not-json-rpc'],
    ['no version', post('{"id":1,"method":"a"}'), '400 not-json-rpc'],
    ['version 1', post('{"jsonrpc":"1.0","method":"a"}'), '400 not-json-rpc'],
    ['a version that is a number', post('{"jsonrpc":2.0,"method":"a"}'), '400 not-json-rpc'],
    ['a method that is no text', call('"method":1'), '400 not-json-rpc'],
    ['a method that is nothing', call('"id":1,"method":null'), '400 not-json-rpc'],
    ['a call that is an answer, too', call('"id":1,"method":"a","result":1'), '400 not-json-rpc'],
    ['an answer that is two', call('"id":1,"result":1,"error":1'), '400 not-json-rpc'],
    ['parameters that are a text', call('"method":"a","params":"x"'), '400 not-json-rpc'],
    ['an id that is an object', call('"id":{},"method":"a"'), '400 not-json-rpc'],
    ['nothing at all', post('null'), '400 not-json-rpc'],
    ['the method twice', call('"method":"a","method":"b"'), '400 key-twice'],
    ['the method twice, once escaped', call('"method":"a","m\\u0065thod":"b"'), '400 key-twice'],
    ['the method in another case', call('"method":"a","Method":"b"'), '400 key-in-another-case'],
    ['parameters with a long s', call('"method":"a","param\u017f":{}'), '400 key-in-another-case'],
    ['another type', post('{}', { 'content-type': 'text/plain' }), '415 content-type'],
    ['two types', post('{}', { 'content-type': ['application/json', 'text/plain'] }), '415 content-type'],
    [
      'another charset',
      post('{}', { 'content-type': 'application/json; charset=utf-7' }),
      '415 content-type',
    ],
    ['no type', requestOf('POST', '', '{}', {}), '415 content-type'],
    ['a packed body', post('{}', { 'content-encoding': 'gzip' }), '415 encoded-body'],
    ['a body packed second', post('{}', { 'content-encoding': 'identity, br' }), '415 encoded-body'],
    ['a body that is too large', post(`{"a":"${'x'.repeat(1024 * 1024)}"}`), '413 too-large'],
    ['a body that is no text', post(Uint8Array.from([0xff])), '400 not-utf8'],
    ['a long name', call(`"method":"${'m'.repeat(513)}"`), '413 too-large'],
    ['a GET with a body', requestOf('GET', '', '{}', {}), '400 method'],
    [
      'a PUT',
      requestOf('PUT', '', '{"jsonrpc":"2.0","method":"a"}', { 'content-type': 'application/json' }),
      '400 method',
    ],
  ])('%s', (_, request, expected) => {
    expect(said('json-rpc', request)).toBe(expected);
  });
});

describe('MCP', () => {
  it.each<[string, InnerRequest, string]>([
    ['a tool', tool('{"name":"search_web","arguments":{"name":"other"}}'), 'tools/call search_web'],
    ['no tool', call('"id":1,"method":"tools/list"'), 'tools/list'],
    ['a name that is no tool', call('"id":1,"method":"prompts/get","params":{"name":"x"}'), 'prompts/get'],
    [
      'a batch',
      post(
        '[{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a"}},{"jsonrpc":"2.0","method":"ping"}]',
      ),
      'tools/call a, ping',
    ],
    ['the end of a session', requestOf('DELETE', '', '', {}), 'none'],
    ['no name', tool('{}'), '400 tool-without-name'],
    ['no parameters', call('"id":1,"method":"tools/call"'), '400 tool-without-name'],
    ['parameters in a list', tool('["search_web"]'), '400 tool-without-name'],
    ['a name that is no text', tool('{"name":1}'), '400 tool-without-name'],
    ['an empty name', tool('{"name":""}'), '400 tool-without-name'],
    ['the name twice', tool('{"name":"a","name":"b"}'), '400 key-twice'],
    ['the name in another case', tool('{"name":"a","NAME":"b"}'), '400 key-in-another-case'],
  ])('%s', (_, request, expected) => {
    expect(said('mcp', request)).toBe(expected);
  });

  const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"é"}}';
  it.each<[string, Record<string, string | string[]>, string]>([
    ['the same', { 'mcp-method': 'tools/call', 'mcp-name': 'é' }, 'tools/call é'],
    ['the same, encoded', { 'mcp-name': '=?base64?w6k=?=' }, 'tools/call é'],
    ['another method', { 'mcp-method': 'tools/list' }, '400 header-says-something-else'],
    ['another name', { 'mcp-name': 'e' }, '400 header-says-something-else'],
    ['two names', { 'mcp-name': ['é', 'rm'] }, '400 header-says-something-else'],
  ])('headers that say %s', (_, headers, expected) => {
    expect(said('mcp', post(body, headers))).toBe(expected);
  });
});

test('a method and a tool are read as JSON.parse reads them, whatever the text', () => {
  const texts = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(texts, texts, fc.boolean(), (method, name, isTool) => {
      const message = {
        params: { name, more: [method] },
        method: isTool ? 'tools/call' : method,
        jsonrpc: '2.0',
      };
      const reading = readOperations('mcp', post(JSON.stringify(message)));
      const isReadable = name !== '' || message.method !== 'tools/call';
      expect(reading.ok).toBe(isReadable && method.isWellFormed() && name.isWellFormed());
      if (!reading.ok) return;
      const toolName = message.method === 'tools/call' ? name : null;
      expect(reading.operations).toEqual({
        kind: 'only',
        of: [{ kind: 'call', method: message.method, tool: toolName }],
      });
    }),
    { numRuns: 3000 },
  );
});

test('never throws, and says nothing but what JSON.parse says', () => {
  const pieces = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"jsonrpc"',
      '"2.0"',
      '"method"',
      '"params"',
      '"name"',
      '"id"',
      '1',
      '"a"',
    ],
    ...[
      '"tools/call"',
      '"result"',
      'null',
      '{"jsonrpc":"2.0","method":"a"}',
      '"Method"',
      ' ',
      '"method":"b",',
    ],
  );
  const bodies = fc.oneof(
    fc.array(pieces, { maxLength: 20 }).map((list) => list.join('')),
    fc.uint8Array({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const reading = readOperations('mcp', post(body));
      if (!reading.ok) return;
      const value: unknown = JSON.parse(Buffer.from(body as string).toString());
      const list = (Array.isArray(value) ? value : [value]) as {
        method?: string;
        params?: { name?: string };
      }[];
      const expected = list.map(({ method, params }) => {
        if (method === undefined) return { kind: 'answer' };
        return { kind: 'call', method, tool: method === 'tools/call' ? params?.name : null };
      });
      expect(reading.operations).toEqual({ kind: 'only', of: expected });
    }),
    { numRuns: Number(process.env.NEMOCLAW_FUZZ ?? 0) || 20_000 },
  );
});
