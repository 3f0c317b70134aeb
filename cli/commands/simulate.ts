import { simulate as replay, type Simulation } from '../../compiler/analysis/simulate/replay.ts';
import { BOUNDS } from '../../compiler/analysis/simulate/tally.ts';
import {
  auditBeyondBound,
  auditChainBroken,
  auditChainSkipped,
  auditLineDamaged,
  auditLinesSkipped,
  auditMoreDamaged,
  auditNoDecision,
} from '../../compiler/diagnostics/catalog/audit.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../../compiler/diagnostics/entry.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import type { TurnWord } from '../arguments/choices.ts';
import type { SimulateArguments } from '../arguments/simulate.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { type Io, StreamBroken } from '../io.ts';
import { placeFor } from '../place.ts';
import { policyIn } from '../policy-file.ts';
import { unreadable } from '../read-input.ts';
import { simulationText, simulationValue } from '../simulation-report.ts';

/** Replays an audit log against a changed blueprint and says what would come out differently. */
export async function simulate(chosen: SimulateArguments, io: Io): Promise<ExitCode> {
  const { place, diagnostics: placeFindings } = await placeFor(chosen.place, io);
  const made = place === null ? null : answer(chosen, place.bindings, io);
  const diagnostics = [...placeFindings, ...(made?.diagnostics ?? [])];
  const simulation = made?.simulation ?? null;
  const isAnswered = simulation !== null && !hasErrors(diagnostics);
  await printOutcome(
    {
      command: 'simulate',
      diagnostics,
      result: { log: chosen.log, ...(simulation === null ? { changes: null } : simulationValue(simulation)) },
      text: isAnswered ? simulationText(simulation, chosen.log, paletteFor(io.stdout, io)) : '',
    },
    chosen.format,
    io,
  );
  if (!isAnswered) return EXIT.invalid;
  return chosen.failOn !== null && failing(chosen.failOn, simulation) ? EXIT.no : EXIT.ok;
}

interface Answer {
  readonly simulation: Simulation | null;
  readonly diagnostics: readonly Diagnostic[];
}

function answer(chosen: SimulateArguments, bindings: Bindings, io: Io): Answer {
  const next = errorsAlone(policyIn(chosen.path, bindings, io));
  const old = chosen.old === null ? null : errorsAlone(policyIn(chosen.old, bindings, io));
  const diagnostics = [...next.diagnostics, ...(old?.diagnostics ?? [])];
  if (next.policy === null || (old !== null && old.policy === null)) return { simulation: null, diagnostics };
  const stream = io.openStream(chosen.log);
  if (!stream.ok)
    return { simulation: null, diagnostics: [...diagnostics, unreadable(chosen.log, stream.detail)] };
  try {
    const simulation = replay(stream.chunks, next.policy, old?.policy ?? null, BOUNDS);
    return { simulation, diagnostics: [...diagnostics, ...findingsOf(simulation, chosen)] };
  } catch (error) {
    if (!(error instanceof StreamBroken)) throw error;
    return { simulation: null, diagnostics: [...diagnostics, unreadable(chosen.log, error.message)] };
  }
}

function errorsAlone({ policy, diagnostics }: { policy: Policy | null; diagnostics: readonly Diagnostic[] }) {
  return { policy, diagnostics: diagnostics.filter(({ severity }) => severity === 'error') };
}

function findingsOf(simulation: Simulation, { log: path, skipDamaged }: SimulateArguments): Diagnostic[] {
  const { damaged, damagedLines, chainBreaks, firstChainBreak, beyondBound, decisions } = simulation;
  const found: Diagnostic[] = [];
  if (skipDamaged && damaged > 0) found.push(diagnose(auditLinesSkipped, null, { path, count: damaged }));
  if (!skipDamaged) {
    for (const { number: line, problem } of damagedLines) {
      found.push(diagnose(auditLineDamaged, null, { path, line, problem }));
    }
    const count = damaged - damagedLines.length;
    if (count > 0) found.push(diagnose(auditMoreDamaged, null, { path, count }));
  }
  if (firstChainBreak !== null) {
    const kind = skipDamaged ? auditChainSkipped : auditChainBroken;
    found.push(diagnose(kind, null, { path, line: firstChainBreak, count: chainBreaks }));
  }
  if (beyondBound > 0) found.push(diagnose(auditBeyondBound, null, { count: beyondBound }));
  if (decisions === 0) found.push(diagnose(auditNoDecision, null, { path }));
  return found;
}

function failing(word: TurnWord, { counts }: Simulation): boolean {
  const denied = counts['to-deny'] > 0;
  const allowed = counts['to-allow'] > 0;
  return word === 'any' ? denied || allowed : word === 'deny' ? denied : allowed;
}
