import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { type Change, countEffects } from '../../compiler/diagnostics/effect.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { blueprintText } from '../../compiler/edit/blueprint-text.ts';
import { importSource } from '../../compiler/frontend/import-source.ts';
import type { ImportArguments } from '../arguments/import.ts';
import { checkImported } from '../check-imported.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import { readInput } from '../read-input.ts';
import { printTranslated, type Translated } from '../translation-report.ts';
import { writeNewFile } from '../write-new-file.ts';

/** What came of the import: the text of a blueprint, or errors. */
interface Outcome {
  readonly language: string | null;
  readonly changes: readonly Change[];
  readonly errors: readonly Diagnostic[];
  readonly text: string | null;
}

const NO_PLACE = { target: null, workdir: null, home: null, variables: {} };

/** Makes a blueprint of another tool's settings and says what became of each of them. */
export async function importSettings(chosen: ImportArguments, io: Io): Promise<ExitCode> {
  const outcome = await imported(chosen, io);
  const isLooser = countEffects(outcome.changes).looser > 0;
  const refused = outcome.text !== null && chosen.strict && isLooser;
  const text = refused ? null : outcome.text;
  const problem =
    text === null || chosen.out === null ? null : writeNewFile(chosen.out, text, chosen.force, io);
  await printTranslated(told(outcome, text, problem), chosen, io);
  if (text === null) return refused ? EXIT.no : EXIT.invalid;
  return problem === null ? EXIT.ok : EXIT.invalid;
}

async function imported({ path, language, job, name }: ImportArguments, io: Io): Promise<Outcome> {
  const input = readInput(path, io);
  if (!input.ok) return { language, changes: [], errors: [input.problem], text: null };
  const read = importSource(input.name, input.bytes, { language, job, name });
  if (read.blueprint === null) return { ...read, text: null };
  const text = blueprintText(read.blueprint, headOf(input.name));
  const { place } = await placeFor(NO_PLACE, io);
  const errors = checkImported(read.blueprint, text, place!.bindings, io);
  return { ...read, errors, text: errors.length > 0 ? null : text };
}

/** The name of the file alone: its folder is nobody else's business. Characters that act on a terminal act on an editor too. */
function headOf(path: string): string[] {
  const name = visible(path.replace(/^.*\//, ''));
  return [
    `Imported from ${name} by \`nemoclaw import\`, which says what was lost or means something else here.`,
  ];
}

function told(
  { language, changes, errors }: Outcome,
  text: string | null,
  problem: string | null,
): Translated {
  return {
    command: 'import',
    result: { imported: text !== null && problem === null, language, blueprint: text },
    changes,
    errors,
    text,
    problem,
    about: 'settings',
    written: 'written; read it before you use it',
    refusal: 'nothing is written, because something would be looser',
  };
}
