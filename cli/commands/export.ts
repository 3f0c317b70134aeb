import { EXPORTERS } from '../../compiler/backends/registry.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { type Change, countEffects } from '../../compiler/diagnostics/effect.ts';
import { hasErrors } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { documentText } from '../../compiler/edit/document-text.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { endedGrants } from '../../compiler/ir/ended-grants.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { ExportArguments } from '../arguments/export.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import { readInput } from '../read-input.ts';
import { printTranslated, type Translated } from '../translation-report.ts';
import { writeNewFile } from '../write-new-file.ts';

/** What came of the export: the text of a policy, or errors. */
interface Outcome {
  readonly changes: readonly Change[];
  readonly errors: readonly Diagnostic[];
  readonly text: string | null;
}

/** Writes a blueprint as a policy of OpenShell, and nothing where that would allow more unless it was asked for. */
export async function exportBlueprint(chosen: ExportArguments, io: Io): Promise<ExitCode> {
  const outcome = await exported(chosen, io);
  const refused = outcome.text !== null && !chosen.allowLoss && countEffects(outcome.changes).looser > 0;
  const text = refused ? null : outcome.text;
  const problem =
    text === null || chosen.out === null ? null : writeNewFile(chosen.out, text, chosen.force, io);
  await printTranslated(told(outcome, chosen.language, text, problem), chosen, io);
  if (text === null) return refused ? EXIT.no : EXIT.invalid;
  return problem === null ? EXIT.ok : EXIT.invalid;
}

async function exported(
  { path, language, place: placeArguments }: ExportArguments,
  io: Io,
): Promise<Outcome> {
  const { place, diagnostics } = await placeFor(placeArguments, io);
  if (place === null) return { changes: [], errors: diagnostics, text: null };
  const input = readInput(path, io);
  if (!input.ok) return { changes: [], errors: [input.problem], text: null };
  const loaded = loadPolicy(input.name, input.bytes, io.reader, place.bindings);
  const { policy, diagnostics: found } = loaded;
  if (policy === null) return { changes: [], errors: found, text: null };
  const ended = endedGrants(policy, io.now());
  const { document, changes, errors } = EXPORTERS[language](policy, io.now());
  const all = [...ended, ...errors];
  if (hasErrors(all)) return { changes, errors: all, text: null };
  const text = documentText(document, headOf(input.name));
  checkExported(text);
  return { changes, errors: [], text };
}

function headOf(path: string): string[] {
  const name = visible(path.replace(/^.*\//, ''));
  return [`Exported from ${name} by \`nemoclaw export openshell\`. Change the blueprint, not this file.`];
}

/** Whatever is written is read again by the front end for OpenShell's language. */
function checkExported(text: string): void {
  const read = parseSource('policy.yaml', new TextEncoder().encode(text));
  if (read.kind !== 'blueprint') {
    throw new Error(`an exported policy cannot be read: ${read.diagnostics[0]?.message}`);
  }
}

function told(
  { changes, errors }: Outcome,
  language: string,
  text: string | null,
  problem: string | null,
): Translated {
  return {
    command: 'export',
    result: { exported: text !== null && problem === null, language, policy: text },
    changes,
    errors,
    text,
    problem,
    about: 'under OpenShell',
    written: 'written',
    refusal: 'nothing is written, because something would be looser; --allow-loss writes it',
  };
}
