import { readPrivateKey, type SigningKey } from '../../compiler/bundle/signature/keys.ts';
import {
  signatureKeyNotPrivate,
  signatureKeyUnusable,
} from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { type PrivateFile, readPrivateFile, readPrivatePipe } from '../../runtime/bundle/private-file.ts';
import type { SigningArguments } from '../arguments/sign.ts';
import type { Io } from '../io.ts';
import { unreadable } from '../read-input.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

export type FoundKey =
  | { readonly ok: true; readonly key: SigningKey }
  | { readonly ok: false; readonly problem: Diagnostic };

const PASSPHRASE_VARIABLE = 'NEMOCLAW_KEY_PASSPHRASE';

/** Reads the key to sign with, and what opens it. */
export function signingKey(
  { path, passphraseFile }: Extract<SigningArguments, { kind: 'key' }>,
  { environment }: Pick<Io, 'environment'>,
): FoundKey {
  const pem = secretIn(path, readPrivateFile);
  if (!pem.ok) return pem;
  let passphrase = environment[PASSPHRASE_VARIABLE] ?? null;
  if (passphraseFile !== null) {
    const given = secretIn(passphraseFile, readPrivatePipe);
    if (!given.ok) return given;
    passphrase = given.text.replace(/\r?\n$/, '');
  }
  const read = readPrivateKey(pem.text, passphrase);
  if (read.ok) return read;
  return { ok: false, problem: diagnose(signatureKeyUnusable, null, { path, problem: read.problem }) };
}

type Secret = { readonly ok: true; readonly text: string } | Extract<FoundKey, { ok: false }>;

function secretIn(path: string, read: (path: string) => PrivateFile): Secret {
  try {
    const file = read(path);
    if (file.ok) return { ok: true, text: new TextDecoder().decode(file.bytes) };
    return {
      ok: false,
      problem: diagnose(signatureKeyNotPrivate, null, { path, problem: file.problem }),
    };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return { ok: false, problem: unreadable(path, systemProblem(error)) };
  }
}
