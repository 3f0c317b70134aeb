import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { answerNotWritten } from '../../compiler/diagnostics/catalog/requests.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { writeAnswer } from '../../runtime/approvals/requests/folder.ts';
import { type Answer, stateOf } from '../../runtime/approvals/requests/request.ts';
import { stateFolder } from '../../runtime/sandbox/state-folder.ts';
import type { Io } from '../io.ts';
import { type FoundRequest, requestValue } from '../request-report.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';
import { endAllowance } from './end.ts';

/** What `egress deny` prints. */
export interface DenyOutcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly result: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Says no to requests, one after the other, and ends what lets them through for a while. */
export async function denyCommand(
  found: readonly FoundRequest[],
  reason: string,
  io: Io,
): Promise<DenyOutcome> {
  const answer: Answer = { kind: 'denied', by: userInfo().username, at: io.now(), reason };
  const lines: string[] = [];
  const denied: unknown[] = [];
  for (const one of found) {
    const { request, folder, answer: before } = one;
    const isAllowed = stateOf(before, io.now()) === 'allowed';
    const ended = await endAllowance(stateFolder(dirname(folder)), request.id, isAllowed);
    const problem = ended.ok ? written(folder, request.id, answer) : ended.problems[0]!;
    if (problem !== null) return { diagnostics: [problem], result: { denied }, text: lines.join('') };
    denied.push(requestValue({ ...one, answer }, io.now()));
    const was = before === null ? '' : `; it was ${before.kind} by ${visible(before.by)}`;
    const now = ended.ok && ended.isEnded ? ', and is let through no longer' : '';
    lines.push(`${request.id} is denied${was}${now}\n`);
  }
  return { diagnostics: [], result: { denied }, text: lines.join('') };
}

function written(folder: string, id: string, answer: Answer): Diagnostic | null {
  try {
    writeAnswer(folder, id, answer);
    return null;
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return diagnose(answerNotWritten, null, { id, detail: systemProblem(error) });
  }
}
