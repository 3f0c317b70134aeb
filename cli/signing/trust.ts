import { readPublicKey, type VerifyingKey } from '../../compiler/bundle/signature/keys.ts';
import { signatureKeyUnusable } from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { TrustArguments } from '../arguments/verify-bundle.ts';
import type { Io } from '../io.ts';
import { readInput } from '../read-input.ts';

/** Whose signature counts, ready to be asked. */
export type Trust =
  | { readonly kind: 'keys'; readonly keys: readonly VerifyingKey[] }
  | { readonly kind: 'ssh'; readonly allowedSigners: string; readonly identity: string };

export type FoundTrust =
  | { readonly ok: true; readonly trust: Trust }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** Reads the keys that are trusted. One that cannot be used is an error: it could be the one that was meant. */
export function trustIn(chosen: TrustArguments, io: Io): FoundTrust {
  const problems: Diagnostic[] = [];
  if (chosen.kind === 'ssh') {
    const input = readInput(chosen.allowedSigners, io);
    return input.ok ? { ok: true, trust: chosen } : { ok: false, problems: [input.problem] };
  }
  const keys: VerifyingKey[] = [];
  for (const path of chosen.paths) {
    const input = readInput(path, io);
    if (!input.ok) {
      problems.push(input.problem);
      continue;
    }
    const read = readPublicKey(new TextDecoder().decode(input.bytes));
    if (read.ok) keys.push(read.key);
    else problems.push(diagnose(signatureKeyUnusable, null, { path, problem: read.problem }));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, trust: { kind: 'keys', keys } };
}
