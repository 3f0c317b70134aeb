import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readAllowed } from '../../../runtime/approvals/allowances/folder.ts';
import { stateFolder } from '../../../runtime/sandbox/state-folder.ts';
import { tableOf } from '../../support/gateway.ts';
import { asked } from '../../support/proposals/asked.ts';
import { placeWith } from '../../support/proposals/place.ts';
import { killedCommand } from '../killed-command.ts';
import { nemoclaw } from '../nemoclaw.ts';

/** NEMOCLAW_FUZZ=500 is the long run. */
const KILLS = Math.min(Number(process.env.NEMOCLAW_FUZZ ?? 0) || 20, 2000);
const TABLE = `
  api:
    endpoints: [{ host: api.example.com, port: 443, protocol: rest, access: read-only }]
`;

test(`answers killed ${KILLS} times: each is there whole or not at all, and given again it is there`, {
  timeout: 60_000 + KILLS * 6_000,
}, async () => {
  const place = await placeWith(
    Array.from({ length: KILLS + 1 }, (_, at) => asked('POST', `/v1/items/${at}`)),
  );
  const state = stateFolder(place.root);
  mkdirSync(join(place.root, 'egress'));
  writeFileSync(state.egressTable, tableOf(TABLE));
  const [warm, ...ids] = place.ids;
  const argvFor = (id: string, at: number) => {
    const answer = at % 2 === 0 ? ['allow', id, '--for', '15m', '--no-propose'] : ['deny', id];
    return ['egress', ...answer, '--reason', 'r', '--state', place.root];
  };
  const began = Date.now();
  expect((await nemoclaw(argvFor(warm!, 0))).exitCode).toBe(0);
  const whole = Date.now() - began;
  let killed = 0;
  let answered = 0;
  for (const [at, id] of ids.entries()) {
    const argv = argvFor(id, at);
    // The end of a command is where it writes.
    const when = whole * (0.5 + ((at * 0.618) % 0.6));
    if (await killedCommand(argv, place.root, {}, wait(when))) killed += 1;
    const said = at % 2 === 0 ? 'allowed' : 'denied';
    const before = await stateOf(id);
    expect(['pending', said]).toContain(before);
    if (before === said) answered += 1;
    const { allowances, damaged } = readAllowed(state.egressAllowed, Date.now());
    expect(damaged).toEqual([]);
    const isLetThrough = allowances.some(({ request }) => request === id);
    if (said === 'denied') expect(isLetThrough).toBe(false);
    // Nothing is said to be let through that is not; the other way round the next answer sets right.
    else if (before === 'allowed') expect(isLetThrough).toBe(true);
    const again = await nemoclaw(argv);
    expect({ exitCode: again.exitCode, state: await stateOf(id) }).toEqual({ exitCode: 0, state: said });
  }
  expect(killed).toBeGreaterThan(KILLS / 4);
  expect(answered).toBeLessThan(KILLS);

  async function stateOf(id: string): Promise<string> {
    const shown = await nemoclaw(['egress', 'show', id, '--state', place.root, '-o', 'json']);
    expect({ exitCode: shown.exitCode, stderr: shown.stderr }).toEqual({ exitCode: 0, stderr: '' });
    return (JSON.parse(shown.stdout) as { state: string }).state;
  }
});
