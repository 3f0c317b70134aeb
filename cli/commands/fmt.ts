import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { formatBlueprint } from '../../compiler/edit/format.ts';
import { concealInText } from '../../compiler/frontend/schema/conceal.ts';
import { readYaml } from '../../compiler/frontend/yaml/read.ts';
import type { FmtArguments } from '../arguments/fmt.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { findInputs, readInput, unreadable } from '../read-input.ts';

/** What became of one file. `text` is what it should hold. */
interface Outcome {
  readonly path: string;
  readonly changed: boolean;
  readonly text: string | null;
}

export async function fmt({ paths, format, check }: FmtArguments, io: Io): Promise<ExitCode> {
  const { files, problems } = findInputs(paths, io);
  const diagnostics: Diagnostic[] = [...problems];
  const outcomes = files.map((file) => formatFile(file, diagnostics, io));
  if (!check) writeChanged(outcomes, diagnostics, io);
  const changed = outcomes.filter((outcome) => outcome.changed);
  const result = { files: outcomes.map((outcome) => ({ path: outcome.path, changed: outcome.changed })) };
  await printOutcome({ command: 'fmt', diagnostics, result, text: textOf(outcomes, check) }, format, io);
  if (hasErrors(diagnostics)) return EXIT.invalid;
  return check && changed.length > 0 ? EXIT.no : EXIT.ok;
}

function formatFile(path: string, diagnostics: Diagnostic[], io: Io): Outcome {
  const unchanged = { path, changed: false, text: null };
  const input = readInput(path, io);
  if (!input.ok) {
    diagnostics.push(input.problem);
    return unchanged;
  }
  const read = readYaml(input.name, input.bytes);
  if (hasErrors(read.diagnostics)) {
    diagnostics.push(...concealInText(read.diagnostics, read.tree.source));
    return unchanged;
  }
  const formatted = formatBlueprint(read.tree.source);
  diagnostics.push(...concealInText(formatted.diagnostics, read.tree.source));
  const isSame = Buffer.from(formatted.text).equals(input.bytes);
  return { path, changed: !isSame, text: formatted.text };
}

function writeChanged(outcomes: readonly Outcome[], diagnostics: Diagnostic[], io: Io): void {
  for (const { path, changed, text } of outcomes) {
    if (!changed || text === null || path === '-') continue;
    const written = io.replaceFile(path, text);
    if (!written.ok) diagnostics.push(unreadable(path, `it cannot be written: ${written.detail}`));
  }
}

/** The formatted text itself for standard input, else the names of the files that change. */
function textOf(outcomes: readonly Outcome[], check: boolean): string {
  return outcomes
    .map(({ path, changed, text }) => {
      if (path === '-' && !check) return text ?? '';
      return changed ? `${visible(path)}\n` : '';
    })
    .join('');
}
