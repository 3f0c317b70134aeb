import { launchFailed, launchMountLost } from '../../compiler/diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { environmentInside } from '../../compiler/ir/process.ts';
import { startSandbox } from '../../runtime/sandbox/start.ts';
import type { StartOutcome } from '../../runtime/sandbox/start-outcome.ts';
import { errorName } from '../../runtime/sandbox/verify/probe.ts';
import type { RunArguments } from '../arguments/run.ts';
import { compileForHost, saidEachTime } from '../compile-for-host.ts';
import { EXIT } from '../exit-codes.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import type { Io } from '../io.ts';

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
  const failures = failuresOf(end);
  const exitCode = exitCodeOf(end);
  if (isJson) {
    const result = { started: end.started, exitCode, lost: end.started ? end.lost : [] };
    const diagnostics = [...compiled.diagnostics, ...failures];
    await printOutcome({ command: 'run', diagnostics, result, text: '' }, format, io);
  } else sayFindings(failures, io);
  return exitCode;
}

function failuresOf(end: StartOutcome): Diagnostic[] {
  if (!end.started) return [failureOf(end)];
  return end.lostMount === null ? [] : [diagnose(launchMountLost, null, { path: end.lostMount })];
}

/** A command that is not there is the command line's affair, as in a shell: 126 or 127. */
function exitCodeOf(end: StartOutcome): number {
  const isCommands = end.started ? end.lostMount === null : end.step === 'exec';
  return isCommands ? end.exitCode : EXIT.notEnforced;
}

function failureOf({ step, detail, errno }: Extract<StartOutcome, { started: false }>): Diagnostic {
  const error = errno === 0 ? 'no answer of the kernel' : errorName(errno);
  return diagnose(launchFailed, null, { step, detail, error, hint: hintFor(step) });
}

function hintFor(step: string): string | null {
  switch (step) {
    case 'exec':
      return 'name a program that is there inside, and that the blueprint lets the agent read and execute';
    case 'view':
      return 'a path that may be missing on this host takes `optional: true` in the blueprint';
    case 'workdir':
      return 'the folder that the agent starts in must be there and granted; `--workdir DIR` names another';
    case 'identity':
      return 'a named user can only be taken on by root, or by that user';
    case 'plan':
      return 'the launcher and the compiler are of different versions: run `npm run build`';
    default:
      return null;
  }
}
