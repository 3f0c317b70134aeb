import { describe, expect, it } from 'vitest';
import { operationsAsked, readMessage } from '../../../../runtime/egress/operations/read-operations.ts';
import type { InnerRequest } from '../../../../runtime/egress/operations/request.ts';
import { get, post, requestOf } from './requests.ts';

const UPGRADE = { upgrade: 'websocket', connection: 'keep-alive, Upgrade', 'sec-websocket-version': '13' };

describe('a WebSocket', () => {
  it.each<[string, InnerRequest, string]>([
    ['is opened', get('', UPGRADE), 'only'],
    ['in any case', get('', { ...UPGRADE, upgrade: 'WebSocket' }), 'only'],
    ['by a POST', requestOf('POST', '', '', UPGRADE), 'upgrade'],
    ['with a body', requestOf('GET', '', 'x', UPGRADE), 'upgrade'],
    ['or something else', get('', { ...UPGRADE, upgrade: 'h2c' }), 'upgrade'],
    ['or one of two', get('', { ...UPGRADE, upgrade: ['websocket', 'h2c'] }), 'upgrade'],
    ['or one of a list', get('', { ...UPGRADE, upgrade: 'websocket, h2c' }), 'upgrade'],
    ['in another version', get('', { ...UPGRADE, 'sec-websocket-version': '8' }), 'upgrade'],
    ['without saying so', get('', { ...UPGRADE, connection: 'keep-alive' }), 'upgrade'],
  ])('%s', (_, request, expected) => {
    // Also where entries speak of other protocols, or of none.
    for (const protocols of [[], ['websocket'], ['mcp']] as const) {
      const { operations, unreadable } = operationsAsked(protocols, request);
      expect(unreadable?.why ?? operations.kind).toBe(expected);
      if (unreadable === null) expect(operations).toEqual({ kind: 'only', of: [{ kind: 'upgrade' }] });
      else expect(operations).toEqual({ kind: 'all' });
    }
  });

  it.each<[string, Uint8Array, boolean, unknown]>([
    [
      'text',
      Buffer.from('é'),
      false,
      { ok: true, operations: { kind: 'only', of: [{ kind: 'message', text: 'é' }] } },
    ],
    [
      'bytes',
      Buffer.from('é'),
      true,
      { ok: true, operations: { kind: 'only', of: [{ kind: 'message', text: null }] } },
    ],
    ['text that is none', Uint8Array.from([0xc3]), false, { ok: false, why: 'not-utf8', status: 400 }],
    ['a flood', new Uint8Array(1024 * 1024 + 1), true, { ok: false, why: 'too-large', status: 413 }],
  ])('carries %s', (_, data, isBinary, expected) => {
    expect(readMessage(data, isBinary)).toEqual(expected);
  });
});

describe('several protocols at one place', () => {
  const both = ['mcp', 'graphql'] as const;

  it('have to read a request all of them', () => {
    const call = post('{"jsonrpc":"2.0","method":"a"}');
    expect(operationsAsked(['mcp'], call).operations.kind).toBe('only');
    expect(operationsAsked(both, call)).toEqual({
      operations: { kind: 'all' },
      unreadable: { ok: false, why: 'not-graphql', status: 400 },
    });
  });

  it('add what each of them reads', () => {
    expect(operationsAsked(both, get('query={a}')).operations).toEqual({
      kind: 'only',
      of: [{ kind: 'answer' }, { kind: 'graphql', type: 'query', name: null, fields: ['a'] }],
    });
    const two = post('{"jsonrpc":"2.0","method":"a","query":"{b}"}');
    expect(operationsAsked(both, two).operations).toEqual({
      kind: 'only',
      of: [
        { kind: 'call', method: 'a', tool: null },
        { kind: 'graphql', type: 'query', name: null, fields: ['b'] },
      ],
    });
  });

  it('are none where nobody asks, and then nothing is read', () => {
    const request = {
      ...post('{'),
      get body(): Uint8Array {
        throw new Error('the body was looked at');
      },
    };
    expect(operationsAsked([], request)).toEqual({ operations: { kind: 'all' }, unreadable: null });
    expect(operationsAsked(['websocket'], request).operations).toEqual({ kind: 'all' });
  });
});
