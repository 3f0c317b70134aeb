import { hostNoSuchGeneration, hostNothingApplied } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { endedGrants } from '../../compiler/ir/ended-grants.ts';
import { numbersIn } from '../../runtime/sandbox/generations/read.ts';
import type { RollbackArguments } from '../arguments/rollback.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { hostPlace } from '../host-place.ts';
import { generationInForce } from '../hosts/in-force.ts';
import { type Came, type Change, changing, intoForce, loadKept } from '../hosts/into-force.ts';
import { sandboxPlace } from '../hosts/sandbox-place.ts';
import type { Io } from '../io.ts';

type RolledBack = Pick<Came, 'exitCode' | 'findings'> & { readonly came: Came | null };

/** Goes back to a generation that is kept. */
export async function rollback(chosen: RollbackArguments, io: Io): Promise<ExitCode> {
  const { exitCode, came, findings } = await rollBack(chosen, io);
  const result = {
    rolledBack: exitCode === EXIT.ok,
    sandbox: chosen.name,
    generation: came?.number ?? null,
    running: came?.effect ?? null,
  };
  const text =
    exitCode === EXIT.ok
      ? `sandbox ${chosen.name}: generation ${came?.number} is in force again and was probed\n`
      : '';
  await printOutcome({ command: 'rollback', diagnostics: findings, result, text }, chosen.format, io);
  return exitCode;
}

async function rollBack(chosen: RollbackArguments, io: Io): Promise<RolledBack> {
  const host = hostPlace(io);
  if ('code' in host) return no(EXIT.notEnforced, [host]);
  const named = sandboxPlace(chosen.name, chosen.state, io);
  if (!named.ok) return no(EXIT.invalid, [named.problem]);
  const { place } = named;
  // Opening the store would make a folder for a name that was mistyped.
  const found = generationInForce(place.state.generations, host);
  if (found.ok && found.inForce === null)
    return no(EXIT.invalid, [diagnose(hostNothingApplied, null, { name: chosen.name })]);
  const changed = await changing(place, (store) => goTo(chosen, { store, place, host, io }));
  return changed.ok ? changed.value : no(changed.exitCode, [changed.problem]);
}

async function goTo({ to, name }: RollbackArguments, change: Change): Promise<RolledBack> {
  const { store, place, host, io } = change;
  const current = store.switches.at(-1)?.generation;
  if (current === undefined) return no(EXIT.invalid, [diagnose(hostNothingApplied, null, { name })]);
  const number = to ?? store.lastGood();
  if (number === null) return noGeneration(null, 'no other one that was proved is kept');
  if (number === current) return noGeneration(number, 'it is in force');
  if (to !== null && !numbersIn(place.state.generations).includes(to))
    return noGeneration(to, 'it is not kept, or never was');
  const found = loadKept(place, number, host);
  if (!found.ok) return no(EXIT.invalid, found.diagnostics);
  const ended = endedGrants(found.loaded.policy, io.now());
  if (ended.length > 0) return no(EXIT.no, ended);
  const came = await intoForce(change, number, found.loaded, 'rollback');
  return { exitCode: came.exitCode, findings: came.findings, came };
}

function noGeneration(wanted: number | null, problem: string): RolledBack {
  return no(EXIT.invalid, [diagnose(hostNoSuchGeneration, null, { wanted, problem })]);
}

function no(exitCode: ExitCode, findings: readonly Diagnostic[]): RolledBack {
  return { exitCode, findings, came: null };
}
