import { canMount } from '../../compiler/backends/target-abilities.ts';
import { stateNotWritable } from '../../compiler/diagnostics/catalog/gateway.ts';
import { launchMountLost } from '../../compiler/diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { environmentInside } from '../../compiler/ir/process.ts';
import type { Door } from '../../runtime/sandbox/door.ts';
import { identityOf } from '../../runtime/sandbox/process-identity.ts';
import { claimSandbox } from '../../runtime/sandbox/running.ts';
import { startSandbox } from '../../runtime/sandbox/start.ts';
import type { StartOutcome } from '../../runtime/sandbox/start-outcome.ts';
import { serveWitness, Witness } from '../../runtime/sandbox/witness.ts';
import type { Format } from '../arguments/choices.ts';
import type { RunArguments } from '../arguments/run.ts';
import { saidEachTime } from '../compile-for-host.ts';
import { EXIT } from '../exit-codes.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import { gatewayInside, prepareDoor } from '../gateway-door.ts';
import { type PreparedCredentials, prepareCredentials } from '../held-credentials.ts';
import { type LaunchRules, rulesFor } from '../hosts/launch-rules.ts';
import { runsAlready } from '../hosts/run-generation.ts';
import { reachOfState, sandboxPlace } from '../hosts/sandbox-place.ts';
import type { Io } from '../io.ts';
import { launchFailure } from '../launch-failure.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

const STANDARD_ERROR = 2;

/**
 * Runs a command under a blueprint or under what was applied, and ends as it ends. With `-o json` the command's own output goes
 * to standard error, so that standard output holds the one document.
 */
export async function run(chosen: RunArguments, io: Io): Promise<number> {
  const { format } = chosen;
  const found = await rulesFor(chosen, io);
  if (!found.ok) return refuse(found, format, io);
  const { rules } = found;
  const hasDoor = chosen.door.gateway && canMount(rules.target);
  const credentials = hasDoor ? prepareCredentials(rules.policy, io) : NO_CREDENTIALS;
  if (!credentials.ok) return notEnforced(credentials.problems, format, io);
  const witness = new Witness();
  const claimed = hasDoor ? await claim(rules, chosen, witness, io) : NO_CLAIM;
  if (!claimed.ok) return notEnforced([claimed.problem], format, io);
  try {
    const prepared = hasDoor ? prepareDoor(rules, chosen.door, credentials.held, io) : null;
    if (prepared?.ok === false) return await notEnforced([prepared.problem], format, io);
    const door = prepared?.door ?? null;
    return await start(chosen, rules, { door, credentials, began: claimed.began, witness }, io);
  } finally {
    claimed.release();
  }
}

interface WayIn {
  readonly door: Door | null;
  readonly credentials: Extract<PreparedCredentials, { ok: true }>;
  readonly began: (process: number) => void;
  readonly witness: Witness;
}

async function start(
  { argv, format }: RunArguments,
  rules: LaunchRules,
  { door, credentials, began, witness }: WayIn,
  io: Io,
): Promise<number> {
  const isJson = format === 'json';
  const { variables, findings } = door === null ? NOTHING_INSIDE : gatewayInside(rules.policy);
  const diagnostics = [...rules.diagnostics, ...findings];
  if (!isJson) sayFindings(saidEachTime(diagnostics), io);
  const { outcome } = startSandbox({
    launcher: rules.launcher,
    plan: rules.plan,
    argv: argv as [string, ...string[]],
    env: {
      ...variables,
      ...environmentInside(rules.policy.process, io.environment),
      ...credentials.variables,
    },
    stdio: ['inherit', isJson ? STANDARD_ERROR : 'inherit', 'inherit'],
    door,
    onHeld: began,
    witness,
  });
  const end = await outcome;
  const failures = failuresOf(end, rules.policy);
  const exitCode = exitCodeOf(end);
  if (isJson) {
    const lost = end.started ? end.lost : [];
    const result = { started: end.started, exitCode, lost, generation: rules.generation };
    await printOutcome(
      { command: 'run', diagnostics: [...diagnostics, ...failures], result, text: '' },
      format,
      io,
    );
  } else sayFindings(failures, io);
  return exitCode;
}

type Claimed =
  | { readonly ok: true; readonly began: (process: number) => void; readonly release: () => void }
  | { readonly ok: false; readonly problem: Diagnostic };

const NO_CLAIM = { ok: true, began: () => {}, release: () => {} } as const;

/** One at a time runs under a name, says what before it begins, and lets its witness be asked. */
async function claim(rules: LaunchRules, { door }: RunArguments, witness: Witness, io: Io): Promise<Claimed> {
  const found = sandboxPlace(door.name ?? rules.policy.name, door.state, io);
  if (!found.ok) return found;
  const { place } = found;
  const reach = reachOfState(rules.policy, place.state);
  if (reach !== null) return { ok: false, problem: reach };
  const { running } = place.state;
  let release = () => {};
  try {
    const claimed = claimSandbox(running);
    if (!claimed.ok) {
      const { pid, problem } = claimed;
      if (problem === null) return { ok: false, problem: runsAlready(place, pid) };
      return { ok: false, problem: diagnose(stateNotWritable, null, { path: running, detail: problem }) };
    }
    release = claimed.release;
    const served = await serveWitness(place.state.witness, witness);
    const { bundle, generation } = rules;
    const began = (pid: number) => {
      const process = identityOf(pid);
      if (process === null) return;
      claimed.began({ bundle: bundle.digest, generation, process, since: io.now() });
    };
    const end = () => {
      served.close();
      claimed.release();
    };
    return { ok: true, began, release: end };
  } catch (error) {
    release();
    if (!isSystemProblem(error)) throw error;
    const detail = systemProblem(error);
    return { ok: false, problem: diagnose(stateNotWritable, null, { path: running, detail }) };
  }
}

/** Without a gateway nothing leaves, so there is nothing to put a placeholder into. */
const NO_CREDENTIALS = { ok: true, held: [], variables: {} } as const;
const NOTHING_INSIDE = { variables: {}, findings: [] };

function notEnforced(diagnostics: readonly Diagnostic[], format: Format, io: Io): Promise<number> {
  return refuse({ exitCode: EXIT.notEnforced, diagnostics }, format, io);
}

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
