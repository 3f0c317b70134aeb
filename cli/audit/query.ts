import { auditGroupsBeyond } from '../../compiler/diagnostics/catalog/audit-log.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { type EventFilter, isWanted } from '../../runtime/audit/read/event-filter.ts';
import { EventTally, type TallyGroup, type TallyKey } from '../../runtime/audit/read/event-tally.ts';
import type { AuditArguments } from '../arguments/audit.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import type { Io } from '../io.ts';
import { eventLine } from './event-line.ts';
import { filterAt } from './filter.ts';
import { readLog } from './log-files.ts';

type Chosen = Extract<AuditArguments, { action: 'query' }>;

/** Prints the decisions that are asked for, or counts them. */
export async function queryLog(chosen: Chosen, io: Io): Promise<ExitCode> {
  const filter = filterAt(chosen.filter, io.now());
  const diagnostics =
    chosen.by.length > 0 ? await printGroups(chosen, filter, io) : await printEvents(chosen, filter, io);
  return hasErrors(diagnostics) ? EXIT.invalid : EXIT.ok;
}

async function printEvents(chosen: Chosen, filter: EventFilter, io: Io): Promise<Diagnostic[]> {
  const { paths, limit, format } = chosen;
  const palette = paletteFor(io.stdout, io);
  const events: unknown[] = [];
  let count = 0;
  const diagnostics = readLog(paths, io, ({ event, text }) => {
    if (event.what.kind !== 'decision' || !isWanted(event, filter)) return true;
    count++;
    if (format === 'json') events.push(JSON.parse(text));
    else io.stdout.write(eventLine(event, palette));
    return limit === null || count < limit;
  });
  if (format === 'text') sayFindings(diagnostics, io);
  else {
    const result = { action: 'query', events };
    await printOutcome({ command: 'audit', diagnostics, result, text: '' }, format, io);
  }
  return diagnostics;
}

async function printGroups(chosen: Chosen, filter: EventFilter, io: Io): Promise<Diagnostic[]> {
  const { paths, by, limit, format } = chosen;
  const tally = new EventTally(by);
  const found = readLog(paths, io, ({ event }) => {
    tally.add(event, isWanted(event, filter));
    return true;
  });
  const { groups, beyond } = tally.result();
  const diagnostics = beyond === 0 ? found : [...found, diagnose(auditGroupsBeyond, null, { count: beyond })];
  const shown = groups.slice(0, limit ?? groups.length);
  const result = { action: 'query', by, groups: shown.map((group) => groupValue(group, by)), beyond };
  await printOutcome({ command: 'audit', diagnostics, result, text: groupsText(shown, by) }, format, io);
  return diagnostics;
}

function groupValue({ values, count, sent, received, first, last }: TallyGroup, by: readonly TallyKey[]) {
  return {
    ...Object.fromEntries(by.map((key, at) => [key, values[at]])),
    ...{ count, sent, received, first: new Date(first).toISOString(), last: new Date(last).toISOString() },
  };
}

function groupsText(groups: readonly TallyGroup[], by: readonly TallyKey[]): string {
  if (groups.length === 0) return '';
  const rows = groups.map(({ values, count, sent, received, last }) => [
    ...[String(count), String(sent), String(received), new Date(last).toISOString()],
    ...values.map((value) => (value === null ? '-' : visible(value))),
  ]);
  const all = [['count', 'sent', 'received', 'last', ...by], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const isNumber = (column: number) => column < 3;
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
