import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { NO_LINE } from '../../../compiler/ir/audit-event/event.ts';
import { digestOfLine, lineOf } from '../../../compiler/ir/audit-event/write.ts';
import { eventsIn, type LogPlace, logPlace, opened } from '../../support/audit-writing.ts';

/** NEMOCLAW_FUZZ=200 is the long run. */
const KILLS = Math.min(Number(process.env.NEMOCLAW_FUZZ ?? 0) || 40, 2000);

/** Starts a writer, kills it at a moment of its own, and gives what was acknowledged until then. */
async function killedWriter(script: string, where: LogPlace, kill: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, where.folder, where.state, `k${kill}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  // Every fifth one also while it opens the log.
  if (kill % 5 === 4) await wait(30 + Math.random() * 60);
  else {
    await once(child.stdout, 'data');
    await wait(Math.random() * 40);
  }
  child.kill('SIGKILL');
  await once(child, 'close');
  return said.split('\n').slice(0, -1);
}

test(
  `a writer that is killed ${KILLS} times loses nothing that it acknowledged, and the chain goes on`,
  async () => {
    const where = logPlace();
    const script = join(where.folder, '../writer.cjs');
    await build({
      entryPoints: [join(import.meta.dirname, '../../support/write-audit-forever.ts')],
      ...{ outfile: script, bundle: true, platform: 'node', format: 'cjs' },
    });
    const acknowledged = new Map<number, string>();
    for (let kill = 0; kill < KILLS; kill++) {
      for (const line of await killedWriter(script, where, kill)) {
        const [sequence, request] = line.split(' ');
        if (request !== undefined) acknowledged.set(Number(sequence), request);
      }
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS * 20);

    await opened(where).close();
    const events = eventsIn(where.folder);
    let previous = NO_LINE;
    let torn = 0;
    for (const [at, event] of events.entries()) {
      if (event.sequence !== at || event.previous !== previous) expect.fail(`line ${at} does not follow`);
      previous = digestOfLine(lineOf(event));
      const wanted = acknowledged.get(at);
      const { what } = event;
      if (wanted !== undefined && (what.kind !== 'decision' || what.request !== wanted)) {
        expect.fail(`event ${at} is ${JSON.stringify(what)} and was acknowledged as ${wanted}`);
      }
      acknowledged.delete(at);
      if (what.kind !== 'opened' || what.recovered === null) continue;
      torn++;
      expect(readFileSync(join(where.folder, what.recovered.kept))).toHaveLength(what.recovered.bytes);
    }
    expect([...acknowledged]).toEqual([]);
    console.info(`${events.length} events, ${torn} torn lines`);
    where.remove();
  },
  KILLS * 2000,
);
