import { openAuditLog } from '../../runtime/audit/audit-log.ts';
import { someDecision, written } from './audit-writing.ts';

/** Writes into the log of the folders named on the command line until the disk refuses, and says what it was told then. */
const [folder, state] = process.argv.slice(2) as [string, string];
const opened = openAuditLog({ folder, state, sandbox: 'a-1', tool: '0.0.0' });
if (!opened.ok) throw new Error(opened.problem);
const { log } = opened;
const acknowledged: number[] = [];
const reasonOf = async (append: Promise<number>) => {
  try {
    acknowledged.push(await append);
    return 'none';
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error);
  }
};
const reasons = new Set<string>();
for (let n = 0; !reasons.has('failing'); n += 8) {
  const appends = Array.from({ length: 8 }, (_, at) => reasonOf(written(log, someDecision(n + at))));
  for (const reason of await Promise.all(appends)) reasons.add(reason);
}
const afterwards = await reasonOf(written(log, someDecision(0)));
const failing = (await log.failing).message;
await log.close();
process.stdout.write(
  JSON.stringify({
    acknowledged,
    reasons: [...reasons],
    afterwards,
    failing,
    noted: log.note(someDecision(0)),
  }),
);
