import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import type { ValidateArguments } from '../arguments/validate.ts';
import type { CheckedForTarget, checkForTarget } from '../check-for-target.ts';
import { checkMeaning } from '../check-meaning.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { HOST, type Place, placeFor } from '../place.ts';
import { findInputs, readInput } from '../read-input.ts';

/** How far files are checked: up to the schema, to what they mean, or to whether a target enforces that. */
type Depth =
  | { readonly kind: 'schema' }
  | { readonly kind: 'meaning'; readonly bindings: Bindings }
  | { readonly kind: 'target'; readonly place: Place; readonly check: typeof checkForTarget };

interface Checked {
  readonly path: string;
  readonly valid: boolean;
  /** Whether the target enforces it; null where no target was named, or it cannot be asked. */
  readonly enforced: boolean | null;
}

/** Checks files up to their meaning, and for a target that was named also whether it enforces them. */
export async function validate(chosen: ValidateArguments, io: Io): Promise<ExitCode> {
  const { files, problems } = findInputs(chosen.paths, io);
  const { depth, diagnostics: depthFindings } = await depthFor(chosen, io);
  const diagnostics: Diagnostic[] = [...problems, ...depthFindings];
  let valid = !diagnostics.some((finding) => fails(finding, chosen.strict));
  const checked: Checked[] = [];
  if (depth !== null) {
    for (const path of files) {
      const found = checkFile(path, depth, io);
      for (const finding of found.diagnostics) diagnostics.push(finding);
      const file = { path, valid: isValid(found, chosen.strict), enforced: found.enforced };
      checked.push(file);
      valid &&= file.valid;
    }
  }
  const text = checked.map((file) => `${visible(file.path)}: ${verdictOn(file, depth)}\n`).join('');
  const result = { valid, depth: depth?.kind ?? null, files: checked };
  await printOutcome({ command: 'validate', diagnostics, result, text }, chosen.format, io);
  if (chosen.format === 'text' && valid && depth !== null) io.stderr.write(limitsOf(depth, checked));
  return exitCodeOf(valid, checked, depth === null && chosen.place.target === HOST);
}

/** A machine that cannot even be asked enforces nothing, as for `compile`. */
function exitCodeOf(valid: boolean, checked: readonly Checked[], hostIsUnknown: boolean): ExitCode {
  if (hostIsUnknown) return EXIT.notEnforced;
  if (!valid) return EXIT.invalid;
  return checked.some(({ enforced }) => enforced === false) ? EXIT.notEnforced : EXIT.ok;
}

/** As far as was asked, unless the target that it depends on cannot be read. */
async function depthFor(
  { schemaOnly, place: placeArguments }: ValidateArguments,
  io: Io,
): Promise<{ depth: Depth | null; diagnostics: readonly Diagnostic[] }> {
  if (schemaOnly) return { depth: { kind: 'schema' }, diagnostics: [] };
  const { place, diagnostics } = await placeFor(placeArguments, io);
  if (place === null) return { depth: null, diagnostics };
  if (placeArguments.target === null) {
    return { depth: { kind: 'meaning', bindings: place.bindings }, diagnostics };
  }
  // A bundle of its own: the backends are not loaded where no target is named.
  const { checkForTarget: check } = await import('../check-for-target.ts');
  return { depth: { kind: 'target', place, check }, diagnostics };
}

function checkFile(path: string, depth: Depth, io: Io): CheckedForTarget {
  const input = readInput(path, io);
  if (!input.ok) return { diagnostics: [input.problem], enforced: null };
  if (depth.kind === 'target') return depth.check(path, input, depth.place, io);
  const diagnostics =
    depth.kind === 'schema'
      ? parseSource(input.name, input.bytes).diagnostics
      : checkMeaning(path, input, depth.bindings, io);
  return { diagnostics, enforced: null };
}

/** What only the target refuses is no mistake in the file. */
function isValid({ diagnostics, enforced }: CheckedForTarget, strict: boolean): boolean {
  const asked = enforced === false ? diagnostics.filter(({ severity }) => severity !== 'error') : diagnostics;
  return !asked.some((finding) => fails(finding, strict));
}

function fails({ severity }: Diagnostic, strict: boolean): boolean {
  return severity === 'error' || (strict && severity === 'warning');
}

function verdictOn({ valid, enforced }: Checked, depth: Depth | null): string {
  const verdict = valid ? 'valid' : 'not valid';
  if (enforced === null || depth?.kind !== 'target') return verdict;
  const target = depth.place.name === HOST ? 'this machine' : visible(depth.place.name);
  return enforced ? `${verdict}, and ${target} enforces it` : `${verdict}, but ${target} cannot enforce it`;
}

/** What `valid` does not say, and how to ask that. */
function limitsOf({ kind }: Depth, checked: readonly Checked[]): string {
  if (kind === 'schema') return 'checked: syntax and schema alone\n';
  if (kind === 'target') return '';
  const [first, ...others] = checked.map(({ path }) => visible(path));
  const file = first === undefined || others.length > 0 ? 'FILE' : first;
  return `checked: syntax, schema, what it extends and means. Does this machine enforce it? nemoclaw validate -t host ${file}\n`;
}
