import { precedenceOf } from '../../compiler/bundle/signature/precedence.ts';
import type { BundleStatement } from '../../compiler/bundle/signature/statement.ts';
import {
  signedNoBundle,
  signedOlder,
  signedOtherCommit,
  signedOtherSandbox,
  signedUncommitted,
} from '../../compiler/diagnostics/catalog/signed-files.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { type BundleFiles, readBundleFiles } from '../../runtime/bundle/bundle-files.ts';
import type { VerifyBundleArguments } from '../arguments/verify-bundle.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';
import { fileFindings } from './file-findings.ts';
import { signatureBeside } from './signature-file.ts';
import { type Trust, trustIn } from './trust.ts';
import { type Signer, verifiedStatement } from './verified-statement.ts';

/** What is asked of a bundle. */
export type Expected = Omit<VerifyBundleArguments, 'command' | 'format'>;

/** A bundle of which everything was verified, or why it is not one. Of what was not verified nothing is given. */
export type VerifiedBundle =
  | {
      readonly ok: true;
      readonly statement: BundleStatement;
      readonly signer: Signer;
      /** The very bytes that were verified. Whoever uses the bundle uses these: the folder may be another one by now. */
      readonly files: ReadonlyMap<string, Uint8Array>;
      /** The file that signs it, as it was verified. */
      readonly signature: Uint8Array;
    }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly diagnostics: readonly Diagnostic[] };

/** Verifies the signature of a bundle, what is expected of it, and every file in its folder. */
export function verifiedBundle(chosen: Expected, io: Io): VerifiedBundle {
  const found = trustIn(chosen.trust, io);
  if (!found.ok) return refuse(EXIT.invalid, found.problems);
  const { trust } = found;
  const kind = trust.kind === 'keys' ? 'key' : 'ssh';
  const path = chosen.signature ?? signatureBeside(chosen.bundle, kind, io.cwd);
  const signed = verifiedStatement(path, trust, io);
  if (!signed.ok) return refuse(signed.exitCode, [signed.problem]);
  const { statement, signer } = signed;
  const accepted = acceptedBefore(chosen.notOlderThan, statement, trust, io);
  if (!accepted.ok) return refuse(accepted.exitCode, [accepted.problem]);
  const files = filesIn(chosen.bundle);
  if ('code' in files) return refuse(EXIT.invalid, [files]);
  const problems = [
    ...accepted.problems,
    ...sourceFindings(statement, chosen),
    ...fileFindings(statement, files),
  ];
  if (problems.length > 0) return refuse(EXIT.no, problems);
  return { ok: true, statement, signer, files: files.files, signature: signed.bytes };
}

function refuse(exitCode: ExitCode, diagnostics: readonly Diagnostic[]): VerifiedBundle {
  return { ok: false, exitCode, diagnostics };
}

type Compared =
  | { readonly ok: true; readonly problems: readonly Diagnostic[] }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly problem: Diagnostic };

/** Holds a statement against the one that was accepted before it, which has to be signed by somebody who is trusted too. */
function acceptedBefore(path: string | null, next: BundleStatement, trust: Trust, io: Io): Compared {
  if (path === null) return { ok: true, problems: [] };
  const signed = verifiedStatement(path, trust, io);
  if (!signed.ok) return signed;
  const accepted = signed.statement.predicate;
  const { name, issued } = next.predicate;
  switch (precedenceOf(next, signed.statement)) {
    case 'newer':
    case 'same':
      return { ok: true, problems: [] };
    case 'other-sandbox':
      return {
        ok: true,
        problems: [diagnose(signedOtherSandbox, null, { name, accepted: accepted.name })],
      };
    case 'older': {
      const { serial: acceptedSerial, at: acceptedAt } = accepted.issued;
      const parameters = { ...issued, accepted: acceptedSerial, acceptedAt };
      return { ok: true, problems: [diagnose(signedOlder, null, parameters)] };
    }
  }
}

function sourceFindings(
  { predicate: { source } }: BundleStatement,
  { commit, allowDirty }: Expected,
): Diagnostic[] {
  const { commit: signed, uncommitted: names } = source;
  const findings: Diagnostic[] = [];
  if (commit !== null && commit !== signed) {
    findings.push(diagnose(signedOtherCommit, null, { signed, wanted: commit }));
  }
  if (names.length > 0 && !allowDirty) {
    findings.push(diagnose(signedUncommitted, null, { names, commit: signed }));
  }
  return findings;
}

function filesIn(folder: string): BundleFiles | Diagnostic {
  const none = (detail: string) => diagnose(signedNoBundle, null, { folder, detail });
  try {
    return readBundleFiles(folder) ?? none('it has neither a manifest nor a current bundle');
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return none(systemProblem(error));
  }
}
