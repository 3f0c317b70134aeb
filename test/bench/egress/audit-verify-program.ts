// audit-verify-program.ts write|verify FOLDER EVENTS: writes a log of so many events, or verifies it as the command line does,
// and prints as JSON how long that kept a processor busy and the most memory that the process had.
import { join } from 'node:path';
import { openStream } from '../../../cli/open-stream.ts';
import { openAuditLog } from '../../../runtime/audit/audit-log.ts';
import { logFilesIn } from '../../../runtime/audit/file-names.ts';
import { verifyLog } from '../../../runtime/audit/verify/verify-log.ts';
import { processorTime } from '../algebra/timed.ts';
import { benchDecision } from './audit-events.ts';

const [what, folder, events] = process.argv.slice(2) as [string, string, string];
const log = join(folder, 'log');
if (what === 'write') await write(Number(events));
const milliseconds = what === 'verify' ? processorTime(verify) : 0;
process.stdout.write(`${JSON.stringify({ milliseconds, memory: process.resourceUsage().maxRSS })}\n`);

async function write(count: number): Promise<void> {
  const opened = openAuditLog({
    folder: log,
    state: join(folder, 'state'),
    sandbox: 'openclaw-1',
    tool: '1.0.0',
  });
  if (!opened.ok) throw new Error(opened.problem);
  for (let n = 0; n < count; n += 1000) {
    await Promise.all(
      Array.from({ length: 1000 }, (_, at) => opened.log.append(benchDecision(n + at)).durable),
    );
  }
  await opened.log.close();
}

function verify(): void {
  const sources = logFilesIn(log).map(({ path, first }) => ({
    name: path,
    first,
    open: () => {
      const stream = openStream(path);
      if (!stream.ok) throw new Error(stream.detail);
      return stream.chunks;
    },
  }));
  const { damage, end, last } = verifyLog(sources, { key: null, last: null });
  if (damage !== null || end !== 'closed' || last! < Number(events)) throw new Error('the log is not whole');
}
