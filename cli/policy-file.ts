import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import { loadPolicy } from '../compiler/load-policy.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import type { Io } from './io.ts';
import { readInput } from './read-input.ts';

/** The policy of a blueprint that is named on the command line, or by another file. */
export function policyIn(
  path: string,
  bindings: Bindings,
  io: Io,
): { policy: Policy | null; diagnostics: readonly Diagnostic[] } {
  const input = readInput(path, io);
  if (!input.ok) return { policy: null, diagnostics: [input.problem] };
  return loadPolicy(input.name, input.bytes, io.reader, bindings);
}
