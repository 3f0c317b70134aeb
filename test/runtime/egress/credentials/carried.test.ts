import { describe, expect, test } from 'vitest';
import type { CredentialUse } from '../../../../compiler/ir/credential.ts';
import type { WrittenPlace } from '../../../../compiler/ir/origin.ts';
import { carriedBy } from '../../../../runtime/egress/credentials/carried.ts';
import type { HeldCredential } from '../../../../runtime/egress/credentials/held.ts';

const END = 1_000;
const use = (
  name: string,
  more: Partial<CredentialUse['bindings'][number]> = {},
): CredentialUse<WrittenPlace> => ({
  name,
  bindings: [{ host: 'a.test', port: 443, header: 'authorization', plainHttp: false, ...more }],
  grant: {
    id: `credential:${name}`,
    origin: { file: 'a.yaml', line: 1, column: 1, trail: [] },
    approval: {
      owner: null,
      reason: null,
      ticket: null,
      approvedBy: null,
      expiresAt: END,
      maxUses: null,
      request: null,
    },
  },
});
const one: HeldCredential = { name: 'one', placeholder: 'nemoclaw_placeholder_1', secret: 'secret-one' };
const two: HeldCredential = { name: 'two', placeholder: 'nemoclaw_placeholder_2', secret: 'secret-two' };
const there = { host: 'a.test', port: 443, secure: true };

const request = (fields: Readonly<Record<string, string>>, method = 'GET') => ({
  method,
  fields: Object.entries(fields).map(([name, value]) => ({ name, spelled: name, value })),
});
const bearer = request({ authorization: `Bearer ${one.placeholder}` });

describe('a request', () => {
  test('carries what its header holds and its host may have', () => {
    expect(carriedBy(bearer, there, [two, one], [use('one'), use('two')], 0)).toEqual({
      ok: true,
      names: ['one'],
      credentials: [
        { placeholder: two.placeholder, secret: two.secret, fields: ['authorization'] },
        { placeholder: one.placeholder, secret: one.secret, fields: ['authorization'] },
      ],
    });
  });

  test('carries it within Basic credentials as well', () => {
    const basic = request({ authorization: `Basic ${btoa(`x:${one.placeholder}`)}` });
    expect(carriedBy(basic, there, [one], [use('one')], 0)).toMatchObject({ ok: true, names: ['one'] });
    expect(carriedBy(basic, { ...there, host: 'b.test' }, [one], [use('one')], 0)).toMatchObject({
      ok: false,
    });
  });

  test('without a placeholder carries nothing, and an answer is still looked through', () => {
    expect(carriedBy(request({}), { ...there, host: 'b.test' }, [one], [use('one')], 0)).toEqual({
      ok: true,
      names: [],
      credentials: [{ placeholder: one.placeholder, secret: one.secret, fields: [] }],
    });
  });

  test('of a client to its proxy is no matter: that field goes no further', () => {
    const proxied = request({ 'proxy-authorization': one.placeholder });
    expect(carriedBy(proxied, { ...there, host: 'b.test' }, [one], [], 0)).toMatchObject({
      ok: true,
      names: [],
    });
  });

  test.each([
    [
      'another host',
      bearer,
      { ...there, host: 'b.test' },
      [use('one')],
      0,
      'one is not bound to b.test port 443',
    ],
    [
      'another port',
      bearer,
      { ...there, port: 8443 },
      [use('one')],
      0,
      'one is not bound to a.test port 8443',
    ],
    ['nothing', bearer, there, [use('two')], 0, 'one is not bound to a.test port 443'],
    [
      'plain HTTP',
      bearer,
      { ...there, secure: false },
      [use('one')],
      0,
      'is not sent to a.test port 443 over plain HTTP',
    ],
    [
      'another field',
      request({ 'x-key': one.placeholder }),
      there,
      [use('one')],
      0,
      'one goes to a.test port 443 in authorization and not in x-key',
    ],
    ['what has ended', bearer, there, [use('one')], END, 'the grant of the credential one has ended'],
    [
      'TRACE',
      request({ authorization: one.placeholder }, 'TRACE'),
      there,
      [use('one')],
      0,
      'one is never sent with TRACE',
    ],
  ])('is wrong as a whole towards %s', (_, asked, whereto, uses, at, words) => {
    const carried = carriedBy(asked, whereto, [one], uses, at);
    expect(carried).toMatchObject({ ok: false, name: 'one', problem: expect.stringContaining(words) });
    expect(JSON.stringify(carried)).not.toContain(one.secret);
  });

  test('goes unencrypted where that is written', () => {
    const plain = { ...there, secure: false };
    expect(carriedBy(bearer, plain, [one], [use('one', { plainHttp: true })], END - 1)).toMatchObject({
      ok: true,
      names: ['one'],
    });
  });
});
