import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { parseControls } from '../compiler/frontend/controls/front-end.ts';
import { parseSource } from '../compiler/frontend/parse-source.ts';
import { checkSource } from '../compiler/load-policy.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import { guardrailsOf } from './guardrails-file.ts';
import type { Io } from './io.ts';
import type { Input } from './read-input.ts';

/**
 * Everything that can be said about a file without a target: what the commands that use a file of its kind would say.
 *
 * @param path the file as it was typed, beside which the ceiling of a guardrail is looked for
 */
export function checkMeaning(
  path: string,
  { name, bytes }: Extract<Input, { ok: true }>,
  bindings: Bindings,
  io: Io,
): readonly Diagnostic[] {
  const parsed = parseSource(name, bytes);
  switch (parsed.kind) {
    case 'guardrails':
      return [...parsed.diagnostics, ...guardrailsOf(parsed.file, path, bindings, io).diagnostics];
    case 'controls':
      return parseControls(name, bytes).diagnostics;
    default:
      return checkSource(name, bytes, io.reader, bindings);
  }
}
