import { canMount } from '../../compiler/backends/target-abilities.ts';
import { launchMountLost } from '../../compiler/diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { environmentInside } from '../../compiler/ir/process.ts';
import { startSandbox } from '../../runtime/sandbox/start.ts';
import type { StartOutcome } from '../../runtime/sandbox/start-outcome.ts';
import type { Format } from '../arguments/choices.ts';
import type { RunArguments } from '../arguments/run.ts';
import { compileForHost, saidEachTime } from '../compile-for-host.ts';
import { EXIT } from '../exit-codes.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import { gatewayInside, prepareDoor } from '../gateway-door.ts';
import { prepareCredentials } from '../held-credentials.ts';
import type { Io } from '../io.ts';
import { launchFailure } from '../launch-failure.ts';

const STANDARD_ERROR = 2;

/**
 * Runs a command under a blueprint, and ends as it ends. With `-o json` the command's own output goes to standard
 * error, so that standard output holds the one document.
 */
export async function run(chosen: RunArguments, io: Io): Promise<number> {
  const { path, argv, format, place } = chosen;
  const isJson = format === 'json';
  const compiled = await compileForHost(path, place, io);
  if (!compiled.ok) return refuse(compiled, format, io);
  const hasDoor = chosen.door.gateway && canMount(compiled.place.target);
  const credentials = hasDoor ? prepareCredentials(compiled.policy, io) : NO_CREDENTIALS;
  if (!credentials.ok) {
    return refuse({ exitCode: EXIT.notEnforced, diagnostics: credentials.problems }, format, io);
  }
  const prepared = hasDoor ? prepareDoor(compiled, chosen.door, credentials.held, io) : null;
  if (prepared?.ok === false) {
    return refuse({ exitCode: EXIT.notEnforced, diagnostics: [prepared.problem] }, format, io);
  }
  const { variables, findings } = prepared === null ? NOTHING_INSIDE : gatewayInside(compiled.policy);
  const diagnostics = [...compiled.diagnostics, ...findings];
  if (!isJson) sayFindings(saidEachTime(diagnostics), io);
  const { outcome } = startSandbox({
    launcher: compiled.launcher,
    plan: compiled.plan,
    argv: argv as [string, ...string[]],
    env: {
      ...variables,
      ...environmentInside(compiled.policy.process, io.environment),
      ...credentials.variables,
    },
    stdio: ['inherit', isJson ? STANDARD_ERROR : 'inherit', 'inherit'],
    door: prepared?.door ?? null,
  });
  const end = await outcome;
  const failures = failuresOf(end, compiled.policy);
  const exitCode = exitCodeOf(end);
  if (isJson) {
    const result = { started: end.started, exitCode, lost: end.started ? end.lost : [] };
    await printOutcome(
      { command: 'run', diagnostics: [...diagnostics, ...failures], result, text: '' },
      format,
      io,
    );
  } else sayFindings(failures, io);
  return exitCode;
}

/** Without a gateway nothing leaves, so there is nothing to put a placeholder into. */
const NO_CREDENTIALS = { ok: true, held: [], variables: {} } as const;
const NOTHING_INSIDE = { variables: {}, findings: [] };

async function refuse(
  { exitCode, diagnostics }: { readonly exitCode: number; readonly diagnostics: readonly Diagnostic[] },
  format: Format,
  io: Io,
): Promise<number> {
  const result = { started: false, exitCode };
  await printOutcome({ command: 'run', diagnostics, result, text: '' }, format, io);
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
