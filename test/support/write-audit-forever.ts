import { writeSync } from 'node:fs';
import { openAuditLog } from '../../runtime/audit/audit-log.ts';
import { someDecision, written } from './audit-writing.ts';

/**
 * Writes decisions into the log of the folders named on the command line, by several callers at a time, until it is killed.
 * Says for each one, once it is acknowledged: its sequence and its request's name, which no other event has.
 */
const [folder, state, name] = process.argv.slice(2) as [string, string, string];
const CALLERS = 32;
const opened = openAuditLog({
  ...{ folder, state, sandbox: 'a-1', tool: '0.0.0' },
  ...{ rotateAt: 300_000, signAfter: { lines: 100, milliseconds: 5 } },
});
if (!opened.ok) throw new Error(opened.problem);
const { log } = opened;
writeSync(1, 'started\n');
let made = 0;
for (let caller = 0; caller < CALLERS; caller++) void callForever();

async function callForever(): Promise<void> {
  for (;;) {
    const request = `${name}-${made++}`;
    const sequence = await written(log, { ...someDecision(made), request });
    writeSync(1, `${sequence} ${request}\n`);
  }
}
