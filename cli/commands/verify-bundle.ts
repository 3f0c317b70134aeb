import { precedenceOf } from '../../compiler/bundle/signature/precedence.ts';
import type { BundleStatement } from '../../compiler/bundle/signature/statement.ts';
import {
  signedNoBundle,
  signedOlder,
  signedOtherCommit,
  signedOtherSandbox,
  signedUncommitted,
} from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { type BundleFiles, readBundleFiles } from '../../runtime/bundle/bundle-files.ts';
import type { VerifyBundleArguments } from '../arguments/verify-bundle.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { fileFindings } from '../signing/file-findings.ts';
import { signatureBeside } from '../signing/signature-file.ts';
import { type Trust, trustIn } from '../signing/trust.ts';
import { type Signer, verifiedStatement } from '../signing/verified-statement.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

interface Answer {
  readonly exitCode: ExitCode;
  readonly diagnostics: readonly Diagnostic[];
  /** Null unless all of it was verified: what was not is shown to nobody as if it were. */
  readonly verified: { readonly statement: BundleStatement; readonly signer: Signer } | null;
}

/** Proves who signed a bundle and that it is whole. */
export async function verifyBundle(chosen: VerifyBundleArguments, io: Io): Promise<ExitCode> {
  const { exitCode, diagnostics, verified } = answerOf(chosen, io);
  const result = {
    verified: verified !== null,
    bundle: chosen.bundle,
    signer: verified?.signer ?? null,
    statement: verified?.statement ?? null,
  };
  const text = verified === null ? '' : describe(chosen.bundle, verified.statement, verified.signer);
  await printOutcome({ command: 'verify-bundle', diagnostics, result, text }, chosen.format, io);
  return exitCode;
}

function answerOf(chosen: VerifyBundleArguments, io: Io): Answer {
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
  return { exitCode: EXIT.ok, diagnostics: [], verified: { statement, signer } };
}

function refuse(exitCode: ExitCode, diagnostics: readonly Diagnostic[]): Answer {
  return { exitCode, diagnostics, verified: null };
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
  { commit, allowDirty }: VerifyBundleArguments,
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

function describe(folder: string, { subject, predicate }: BundleStatement, signer: Signer): string {
  const { name, source, issued, policy, bundle, target, tool } = predicate;
  const kernel = target.landlockAbi === 0 ? 'no Landlock' : `Landlock ABI ${target.landlockAbi}`;
  const repository = source.repository === null ? '' : ` of ${visible(source.repository)}`;
  const lines = [
    `${visible(folder)}: signed by ${signerWords(signer)}; all ${subject.length} files are what was signed`,
    `  sandbox   ${visible(name)}`,
    `  commit    ${source.commit}${repository}`,
    `  blueprint ${visible(source.path)}`,
    `  signed    ${issued.at}, number ${issued.serial}`,
    `  bundle    ${bundle}`,
    `  policy    ${policy}`,
    `  target    ${target.engine} on ${target.architecture}, ${kernel}, ${target.privilege}`,
    `  tool      ${tool.name} ${visible(tool.version)}`,
  ];
  if (source.uncommitted.length > 0) {
    lines.push(`  NOT IN THE COMMIT as compiled: ${source.uncommitted.map(visible).join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

function signerWords(signer: Signer): string {
  if (signer.kind === 'key') return `key ${signer.key}`;
  return `${visible(signer.identity)}${signer.key === null ? '' : `, key ${signer.key}`}`;
}
