import { hasErrors } from '../../compiler/diagnostics/entry.ts';
import type { AuditEvent } from '../../compiler/ir/audit-event/event.ts';
import { VERSION } from '../../compiler/version.ts';
import { csvHead, csvLine } from '../../runtime/audit/export/csv.ts';
import { ocsfEvent } from '../../runtime/audit/export/ocsf.ts';
import { isWanted } from '../../runtime/audit/read/event-filter.ts';
import type { AuditArguments, ExportFormat } from '../arguments/audit.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { filterAt } from './filter.ts';
import { readLog } from './log-files.ts';

type Chosen = Extract<AuditArguments, { action: 'export' }>;

const BUFFERED = 64 * 1024;

/** Prints the events of a log for another program: as a stream, or as one document. */
export async function exportLog(chosen: Chosen, io: Io): Promise<ExitCode> {
  const { paths, exportFormat, format } = chosen;
  const filter = filterAt(chosen.filter, io.now());
  let ready = exportFormat === 'csv' ? csvHead() : '';
  const diagnostics = readLog(paths, io, ({ event, text }) => {
    if (isWanted(event, filter)) ready += LINES[exportFormat](event, text);
    if (format === 'text' && ready.length > BUFFERED) {
      io.stdout.write(ready);
      ready = '';
    }
    return true;
  });
  const document = format === 'json' ? documentOf(exportFormat, ready) : {};
  const result = { action: 'export', format: exportFormat, ...document };
  await printOutcome({ command: 'audit', diagnostics, result, text: ready }, format, io);
  return hasErrors(diagnostics) ? EXIT.invalid : EXIT.ok;
}

/** What is one object a line becomes a list of them. */
function documentOf(exportFormat: ExportFormat, text: string) {
  if (exportFormat === 'csv') return { text };
  const lines = text.split('\n').slice(0, -1);
  return { events: lines.map((line) => JSON.parse(line) as unknown) };
}

const LINES: Readonly<Record<ExportFormat, (event: AuditEvent, text: string) => string>> = {
  jsonl: (_, text) => `${text}\n`,
  csv: csvLine,
  ocsf: (event) => {
    const made = ocsfEvent(event, VERSION);
    return made === null ? '' : `${JSON.stringify(made)}\n`;
  },
};
