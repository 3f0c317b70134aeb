import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { hasErrors } from './diagnostics/entry.ts';
import { parseSource } from './frontend/parse-source.ts';
import { lower } from './ir/lower.ts';
import type { Policy } from './ir/policy.ts';
import { resolve } from './resolve/resolve.ts';
import type { Bindings, Input } from './resolve/resolved.ts';
import type { SourceReader } from './source/source-reader.ts';

export interface LoadedPolicy {
  /** Null exactly when the diagnostics hold an error. */
  readonly policy: Policy | null;
  readonly inputs: readonly Input[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The way from bytes to a policy: read, parse, resolve, lower. Stops at the first stage that finds an error, so that
 * one mistake is reported once.
 *
 * @param name the file as the user named it
 * @param reader gives the files that the blueprint extends
 */
export function loadPolicy(
  name: string,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
): LoadedPolicy {
  const parsed = parseSource(name, bytes);
  if (parsed.kind === 'nothing') return { policy: null, inputs: [], diagnostics: parsed.diagnostics };
  const blueprint = parsed.kind === 'blueprint' ? parsed.blueprint : parsed.part.common;
  const { resolved, diagnostics } = resolve(name, blueprint, bytes, reader, bindings);
  const soFar = [...parsed.diagnostics, ...diagnostics];
  if (hasErrors(soFar)) return { policy: null, inputs: resolved.inputs, diagnostics: soFar };
  const lowered = lower(resolved, bindings);
  return {
    policy: lowered.policy,
    inputs: resolved.inputs,
    diagnostics: [...soFar, ...lowered.diagnostics],
  };
}
