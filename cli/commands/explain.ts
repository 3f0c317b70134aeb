import { type AnyEntry, CATALOG, findEntry } from '../../compiler/diagnostics/catalog.ts';
import { nearestWord } from '../../compiler/diagnostics/nearest-word.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { ExplainArguments } from '../arguments/explain.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson } from '../findings.ts';
import type { Io } from '../io.ts';
import { wrapped } from '../wrap.ts';

export function explain({ code, format }: ExplainArguments, io: Io): ExitCode {
  if (code === null) return list(format, io);
  const entry = findEntry(code);
  if (entry === null) return unknown(code, io);
  if (format === 'json') {
    printJson('explain', { entry: fieldsOf(entry) }, io);
    return EXIT.ok;
  }
  const palette = paletteFor(io.stdout, io);
  io.stdout.write(
    `${palette.strong(entry.code)} ${entry.name} (${palette.severity(entry.severity, entry.severity)})\n\n` +
      `${wrapped(entry.explanation, Math.min(io.columns, 100))}\n`,
  );
  return EXIT.ok;
}

function list(format: ExplainArguments['format'], io: Io): ExitCode {
  if (format === 'json') printJson('explain', { entries: CATALOG.map(fieldsOf) }, io);
  else {
    const lines = CATALOG.map(({ code, severity, name }) => `${code}  ${severity.padEnd(7)}  ${name}\n`);
    io.stdout.write(lines.join(''));
  }
  return EXIT.ok;
}

function fieldsOf({ code, name, severity, explanation }: AnyEntry) {
  return { code, name, severity, explanation };
}

function unknown(code: string, io: Io): ExitCode {
  const nearest = nearestWord(code, [
    ...CATALOG.map((entry) => entry.code),
    ...CATALOG.map(({ name }) => name),
  ]);
  io.stderr.write(`nemoclaw: there is no code ${visible(code)}\n`);
  io.stderr.write(
    nearest === null
      ? '`nemoclaw explain` without a code lists all.\n'
      : `Did you mean ${nearest}? \`nemoclaw explain\` without a code lists all.\n`,
  );
  return EXIT.usage;
}
