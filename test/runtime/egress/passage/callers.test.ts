import { describe, expect, it } from 'vitest';
import { plainRefusal } from '../../../../runtime/egress/decision/plain-refusal.ts';
import { LOCAL, worldWith } from '../../../support/egress/passages.ts';
import { CURL } from '../../../support/gateway.ts';

describe('a pinned program', () => {
  const PIN = 'd'.repeat(64);
  const policy = `
  pinned:
    endpoints: [{ host: a.example.com, port: 1-65535, protocol: tcp, ${LOCAL} }]
    binaries: [{ path: ${CURL}, sha256: ${PIN} }]
  other: { endpoints: [{ host: b.example.com, port: 1-65535, protocol: tcp, ${LOCAL} }] }
`;

  it.each([
    [PIN, 200],
    ['e'.repeat(64), 403],
    [null, 403],
  ])('with the digest %s gets %i', async (digest, status) => {
    await using world = await worldWith({ policy, digestOf: async () => digest });
    const port = await world.echo();
    const { head } = await world.connect(`a.example.com:${port}`);
    expect(head).toContain(` ${status} `);
    expect(world.decisions()[0]!.access).toMatchObject({ sha256: digest });
  });

  it('is looked into only for hosts that want it', async () => {
    let asked = 0;
    const digestOf = async () => {
      asked += 1;
      return null;
    };
    const names = { 'b.example.com': ['127.0.0.1'] };
    await using world = await worldWith({ policy, digestOf, names });
    const port = await world.echo();
    expect((await world.connect(`b.example.com:${port}`)).head).toContain(' 200 ');
    expect(asked).toBe(0);
  });
});

it('a plain refusal names what was asked and by whom', () => {
  const access = {
    facet: 'egress',
    host: 'h',
    port: 1,
    binary: CURL,
    sha256: null,
    address: null,
    http: null,
    at: 0,
  } as const;
  const caller = {
    pid: 1,
    binary: CURL,
    file: { device: 0n, inode: 0n, size: 0n, modified: 0n, changed: 0n },
  };
  const decision = { verdict: 'deny', by: null, why: 'not-granted' } as const;
  expect(
    plainRefusal({ access, decision, entries: [], policy: `sha256:`, caller, scheme: null }).message,
  ).toBe('/usr/bin/curl may not reach h:1: no entry of the blueprint allows it');
});
