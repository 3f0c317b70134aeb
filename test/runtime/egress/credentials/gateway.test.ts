import { describe, expect, test } from 'vitest';
import { InsideWorld, OK, policyWith } from '../../../support/egress/inside.ts';
import { answersOf, talk } from '../../../support/egress/wire.ts';
import { tableOf } from '../../../support/gateway.ts';

const held = [
  { name: 'github', placeholder: 'nemoclaw_placeholder_0123', secret: 'the real value' },
  { name: 'other', placeholder: 'nemoclaw_placeholder_4567', secret: 'another real value' },
];
const [github] = held as [(typeof held)[0], (typeof held)[0]];
const ENDPOINT = 'protocol: http, access: full';
const bound = (port: number, more = 'plain_http: true') =>
  `credentials:\n  github: { credential_env: GITHUB_TOKEN, endpoints: [{ host: a.example.com, port: ${port}, ${more} }] }\n`;
const withBinding = (sections = (port: number) => bound(port)) =>
  InsideWorld.with(ENDPOINT, OK, { sections, credentials: held });

const bearer = `Authorization: Bearer ${github.placeholder}\r\n`;
const one = /HTTP\/1\.1 [245][\s\S]*?\r\n\r\n[\s\S]+/;

describe('a placeholder at the gateway', () => {
  test('becomes the secret where it is bound, and the log names it and not its value', async () => {
    await using inside = await withBinding();
    const answer = await talk(inside.world.port, [inside.request('GET', bearer)], one);
    expect(answersOf(answer).statuses).toEqual([200]);
    expect(inside.received).toContain(`Authorization: Bearer ${github.secret}\r\n`);
    expect(inside.world.decisions()).toMatchObject([{ why: 'granted', credentials: ['github'] }]);
    expect(JSON.stringify(inside.world.events)).not.toContain(github.secret);
  });

  test('is not in the log of a request without it', async () => {
    await using inside = await withBinding();
    await talk(inside.world.port, [inside.request('GET', '')], one);
    expect(inside.world.decisions()).toMatchObject([{ why: 'granted', credentials: [] }]);
  });

  test.each([
    ['it is not bound', () => '', 'the credential github is not bound to a.example.com'],
    ['it is unencrypted', (port: number) => bound(port, 'header: authorization'), 'over plain HTTP'],
    [
      'it has another field',
      (port: number) => bound(port, 'header: x-key, plain_http: true'),
      'in x-key and not in authorization',
    ],
  ])('reaches no server where %s; the program and the log are told', async (_, sections, words) => {
    await using inside = await withBinding(sections);
    const answer = await talk(inside.world.port, [inside.request('GET', bearer)], one);
    expect(answersOf(answer)).toEqual({ statuses: [403], why: 'gateway-credential' });
    expect(answer.text).toContain(words);
    expect(inside.origin.received).toEqual([]);
    expect(inside.world.decisions()).toEqual([]);
    expect(inside.world.events).toContainEqual(
      expect.objectContaining({
        kind: 'malformed',
        problem: expect.stringContaining(words),
        asked: `a.example.com:${inside.origin.port}`,
      }),
    );
  });

  test('of what the policy refuses is refused by the policy', async () => {
    const sections = (port: number) => bound(port);
    await using inside = await InsideWorld.with('protocol: http, access: read-only', OK, {
      sections,
      credentials: held,
    });
    const answer = await talk(inside.world.port, [inside.request('DELETE', bearer)], one);
    expect(answersOf(answer)).toEqual({ statuses: [403], why: 'not-included' });
    expect(inside.world.decisions()).toMatchObject([{ why: 'not-included', credentials: [] }]);
  });

  test('follows the policy in force: a binding that is gone holds from the next request on', async () => {
    await using inside = await withBinding();
    await talk(inside.world.port, [inside.request('GET', bearer)], one);
    await inside.world.gateway.replace(tableOf(policyWith(ENDPOINT)));
    const answer = await talk(inside.world.port, [inside.request('GET', bearer)], one);
    expect(answersOf(answer)).toEqual({ statuses: [403], why: 'gateway-credential' });
    expect(inside.origin.received).toHaveLength(1);
  });

  test('does not reach a server from which a policy took it while that was written down or dialled for', async () => {
    await using inside = await withBinding();
    const { world } = inside;
    let release = () => {};
    world.logWaits = new Promise((resolve) => (release = resolve));
    const answer = talk(world.port, [inside.request('GET', bearer)], one);
    await expect.poll(() => world.kinds()).toContain('granted');
    const replaced = world.gateway.replace(tableOf(policyWith(ENDPOINT)));
    release();
    await replaced;
    expect((await answer).text).not.toContain(' 200 ');
    expect(inside.origin.received.join('')).not.toContain(github.secret);
  });

  test('goes along with a request for a WebSocket', async () => {
    await using inside = await InsideWorld.with('protocol: websocket, access: full', OK, {
      sections: (port) => bound(port),
      credentials: held,
    });
    const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n${bearer}`;
    await talk(inside.world.port, [inside.request('GET', upgrade)], one);
    expect(inside.received).toContain(`Authorization: Bearer ${github.secret}\r\n`);
  });
});

test('a secret that was never asked for does not come back either', async () => {
  const [, other] = held as [(typeof held)[0], (typeof held)[0]];
  const answer = `HTTP/1.1 200 OK\r\nX-Leak: ${other.secret}\r\nContent-Length: 2\r\n\r\nok`;
  await using inside = await InsideWorld.with(ENDPOINT, answer, { sections: bound, credentials: held });
  const { text } = await talk(inside.world.port, [inside.request('GET', '')], one);
  expect(text).toContain(`X-Leak: ${other.placeholder}\r\n`);
});
