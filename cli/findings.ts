import { presentable } from '../compiler/diagnostics/collect.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { JSON_VERSION, jsonDiagnostics, jsonText } from '../compiler/diagnostics/render/json.ts';
import { renderText, summaryOf } from '../compiler/diagnostics/render/text.ts';
import { VERSION } from '../compiler/version.ts';
import type { FindingsFormat } from './arguments/choices.ts';
import { paletteFor } from './colour.ts';
import type { Io } from './io.ts';

/** Says findings to a person, on standard error, with a line that counts them. Silent when there is none. */
export function sayFindings(diagnostics: readonly Diagnostic[], io: Io): void {
  if (diagnostics.length === 0) return;
  const palette = paletteFor(io.stderr, io);
  const found = presentable(diagnostics);
  io.stderr.write(renderText(found, { palette, columns: io.columns }));
  io.stderr.write(`\n${palette.strong(summaryOf(found))}\n`);
}

/**
 * Prints the outcome of a command in the format that was asked for.
 *
 * @param result what `-o json` adds to the findings
 * @param text the result for a person; empty for none
 */
export async function printOutcome(
  outcome: {
    readonly command: string;
    readonly diagnostics: readonly Diagnostic[];
    readonly result: Readonly<Record<string, unknown>>;
    readonly text: string;
  },
  format: FindingsFormat,
  io: Io,
): Promise<void> {
  const diagnostics = presentable(outcome.diagnostics);
  switch (format) {
    case 'text':
      sayFindings(diagnostics, io);
      io.stdout.write(outcome.text);
      return;
    case 'json':
      printJson(outcome.command, { ...outcome.result, ...jsonDiagnostics(diagnostics) }, io);
      return;
    case 'github': {
      const { renderGithub } = await import('../compiler/diagnostics/render/github.ts');
      io.stdout.write(renderGithub(diagnostics));
      return;
    }
    case 'sarif': {
      const { renderSarif } = await import('../compiler/diagnostics/render/sarif.ts');
      io.stdout.write(renderSarif(diagnostics, VERSION));
      return;
    }
  }
}

/** The one document that `-o json` prints: which command, which version of the shape, and the result. */
export function printJson(command: string, result: Readonly<Record<string, unknown>>, io: Io): void {
  io.stdout.write(jsonDocument(command, result));
}

/** The text of that document, for a command that writes it to a file. */
export function jsonDocument(command: string, result: Readonly<Record<string, unknown>>): string {
  return jsonText({ version: JSON_VERSION, command, ...result });
}
