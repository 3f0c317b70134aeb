import { launchMountLost } from '../../compiler/diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { environmentInside } from '../../compiler/ir/process.ts';
import { startSandbox } from '../../runtime/sandbox/start.ts';
import type { StartOutcome } from '../../runtime/sandbox/start-outcome.ts';
import type { RunArguments } from '../arguments/run.ts';
import { compileForHost, saidEachTime } from '../compile-for-host.ts';
import { EXIT } from '../exit-codes.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import type { Io } from '../io.ts';
import { launchFailure } from '../launch-failure.ts';

const STANDARD_ERROR = 2;

/**
 * Runs a command under a blueprint, and ends as it ends. With `-o json` the command's own output goes to standard
 * error, so that standard output holds the one document.
 */
export async function run({ path, argv, format, place }: RunArguments, io: Io): Promise<number> {
  const isJson = format === 'json';
  const compiled = await compileForHost(path, place, io);
  if (!compiled.ok) {
    const { exitCode, diagnostics } = compiled;
    await printOutcome(
      { command: 'run', diagnostics, result: { started: false, exitCode }, text: '' },
      format,
      io,
    );
    return exitCode;
  }
  const said = saidEachTime(compiled.diagnostics);
  if (!isJson) sayFindings(said, io);
  const { outcome } = startSandbox({
    launcher: compiled.launcher,
    plan: compiled.plan,
    argv: argv as [string, ...string[]],
    env: environmentInside(compiled.policy.process, io.environment),
    stdio: ['inherit', isJson ? STANDARD_ERROR : 'inherit', 'inherit'],
  });
  const end = await outcome;
  const failures = failuresOf(end, compiled.policy);
  const exitCode = exitCodeOf(end);
  if (isJson) {
    const result = { started: end.started, exitCode, lost: end.started ? end.lost : [] };
    const diagnostics = [...compiled.diagnostics, ...failures];
    await printOutcome({ command: 'run', diagnostics, result, text: '' }, format, io);
  } else sayFindings(failures, io);
  return exitCode;
}

function failuresOf(end: StartOutcome, policy: Policy): Diagnostic[] {
  if (!end.started) return [launchFailure(end, policy)];
  return end.lostMount === null ? [] : [diagnose(launchMountLost, null, { path: end.lostMount })];
}

/** A command that is not there is the command line's affair, as in a shell: 126 or 127. */
function exitCodeOf(end: StartOutcome): number {
  const isCommands = end.started ? end.lostMount === null : end.step === 'exec';
  return isCommands ? end.exitCode : EXIT.notEnforced;
}
