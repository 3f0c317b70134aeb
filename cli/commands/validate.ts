import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { ValidateArguments } from '../arguments/validate.ts';
import { checkFiles } from '../check-files.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import { findInputs } from '../read-input.ts';

export { checkInThread } from '../check-files.ts';

interface Checked {
  readonly path: string;
  readonly valid: boolean;
}

/** Checks files up to their meaning: everything that does not depend on what the target can enforce. */
export async function validate(
  { paths, format, place, strict }: ValidateArguments,
  io: Io,
): Promise<ExitCode> {
  const { files, problems } = findInputs(paths, io);
  const placed = await placeFor(place, io);
  const diagnostics: Diagnostic[] = [...problems, ...placed.diagnostics];
  const checked: Checked[] = [];
  if (placed.place !== null) {
    const found = await checkFiles(files, placed.place.bindings, io);
    for (const [at, findings] of found.entries()) {
      for (const finding of findings) diagnostics.push(finding);
      checked.push({ path: files[at]!, valid: !findings.some((finding) => fails(finding, strict)) });
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

function fails({ severity }: Diagnostic, strict: boolean): boolean {
  return severity === 'error' || (strict && severity === 'warning');
}
