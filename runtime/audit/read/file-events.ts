import { readFileSync } from 'node:fs';
import type { AuditEvent, LineDigest } from '../../../compiler/ir/audit-event/event.ts';
import { linesOf } from '../../../compiler/ir/audit-event/lines.ts';
import { readEvent } from '../../../compiler/ir/audit-event/read.ts';

/**
 * The events of one file of a log, each with the digest of its line; what is no event is passed over, because finding that
 * is the affair of whoever verifies. Throws the file system's own errors.
 */
export function* eventsOfFile(
  path: string,
): Generator<{ readonly event: AuditEvent; readonly digest: LineDigest }> {
  for (const { bytes, digest } of linesOf([readFileSync(path)])) {
    const read = bytes === null ? null : readEvent(Buffer.from(bytes).toString('utf8'));
    if (read?.ok) yield { event: read.event, digest };
  }
}
