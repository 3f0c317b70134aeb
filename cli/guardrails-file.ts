import { dirname, isAbsolute, join } from 'node:path';
import { compileGuardrails } from '../compiler/analysis/guardrails/compile.ts';
import type { Guardrail } from '../compiler/analysis/guardrails/guardrail.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { parseGuardrails } from '../compiler/frontend/guardrails/front-end.ts';
import type { GuardrailsFile } from '../compiler/frontend/guardrails/guardrails.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import type { Io } from './io.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';
import { policyIn } from './policy-file.ts';
import { readInput } from './read-input.ts';

/** The word for the guardrails that come with the package. */
const SHIPPED = 'default';

export interface LoadedGuardrails {
  /** How findings name the file. */
  readonly source: string;
  readonly guardrails: readonly Guardrail[] | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads guardrails and makes them ready to be proved.
 *
 * @param named a file, or `default` for the shipped ones
 * @returns the name that findings give the file; null guardrails exactly when there is an error
 */
export function loadGuardrails(named: string, bindings: Bindings, io: Io): LoadedGuardrails {
  const path = named === SHIPPED ? join(PACKAGE_FOLDER, 'blueprints/guardrails/default.yaml') : named;
  const input = readInput(path, io);
  const source = named === SHIPPED ? `guardrails:${SHIPPED}` : input.name;
  if (!input.ok) return { source, guardrails: null, diagnostics: [input.problem] };
  const { file, diagnostics } = parseGuardrails(source, input.bytes);
  if (file === null) return { source, guardrails: null, diagnostics };
  const compiled = guardrailsOf(file, path, bindings, io);
  return {
    source,
    guardrails: compiled.guardrails,
    diagnostics: [...diagnostics, ...compiled.diagnostics],
  };
}

/**
 * Makes what was read ready to be proved.
 *
 * @param path the file, beside which ceilings are looked for
 * @returns null guardrails exactly when the diagnostics, which do not repeat those of reading, hold an error
 */
export function guardrailsOf(
  file: GuardrailsFile,
  path: string,
  bindings: Bindings,
  io: Io,
): Pick<LoadedGuardrails, 'guardrails' | 'diagnostics'> {
  return compileGuardrails(file, bindings, (ceiling) => {
    const { policy, diagnostics: findings } = policyIn(besides(path, ceiling), bindings, io);
    return { policy, diagnostics: findings.filter(({ severity }) => severity === 'error') };
  });
}

function besides(path: string, other: string): string {
  return isAbsolute(other) ? other : join(dirname(path), other);
}
