import type { AuditArguments } from '../arguments/audit.ts';
import { exportLog } from '../audit/export.ts';
import { queryLog } from '../audit/query.ts';
import { tailLog } from '../audit/tail.ts';
import { verifyAuditLog } from '../audit/verify.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';

/** Verifies and reads audit logs. */
export function audit(chosen: AuditArguments, io: Io): ExitCode | Promise<ExitCode> {
  switch (chosen.action) {
    case 'verify':
      return verifyAuditLog(chosen, io);
    case 'tail':
      return tailLog(chosen, io);
    case 'query':
      return queryLog(chosen, io);
    case 'export':
      return exportLog(chosen, io);
  }
}
