import { hostname } from 'node:os';
import { hostStatementBytes } from '../../compiler/bundle/signature/host-statement.ts';
import { signatureNotWritten } from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { AttestArguments } from '../arguments/attest.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { hostPlace } from '../host-place.ts';
import { hostPredicate } from '../hosts/host-report.ts';
import { judge } from '../hosts/judge.ts';
import { sandboxPlace } from '../hosts/sandbox-place.ts';
import { stateOf } from '../hosts/state-of.ts';
import type { Io } from '../io.ts';
import { signPayload } from '../signing/signed-payload.ts';

/** Signs what was seen of a sandbox, whatever it is. */
export async function attest(chosen: AttestArguments, io: Io): Promise<ExitCode> {
  const { name, format } = chosen;
  const say = (diagnostics: readonly Diagnostic[], result: object, text = '') =>
    printOutcome({ command: 'attest', diagnostics, result: { ...result }, text }, format, io);
  const nothing = { attested: false, report: null, predicate: null };
  const host = hostPlace(io);
  const named = sandboxPlace(name, chosen.state, io);
  if ('code' in host || !named.ok) {
    const problems = [...('code' in host ? [host] : []), ...(named.ok ? [] : [named.problem])];
    await say(problems, nothing);
    return named.ok ? EXIT.notEnforced : EXIT.invalid;
  }
  const state = await stateOf(named.place, host, io.now());
  const { exitCode, verdict, findings } = judge(state);
  const predicate = hostPredicate(state, verdict, io.now());
  const signed = signPayload(hostStatementBytes(predicate), chosen.signer, io);
  if (!signed.ok) {
    await say([signed.problem], nothing);
    return EXIT.invalid;
  }
  const path = chosen.out ?? `${name}.${hostname().replaceAll(/[^A-Za-z0-9.-]/g, '-')}.json`;
  const written = io.replaceFile(path, signed.text);
  if (!written.ok) {
    await say([diagnose(signatureNotWritten, null, { path, detail: written.detail })], nothing);
    return EXIT.invalid;
  }
  const text = `${visible(path)}: sandbox ${visible(name)} is ${verdict}, signed${signed.key === null ? '' : ` by ${signed.key}`}\n`;
  await say(findings, { attested: true, report: path, predicate }, text);
  return exitCode;
}
