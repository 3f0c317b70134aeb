import { presentable } from '../compiler/diagnostics/collect.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { jsonDiagnostics } from '../compiler/diagnostics/render/json.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import { type Comparison, overallVerdict } from '../compiler/report/difference/comparison.ts';
import { VERSION } from '../compiler/version.ts';
import type { DiffArguments } from './arguments/diff.ts';
import type { AssumedPlace } from './assumed-place.ts';
import { paletteFor } from './colour.ts';
import { printJson, sayFindings } from './findings.ts';
import type { Skipped } from './git/changed-policies.ts';
import type { Io } from './io.ts';

/** All that came out of a comparison. */
export interface DifferenceOutcome {
  readonly comparisons: readonly Comparison[];
  readonly skipped: readonly Skipped[];
  readonly diagnostics: readonly Diagnostic[];
  /** False when something could not be read or is no valid policy; then the rest is not the whole answer. */
  readonly isValid: boolean;
  /** Folders that nobody named, for `-o json`; others are told by whoever prints. */
  readonly assumed: AssumedPlace | null;
}

/** Prints the report in the format that was asked for; a renderer is loaded when it is used. */
export async function printReport(
  { comparisons, skipped, diagnostics: all, isValid, assumed }: DifferenceOutcome,
  { format, most, showsLines }: DiffArguments,
  io: Io,
): Promise<void> {
  const diagnostics = presentable(all);
  const options = { most, showsLines, problems: isValid ? [] : diagnostics };
  switch (format) {
    case 'json': {
      const { differenceJson } = await import('../compiler/report/difference/json.ts');
      const verdict = overallVerdict(comparisons, options.problems);
      const result = { verdict, assumed, comparisons: differenceJson(comparisons), skipped };
      printJson('diff', { ...result, ...jsonDiagnostics(diagnostics) }, io);
      return;
    }
    case 'sarif': {
      const { differenceSarif } = await import('../compiler/report/difference/sarif.ts');
      io.stdout.write(differenceSarif(comparisons, diagnostics, VERSION));
      return;
    }
    case 'github': {
      const { differenceGithub } = await import('../compiler/report/difference/github.ts');
      const { renderGithub } = await import('../compiler/diagnostics/render/github.ts');
      io.stdout.write(renderGithub(diagnostics) + differenceGithub(comparisons, options));
      return;
    }
    case 'markdown': {
      sayFindings(diagnostics, io);
      const { differenceMarkdown } = await import('../compiler/report/difference/markdown.ts');
      io.stdout.write(differenceMarkdown(comparisons, options));
      return;
    }
    case 'html': {
      sayFindings(diagnostics, io);
      const { differenceHtml } = await import('../compiler/report/difference/html.ts');
      io.stdout.write(differenceHtml(comparisons, options));
      return;
    }
    case 'text': {
      sayFindings(diagnostics, io);
      const { differenceText } = await import('../compiler/report/difference/text.ts');
      const layout = { palette: paletteFor(io.stdout, io), columns: io.columns };
      io.stdout.write(differenceText(comparisons, options, layout));
      if (skipped.length > 0) io.stderr.write(skippedLine(skipped));
      return;
    }
  }
}

const MOST_NAMED = 5;

function skippedLine(skipped: readonly Skipped[]): string {
  const named = skipped.slice(0, MOST_NAMED).map(({ path, why }) => `${visible(path)} (${visible(why)})`);
  const more = skipped.length > MOST_NAMED ? ` and ${skipped.length - MOST_NAMED} more` : '';
  return `not compared by themselves: ${named.join(', ')}${more}\n`;
}
