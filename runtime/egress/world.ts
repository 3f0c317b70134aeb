import { basename } from 'node:path';
import { recordedEgress } from '../../compiler/ir/audit-event/recorded-access.ts';
import { VERSION } from '../../compiler/version.ts';
import { type Denial, reasonsOf, refusalOf } from '../approvals/refusals/refusal-of.ts';
import { openRequests } from '../approvals/requests/open-requests.ts';
import { rebuild } from '../approvals/requests/rebuild.ts';
import { isAskable } from '../approvals/requests/request.ts';
import { openAuditLog } from '../audit/audit-log.ts';
import { logFilesIn } from '../audit/file-names.ts';
import { eventsOfFile } from '../audit/read/file-events.ts';
import type { StateFolder } from '../sandbox/state-folder.ts';
import { fatal } from './fatal.ts';
import type { Refusal } from './refusal.ts';
import type { Refused, Surroundings } from './surroundings.ts';

/** What the gateway writes to in the state folder of its sandbox. */
export interface World {
  readonly surroundings: Pick<Surroundings, 'journal' | 'refuse' | 'requested' | 'recorded'>;
  /** Signs and ends the log, and writes what waits. */
  close(): Promise<void>;
}

/** Opens the audit log and the requests of a sandbox. Ends the process when they cannot be had: then nothing may be decided. */
export function openWorld(state: StateFolder): World {
  const sandbox = basename(state.root);
  const opened = openAuditLog({
    folder: state.audit,
    state: state.auditKey,
    sandbox,
    tool: VERSION,
    waitFor: 0,
  });
  if (!opened.ok) {
    const mayPass = opened.reason === 'in-use' || opened.reason === 'system';
    fatal(mayPass ? 'failed' : 'unusable', `the audit log cannot be used: ${opened.problem}`);
  }
  const { log } = opened;
  void log.failing.then(({ message }) => fatal('failed', message));
  const requests = openRequests({
    sandbox,
    folder: state.requests,
    // They go on in memory, and the log has them all.
    failed: ({ message }) =>
      void process.stderr.write(`${JSON.stringify({ warning: 'requests', message })}\n`),
  });
  // Requests are written within a second: what a crash took of them is in the file before the one that has just begun.
  const last = logFilesIn(state.audit).at(-2);
  if (last !== undefined) rebuild(requests.requests, eventsOfFile(last.path));
  return {
    surroundings: {
      journal: log,
      recorded: recordedEgress,
      requested: (request, line) => requests.requests.written(request, line),
      refuse: (refused) => refuse(refused, requests.requests),
    },
    async close() {
      await requests.close();
      await log.close();
    },
  };
}

type Requests = ReturnType<typeof openRequests>['requests'];

function refuse({ access, decision, entries, policy, caller, scheme }: Refused, requests: Requests): Refusal {
  const reasons = () => usedUp(decision, access.at) ?? reasonsOf(entries, access, decision);
  const { why } = decision;
  if (!isAskable(why)) return refusalOf(decision, access, reasons(), null, scheme);
  const { pid } = caller;
  const joined = requests.refused({ access, why, policy, pid, at: access.at, explain: reasons });
  return refusalOf(decision, access, reasons(), joined, scheme);
}

/** A grant that is used up stands as one that ended at the moment of the access. */
function usedUp({ by }: Denial, at: number): ReturnType<typeof reasonsOf> | null {
  const { expiresAt = null, maxUses = null } = by?.approval ?? {};
  if (by === null || maxUses === null || expiresAt !== at) return null;
  const { file, line, column } = by.origin;
  const because = `all ${maxUses} uses of \`${by.id}\` are used up`;
  return { because, nearest: { id: by.id, file, line, column }, protocol: null };
}
