import {
  hostBreakGlass,
  hostDrift,
  hostNewProcess,
  hostNotEnforced,
  hostNothingApplied,
  hostProbing,
  hostUnproved,
} from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { SandboxState } from './state-of.ts';

/** Whether a sandbox is what was applied, and what is not. */
export interface Judged {
  readonly exitCode: ExitCode;
  readonly verdict: 'as applied' | 'drifted' | 'not enforced' | 'nothing applied';
  readonly findings: readonly Diagnostic[];
}

/** What is not enforced is worse than what drifted, and that is worse than that nothing was applied. */
export function judge(state: SandboxState): Judged {
  const { desired, damage, drift, enforcement, breakGlass, name } = state;
  const open =
    breakGlass.length === 0 ? [] : [diagnose(hostBreakGlass, null, { grants: breakGlass.join(', ') })];
  const drifted = drift.filter(({ holds }) => !holds).map((check) => diagnose(hostDrift, null, check));
  const loose = enforcement
    .filter(({ holds }) => !holds)
    .map((check) => diagnose(hostNotEnforced, null, check));
  const unproved = desired === null ? [] : unprovedFindings(state);
  const findings = [...open, ...loose, ...unproved, ...damage, ...drifted, ...waiting(state)];
  if (loose.length > 0 || desired?.last.outcome === 'failed') {
    return { exitCode: EXIT.notEnforced, verdict: 'not enforced', findings };
  }
  if (damage.length + drifted.length + unproved.length + open.length > 0) {
    return { exitCode: EXIT.no, verdict: 'drifted', findings };
  }
  if (desired === null) {
    const nothing = diagnose(hostNothingApplied, null, { name });
    return { exitCode: EXIT.invalid, verdict: 'nothing applied', findings: [...findings, nothing] };
  }
  return { exitCode: EXIT.ok, verdict: 'as applied', findings };
}

function unprovedFindings({ desired }: SandboxState): Diagnostic[] {
  const { number = 0, last } = desired ?? {};
  if (last?.outcome === 'probing') return [diagnose(hostProbing, null, { number })];
  return last?.outcome === 'failed' ? [diagnose(hostUnproved, null, { number })] : [];
}

function waiting({ desired, sameLaunch }: SandboxState): Diagnostic[] {
  return desired !== null && !sameLaunch ? [diagnose(hostNewProcess, null, { number: desired.number })] : [];
}
