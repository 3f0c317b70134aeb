import { allowanceNotProposed } from '../../compiler/diagnostics/catalog/allowances.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { answerForm } from '../../runtime/approvals/requests/request-form.ts';
import type { EgressAllowArguments } from '../arguments/egress-allow.ts';
import { type EgressProposeArguments, USUAL_PROPOSAL } from '../arguments/egress-propose.ts';
import type { Io } from '../io.ts';
import { proposedText, proposedValue } from '../proposals/print.ts';
import { propose } from '../proposals/propose.ts';
import type { FoundRequest } from '../request-report.ts';
import { allow } from './allow.ts';

/** What `egress allow` prints. */
export interface AllowOutcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly result: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Lets a request through and, unless that is not wanted, proposes it in retrospect: that it cannot be proposed ends nothing. */
export async function allowCommand(
  found: FoundRequest,
  chosen: EgressAllowArguments,
  io: Io,
): Promise<AllowOutcome> {
  const step = await allow(found, chosen, io);
  if (!step.ok) return { diagnostics: step.problems, result: {}, text: '' };
  const { answer, isRunning, allowance, notes } = step.allowed;
  const { request } = found;
  const result = { allowed: answerForm(request.id, answer), isRunning };
  const until = new Date(allowance.until).toISOString();
  const when = isRunning ? 'now in force' : 'in force when the sandbox is started';
  const text = `${request.id} is let through until ${until}, ${when}\n`;
  const next = `have it reviewed, in the repository of its blueprint: nemoclaw egress propose ${request.id}\n`;
  if (!chosen.propose) return { diagnostics: notes, result, text: text + next };
  const asked: EgressProposeArguments = {
    ...USUAL_PROPOSAL,
    ids: [request.id],
    reason: chosen.reason,
    sandbox: chosen.sandbox,
    state: chosen.state,
    format: chosen.format,
  };
  const proposed = await propose([{ ...found, answer }], asked, io);
  if (!proposed.ok) {
    const problems = proposed.problems.map((problem) => ({ ...problem, severity: 'warning' }) as const);
    const diagnostics = [
      ...notes,
      diagnose(allowanceNotProposed, null, { request: request.id }),
      ...problems,
    ];
    return { diagnostics, result, text: text + next };
  }
  return {
    diagnostics: [...notes, ...proposed.notes],
    result: { ...result, proposal: proposedValue(proposed.proposed) },
    text: text + proposedText(proposed.proposed, io),
  };
}
