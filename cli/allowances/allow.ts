import { rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import {
  allowanceDenied,
  allowanceInForce,
  allowanceNoTable,
  allowanceNotTaken,
  allowanceNotWritten,
} from '../../compiler/diagnostics/catalog/allowances.ts';
import { proposalNotExact } from '../../compiler/diagnostics/catalog/proposals.ts';
import { answerNotWritten } from '../../compiler/diagnostics/catalog/requests.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { decideEgress } from '../../compiler/ir/decide/egress.ts';
import { readTable } from '../../compiler/ir/egress-table/read.ts';
import type { EgressTable } from '../../compiler/ir/egress-table/table.ts';
import { type Allowance, withAllowances } from '../../runtime/approvals/allowances/allowance.ts';
import { allowedFile, readAllowed, writeAllowed } from '../../runtime/approvals/allowances/folder.ts';
import { writeAnswer } from '../../runtime/approvals/requests/folder.ts';
import type { Answer } from '../../runtime/approvals/requests/request.ts';
import { replaceTable } from '../../runtime/sandbox/gateway-control.ts';
import { type StateFolder, stateFolder } from '../../runtime/sandbox/state-folder.ts';
import type { EgressAllowArguments } from '../arguments/egress-allow.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import { protocolNear } from '../proposals/edit.ts';
import { entryPlain } from '../proposals/entry.ts';
import { type Evidence, evidenceFor } from '../proposals/evidence.ts';
import { policyOfEntries } from '../proposals/exact-meaning.ts';
import { narrowestEntries } from '../proposals/narrowest.ts';
import { type Step, stop } from '../proposals/outcome.ts';
import type { FoundRequest } from '../request-report.ts';
import { reading } from '../sandbox-state.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

export interface Allowed {
  readonly allowance: Allowance;
  readonly answer: Answer;
  /** Whether a gateway runs that has it in force. */
  readonly isRunning: boolean;
  readonly notes: readonly Diagnostic[];
}

/** Lets a request through for a while, on its sandbox alone: written down first, then put in force where the gateway runs. */
export async function allow(
  { request, folder }: FoundRequest,
  chosen: EgressAllowArguments,
  io: Io,
): Promise<Step<{ readonly allowed: Allowed }>> {
  const state = stateFolder(dirname(folder));
  const table = tableOf(state, io);
  if (!table.ok) return table;
  const read = reading(
    state.root,
    () => ({ ok: true, ...evidenceFor([request], state.audit, io.now()) }) as const,
  );
  if (!read.ok) return stop(read.problem);
  if (read.problems.length > 0) return stop(...read.problems);
  const made = await allowanceFor(read.evidence[0]!, table.table, chosen, io);
  if (!made.ok) return made;
  const { allowance } = made;
  const path = allowedFile(state.egressAllowed, request.id);
  const { by, at, reason, until } = allowance;
  const answer: Answer = { kind: 'allowed', by, at, reason, until };
  let before: Allowance | null;
  try {
    before =
      readAllowed(state.egressAllowed, at).allowances.find((one) => one.request === request.id) ?? null;
    writeAllowed(state.egressAllowed, allowance);
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return stop(diagnose(allowanceNotWritten, null, { path, detail: systemProblem(error) }));
  }
  const told = await replaceTable(state.egressControl, state.egressTable);
  if (!told.ok && told.reason === 'refused') {
    const problem = takenBack(state.egressAllowed, path, before);
    if (problem !== null) return stop(problem);
    return stop(diagnose(allowanceNotTaken, null, { request: request.id, problem: told.problem }));
  }
  try {
    writeAnswer(folder, request.id, answer);
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return stop(diagnose(answerNotWritten, null, { id: request.id, detail: systemProblem(error) }));
  }
  const note = diagnose(allowanceInForce, null, {
    request: request.id,
    sandbox: request.sandbox,
    until: new Date(until).toISOString(),
    by,
  });
  return { ok: true, allowed: { allowance, answer, isRunning: told.ok, notes: [note] } };
}

/** Leaves what was let through before, as the gateway still has it. */
function takenBack(folder: string, path: string, before: Allowance | null): Diagnostic | null {
  try {
    if (before === null) rmSync(path, { force: true });
    else writeAllowed(folder, before);
    return null;
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return diagnose(allowanceNotWritten, null, { path, detail: systemProblem(error) });
  }
}

function tableOf({ egressTable: path }: StateFolder, { reader }: Io): Step<{ readonly table: EgressTable }> {
  const file = reader.read(path);
  if (!file.ok)
    return stop(diagnose(allowanceNoTable, null, { path, problem: `cannot be read: ${file.detail}` }));
  const read = readTable(new TextDecoder().decode(file.bytes));
  return read.ok
    ? { ok: true, table: read.table }
    : stop(diagnose(allowanceNoTable, null, { path, problem: `is none: ${read.problem}` }));
}

async function allowanceFor(
  evidence: Evidence,
  table: EgressTable,
  { span, reason }: EgressAllowArguments,
  io: Io,
): Promise<Step<{ readonly allowance: Allowance }>> {
  const { request, accesses } = evidence;
  for (const access of accesses) {
    const decision = decideEgress(table.egress, access);
    if (decision.verdict === 'allow' || decision.why !== 'denied') continue;
    const { id, origin } = decision.by;
    return stop(
      diagnose(allowanceDenied, null, {
        request: request.id,
        entry: id,
        place: `${origin.file}:${origin.line}`,
      }),
    );
  }
  const nearest = protocolNear(request, table.egress);
  const narrowed = narrowestEntries([{ id: request.id, accesses, nearest }], new Set());
  const inexact = (problem: string) =>
    stop(diagnose(proposalNotExact, null, { request: request.id, problem }));
  if (!narrowed.ok) return inexact(narrowed.problem);
  const by = userInfo().username;
  const at = io.now();
  const until = at + span;
  const grant = {
    owner: by,
    reason,
    ticket: null,
    approver: null,
    expires: new Date(until).toISOString(),
    audit: [],
  };
  const plain = narrowed.entries.map((entry) => [`allowed-${entry.key}`, entryPlain(entry, grant)] as const);
  const { place } = await placeFor({ target: null, workdir: null, home: null, variables: {} }, io);
  const policy = policyOfEntries(Object.fromEntries(plain), io.reader, place!.bindings);
  if (policy === null) return inexact('it is no access that an entry can name');
  const allowance: Allowance = {
    request: request.id,
    by,
    at,
    until,
    reason,
    table: { name: table.name, policy: table.policy, commit: null, egress: policy.egress, credentials: [] },
  };
  const together = withAllowances(table, [allowance]);
  const isCovered = accesses.every((access) => decideEgress(together.egress, access).verdict === 'allow');
  return isCovered ? { ok: true, allowance } : inexact('an entry for it would not let it through');
}
