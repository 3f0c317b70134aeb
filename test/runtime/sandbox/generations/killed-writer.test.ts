import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import {
  numbersIn,
  readCurrent,
  readGeneration,
  readSwitches,
} from '../../../../runtime/sandbox/generations/read.ts';
import { GenerationStore } from '../../../../runtime/sandbox/generations/store.ts';

/** NEMOCLAW_FUZZ=500 is the long run. */
const KILLS = Math.min(Number(process.env.NEMOCLAW_FUZZ ?? 0) || 40, 2000);
const work = mkdtempSync(join(tmpdir(), 'nemoclaw-generations-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

test(`killed ${KILLS} times, the old generation is in force or the new one, whole`, {
  timeout: 60_000 + KILLS * 3_000,
}, async () => {
  const folder = join(work, 'generations');
  const script = join(work, 'apply-generations-forever.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../../support/apply-generations-forever.ts')],
    ...{ outfile: script, bundle: true, platform: 'node', format: 'cjs' },
  });
  const seen = new Set<string>();
  let before = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [script, folder, String(before + 1)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await wait(1 + ((kill * 37) % 301));
    child.kill('SIGKILL');
    const [, signal] = await once(child, 'close');
    expect(signal).toBe('SIGKILL');
    const switches = readSwitches(folder);
    if (!switches.ok) throw new Error(switches.problem);
    const last = switches.value.at(-1);
    // Whoever was in force before is there still, or another one that came later; never an earlier one, and never none.
    expect(last?.at ?? 0).toBeGreaterThanOrEqual(before);
    if (last === undefined) continue;
    const current = readCurrent(folder);
    if (current?.ok !== true) throw new Error(current?.problem ?? 'no generation is in force');
    seen.add(current.bundle.manifest.name);
    before = last.at;
    reopen(folder, switches.value.length);
  }
  expect([...seen].sort()).toEqual(['one', 'two']);
});

/** After a kill the store opens at once, with nothing half done in it and something to go back to. */
function reopen(folder: string, count: number): void {
  const opened = GenerationStore.open(folder);
  if (!opened.ok) throw new Error(opened.problem);
  if (count > 10) expect(opened.store.lastGood()).not.toBeNull();
  opened.store.close();
  const broken = numbersIn(folder).filter((number) => !readGeneration(folder, number).ok);
  expect(broken, 'generations that are not whole').toEqual([]);
  expect(readdirSync(folder).filter((name) => !/^(?:\d+|switches\.json)$/.test(name))).toEqual([]);
}
