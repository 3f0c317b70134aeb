import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { checkSource } from '../../compiler/load-policy.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import type { PlaceArguments } from '../arguments/place.ts';
import type { ValidateArguments } from '../arguments/validate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import { findInputs, readInput } from '../read-input.ts';

/** How far files are checked: up to the schema, or up to what they mean where the agent will run. */
type Depth = { readonly kind: 'schema' } | { readonly kind: 'meaning'; readonly bindings: Bindings };

interface Checked {
  readonly path: string;
  readonly valid: boolean;
}

/** Checks files up to their meaning: everything that does not depend on what the target can enforce. */
export async function validate(
  { paths, format, place, strict, schemaOnly }: ValidateArguments,
  io: Io,
): Promise<ExitCode> {
  const { files, problems } = findInputs(paths, io);
  const { depth, diagnostics: depthFindings } = await depthFor(schemaOnly, place, io);
  const diagnostics: Diagnostic[] = [...problems, ...depthFindings];
  const checked: Checked[] = [];
  if (depth !== null) {
    for (const file of files) {
      const found = findingsOf(file, depth, io);
      for (const finding of found) diagnostics.push(finding);
      checked.push({ path: file, valid: !found.some((finding) => fails(finding, strict)) });
    }
  }
  const valid = !diagnostics.some((finding) => fails(finding, strict));
  const text = checked
    .map((file) => `${visible(file.path)}: ${file.valid ? 'valid' : 'not valid'}\n`)
    .join('');
  await printOutcome(
    { command: 'validate', diagnostics, result: { valid, files: checked }, text },
    format,
    io,
  );
  return valid ? EXIT.ok : EXIT.invalid;
}

/** Up to the meaning, unless the target that it depends on cannot be read. */
async function depthFor(
  schemaOnly: boolean,
  place: PlaceArguments,
  io: Io,
): Promise<{ depth: Depth | null; diagnostics: readonly Diagnostic[] }> {
  if (schemaOnly) return { depth: { kind: 'schema' }, diagnostics: [] };
  const placed = await placeFor(place, io);
  const depth: Depth | null = placed.place && { kind: 'meaning', bindings: placed.place.bindings };
  return { depth, diagnostics: placed.diagnostics };
}

function findingsOf(file: string, depth: Depth, io: Io): readonly Diagnostic[] {
  const input = readInput(file, io);
  if (!input.ok) return [input.problem];
  return depth.kind === 'schema'
    ? parseSource(input.name, input.bytes).diagnostics
    : checkSource(input.name, input.bytes, io.reader, depth.bindings);
}

function fails({ severity }: Diagnostic, strict: boolean): boolean {
  return severity === 'error' || (strict && severity === 'warning');
}
