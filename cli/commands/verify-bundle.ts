import type { BundleStatement } from '../../compiler/bundle/signature/statement.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { VerifyBundleArguments } from '../arguments/verify-bundle.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { verifiedBundle } from '../signing/verified-bundle.ts';
import type { Signer } from '../signing/verified-statement.ts';

/** Proves who signed a bundle and that it is whole. */
export async function verifyBundle(chosen: VerifyBundleArguments, io: Io): Promise<ExitCode> {
  const found = verifiedBundle(chosen, io);
  const result = {
    verified: found.ok,
    bundle: chosen.bundle,
    signer: found.ok ? found.signer : null,
    statement: found.ok ? found.statement : null,
  };
  const text = found.ok ? describe(chosen.bundle, found.statement, found.signer) : '';
  const diagnostics = found.ok ? [] : found.diagnostics;
  await printOutcome({ command: 'verify-bundle', diagnostics, result, text }, chosen.format, io);
  return found.ok ? EXIT.ok : found.exitCode;
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
