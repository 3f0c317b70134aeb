import { lstatSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { allowanceNotEnded } from '../../compiler/diagnostics/catalog/allowances.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { allowedFile } from '../../runtime/approvals/allowances/folder.ts';
import { syncFolder } from '../../runtime/audit/private-files.ts';
import { replaceTable } from '../../runtime/sandbox/gateway-control.ts';
import type { StateFolder } from '../../runtime/sandbox/state-folder.ts';
import { type Step, stop } from '../proposals/outcome.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

/**
 * Ends what lets a request through for a while: for the next start first, then at once where the gateway runs.
 *
 * @param isAllowed whether its answer says so; then the gateway is asked also where a kill came after the file was removed
 * @returns whether there was anything to end
 */
export async function endAllowance(
  { egressAllowed, egressControl, egressTable }: StateFolder,
  request: string,
  isAllowed: boolean,
): Promise<Step<{ readonly isEnded: boolean }>> {
  const notEnded = (problem: string) => stop(diagnose(allowanceNotEnded, null, { request, problem }));
  const path = allowedFile(egressAllowed, request);
  try {
    const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (!isThere && !isAllowed) return { ok: true, isEnded: false };
    if (isThere) {
      rmSync(path);
      syncFolder(dirname(path));
    }
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return notEnded(`\`${path}\` could not be removed: ${systemProblem(error)}`);
  }
  const told = await replaceTable(egressControl, egressTable);
  return told.ok || told.reason === 'absent'
    ? { ok: true, isEnded: true }
    : notEnded(`the gateway says: ${told.problem}`);
}
