import { join } from 'node:path';
import { nearestWord } from '../../compiler/diagnostics/nearest-word.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { SCHEMA_NAMES, type SchemaName } from '../../compiler/frontend/schema/published.ts';
import type { SchemaArguments } from '../arguments/schema.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson } from '../findings.ts';
import type { Io } from '../io.ts';
import { PACKAGE_FOLDER } from '../package-folder.ts';

export function schema({ action, name, format }: SchemaArguments, io: Io): ExitCode {
  if (action === 'list') return list(format, io);
  const known = SCHEMA_NAMES.find((candidate) => candidate === name);
  if (known === undefined) return unknown(name, io);
  // A schema is JSON in either format, so that it can be piped into a file.
  io.stdout.write(textOf(known, io));
  return EXIT.ok;
}

function list(format: SchemaArguments['format'], io: Io): ExitCode {
  const schemas = SCHEMA_NAMES.map((name) => ({ name, ...summaryOf(name, io) }));
  if (format === 'json') printJson('schema', { schemas }, io);
  else {
    const width = Math.max(...schemas.map(({ name }) => name.length));
    io.stdout.write(
      schemas.map(({ name, description }) => `${name.padEnd(width)}  ${description}\n`).join(''),
    );
  }
  return EXIT.ok;
}

/** The compiler's own copy has no descriptions, so the published file is read. */
function textOf(name: SchemaName, { reader }: Io): string {
  const outcome = reader.read(join(PACKAGE_FOLDER, 'schemas', `${name}.schema.json`));
  if (!outcome.ok) throw new Error(`the published schema ${name} cannot be read: ${outcome.detail}`);
  return new TextDecoder().decode(outcome.bytes);
}

function summaryOf(name: SchemaName, io: Io): { id: string; description: string } {
  const { $id, description } = JSON.parse(textOf(name, io)) as { $id: string; description: string };
  return { id: $id, description };
}

function unknown(name: string, io: Io): ExitCode {
  const nearest = nearestWord(name, SCHEMA_NAMES);
  io.stderr.write(
    `nemoclaw: there is no schema ${visible(name)}; ` +
      `${nearest === null ? '' : `did you mean ${nearest}? `}\`nemoclaw schema list\` shows all.\n`,
  );
  return EXIT.usage;
}
