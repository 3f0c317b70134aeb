import { hasErrors } from '../../compiler/diagnostics/entry.ts';
import type { AuditEvent } from '../../compiler/ir/audit-event/event.ts';
import { VERSION } from '../../compiler/version.ts';
import { csvHead, csvLine } from '../../runtime/audit/export/csv.ts';
import { ocsfEvent } from '../../runtime/audit/export/ocsf.ts';
import { isWanted } from '../../runtime/audit/read/event-filter.ts';
import type { AuditArguments, ExportFormat } from '../arguments/audit.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { sayFindings } from '../findings.ts';
import type { Io } from '../io.ts';
import { filterAt } from './filter.ts';
import { readLog } from './log-files.ts';

type Chosen = Extract<AuditArguments, { action: 'export' }>;

const BUFFERED = 64 * 1024;

/** Prints the events of a log for another program, as a stream. */
export function exportLog({ paths, filter: asked, exportFormat }: Chosen, io: Io): ExitCode {
  const filter = filterAt(asked, io.now());
  let ready = exportFormat === 'csv' ? csvHead() : '';
  const diagnostics = readLog(paths, io, ({ event, text }) => {
    if (isWanted(event, filter)) ready += LINES[exportFormat](event, text);
    if (ready.length > BUFFERED) {
      io.stdout.write(ready);
      ready = '';
    }
    return true;
  });
  io.stdout.write(ready);
  sayFindings(diagnostics, io);
  return hasErrors(diagnostics) ? EXIT.invalid : EXIT.ok;
}

const LINES: Readonly<Record<ExportFormat, (event: AuditEvent, text: string) => string>> = {
  jsonl: (_, text) => `${text}\n`,
  csv: csvLine,
  ocsf: (event) => {
    const made = ocsfEvent(event, VERSION);
    return made === null ? '' : `${JSON.stringify(made)}\n`;
  },
};
