import { dirname } from 'node:path';
import { auditLogEdited, auditNotVouched } from '../../compiler/diagnostics/catalog/audit-log.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { AuditEvent } from '../../compiler/ir/audit-event/event.ts';
import { fingerprintOf } from '../../runtime/audit/signing-key.ts';
import { damageWords } from '../../runtime/audit/verify/damage-words.ts';
import { logFilesOf, readLog } from '../audit/log-files.ts';
import { publicKeyIn, verifyFiles } from '../audit/verify.ts';
import type { Io } from '../io.ts';
import { type Step, stop } from '../proposals/outcome.ts';

/** What one log tells of one sandbox. Times are milliseconds since 1970 UTC. */
export interface SandboxLog {
  /** The folder, or the one file. */
  readonly log: string;
  readonly first: number;
  /** Of the last event that counts: with a key, one that it vouches for. */
  readonly last: number;
  /** By the ids of grants. */
  readonly grants: ReadonlyMap<string, GrantUse>;
}

export interface GrantUse {
  readonly uses: number;
  readonly lastUse: number | null;
  /** How often it had ended when it was asked for. */
  readonly refused: number;
}

/** By the names of sandboxes. */
export type SandboxLogs = ReadonlyMap<string, readonly SandboxLog[]>;

/**
 * Reads audit logs, each of which has to be as it was written: files of one folder are one log. A log without its last word,
 * such as a copy of one that is being written, counts up to its last event.
 *
 * @param key a file with the public key that has to vouch for them; null for none
 */
export function readLogs(
  paths: readonly string[],
  key: string | null,
  io: Io,
): Step<{ readonly logs: SandboxLogs }> {
  const { files, problems } = logFilesOf(paths, io);
  const given = publicKeyIn(key, io);
  if (problems.length > 0 || 'problem' in given) {
    return stop(...problems, ...('problem' in given ? [given.problem] : []));
  }
  const logs = new Map<string, SandboxLog[]>();
  for (const own of byFolder(files)) {
    const name = own.length === 1 ? own[0]! : dirname(own[0]!);
    const verified = verifyFiles(own, { key: given.value, last: null }, io);
    if (!verified.ok) return stop(verified.problem);
    const { damage, vouched, last } = verified.verification;
    if (damage !== null) return stop(diagnose(auditLogEdited, null, { damage: damageWords(damage) }));
    if (given.value !== null && vouched === null) {
      return stop(diagnose(auditNotVouched, null, { key: fingerprintOf(given.value) }));
    }
    const counts = given.value === null ? last : vouched!.sequence;
    const tally = new LogTally(name, counts ?? -1);
    const wrong = readLog(own, io, ({ event }) => {
      if (event.sequence > (last ?? -1)) return false;
      tally.add(event);
      return true;
    });
    if (wrong.length > 0) return stop(...wrong);
    for (const [sandbox, one] of tally.bySandbox()) logs.set(sandbox, [...(logs.get(sandbox) ?? []), one]);
  }
  return { ok: true, logs };
}

function byFolder(files: readonly string[]): string[][] {
  const folders = new Map<string, string[]>();
  for (const file of files) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
  return [...folders.values()];
}

interface Counted {
  readonly first: number;
  last: number;
  readonly grants: Map<string, { uses: number; lastUse: number | null; refused: number }>;
}

class LogTally {
  readonly #log: string;
  readonly #counts: number;
  readonly #sandboxes = new Map<string, Counted>();

  /** @param counts sequence of the last event up to which the log covers its time */
  constructor(log: string, counts: number) {
    this.#log = log;
    this.#counts = counts;
  }

  add({ sandbox, time, sequence, what }: AuditEvent): void {
    const known = this.#sandboxes.get(sandbox) ?? { first: time, last: time, grants: new Map() };
    this.#sandboxes.set(sandbox, known);
    if (sequence <= this.#counts) known.last = Math.max(known.last, time);
    if (what.kind !== 'decision' || what.grant === null) return;
    const { id } = what.grant;
    const grant = known.grants.get(id) ?? { uses: 0, lastUse: null, refused: 0 };
    known.grants.set(id, grant);
    if (what.why === 'expired') grant.refused++;
    // A denial that struck is of use as well.
    else if (what.why === 'granted' || what.why === 'audited' || what.why === 'denied') {
      grant.uses++;
      grant.lastUse = Math.max(grant.lastUse ?? time, time);
    }
  }

  bySandbox(): [sandbox: string, log: SandboxLog][] {
    return [...this.#sandboxes].map(([sandbox, counted]) => [sandbox, { log: this.#log, ...counted }]);
  }
}
