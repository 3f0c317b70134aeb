import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import { compareWithFiles } from '../../compiler/bundle/signature/compare.ts';
import { readStatement } from '../../compiler/bundle/signature/read-statement.ts';
import {
  type BundleStatement,
  statementBytes,
  statementOf,
} from '../../compiler/bundle/signature/statement.ts';
import { signatureBundleBroken, signatureNotWritten } from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { SignArguments, SigningArguments } from '../arguments/sign.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { bundleToSign } from '../signing/bundle-to-sign.ts';
import { signatureBeside } from '../signing/signature-file.ts';
import { signPayload } from '../signing/signed-payload.ts';
import { sourceOf } from '../signing/source.ts';

interface Refusal {
  readonly ok: false;
  readonly exitCode: ExitCode;
  readonly problem: Diagnostic;
}

/** Signs a bundle and writes the signature beside it. */
export async function sign(chosen: SignArguments, io: Io): Promise<ExitCode> {
  const made = makeStatement(chosen, io);
  const signed = made.ok ? signedText(made.statement, chosen.signer, io) : made;
  if (!made.ok || !signed.ok) return refuse(signed as Refusal, chosen, io);
  const path = chosen.out ?? signatureBeside(chosen.bundle, chosen.signer.kind, io.cwd);
  const written = io.replaceFile(path, signed.text);
  if (!written.ok) {
    const problem = diagnose(signatureNotWritten, null, { path, detail: written.detail });
    return refuse(invalid(problem), chosen, io);
  }
  const { statement } = made;
  const result = { signed: true, signature: path, key: signed.key, statement };
  const text = describe(statement, path, signed.key);
  await printOutcome({ command: 'sign', diagnostics: [], result, text }, chosen.format, io);
  return EXIT.ok;
}

async function refuse({ exitCode, problem }: Refusal, { format }: SignArguments, io: Io): Promise<ExitCode> {
  const result = { signed: false, signature: null, key: null, statement: null };
  await printOutcome({ command: 'sign', diagnostics: [problem], result, text: '' }, format, io);
  return exitCode;
}

function makeStatement(
  chosen: SignArguments,
  io: Io,
): { readonly ok: true; readonly statement: BundleStatement } | Refusal {
  const bundle = bundleToSign(chosen.bundle);
  if ('code' in bundle) return invalid(bundle);
  const found = sourceOf(bundle.manifest, chosen, io);
  if (!found.ok) return found;
  const { source, serial } = found;
  const issued = { serial, at: new Date(io.now()).toISOString() };
  const statement = statementOf(bundle.manifest, bundle.manifestBytes, MANIFEST_NAME, { source, issued });
  // What would not be accepted is not signed: a manifest of an odd form, or a repository of an odd name.
  const read = readStatement(statementBytes(statement));
  if (!read.ok) return broken(chosen.bundle, read.reason === 'not-the-form' ? read.problem : read.key);
  if (compareWithFiles(statement, bundle.files).length > 0) {
    return broken(chosen.bundle, 'its manifest does not describe it');
  }
  return { ok: true, statement };
}

function broken(folder: string, problem: string): Refusal {
  return invalid(diagnose(signatureBundleBroken, null, { folder, problem }));
}

function signedText(statement: BundleStatement, signer: SigningArguments, io: Io) {
  const signed = signPayload(statementBytes(statement), signer, io);
  return signed.ok ? signed : invalid(signed.problem);
}

function invalid(problem: Diagnostic): Refusal {
  return { ok: false, exitCode: EXIT.invalid, problem };
}

function describe({ subject, predicate }: BundleStatement, path: string, key: string | null): string {
  const { name, source, issued } = predicate;
  const lines = [
    `${visible(path)}: ${subject.length} files of ${visible(name)}, signed${key === null ? '' : ` by ${key}`}`,
    `  commit ${source.commit}, number ${issued.serial}, ${visible(source.path)}`,
  ];
  if (source.uncommitted.length > 0) {
    lines.push(`  not in that commit as compiled: ${source.uncommitted.map(visible).join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}
