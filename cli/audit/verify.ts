import { createPublicKey, type KeyObject } from 'node:crypto';
import { dirname } from 'node:path';
import {
  auditKeyUnusable,
  auditLogCut,
  auditLogEdited,
  auditLogEmpty,
  auditNotVouched,
} from '../../compiler/diagnostics/catalog/audit-log.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { type LastCheckpoint, parseLastCheckpoint } from '../../runtime/audit/last-checkpoint.ts';
import { fingerprintOf } from '../../runtime/audit/signing-key.ts';
import { damageWords } from '../../runtime/audit/verify/damage-words.ts';
import type { Demands, LogSource, Verification } from '../../runtime/audit/verify/verification.ts';
import { verifyLog } from '../../runtime/audit/verify/verify-log.ts';
import type { AuditArguments } from '../arguments/audit.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { type Io, StreamBroken } from '../io.ts';
import { readInput, unreadable } from '../read-input.ts';
import { firstSequenceOf, logFilesOf } from './log-files.ts';

type Chosen = Extract<AuditArguments, { action: 'verify' }>;

/** `whole`: as it was written to the end. `being-written`: so far. `cut`: a crash took the end. `edited`: it was changed. */
type Outcome = 'whole' | 'being-written' | 'cut' | 'edited';

interface Answer {
  readonly outcome: Outcome | null;
  readonly verification: Verification | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly exit: ExitCode;
}

/** Verifies a log and says the first place that is wrong. */
export async function verifyAuditLog(chosen: Chosen, io: Io): Promise<ExitCode> {
  const answer = answerOf(chosen, io);
  const { outcome, verification, diagnostics, exit } = answer;
  const result = { action: 'verify', paths: chosen.paths, outcome, ...verification };
  const text = verification === null ? '' : verificationText(chosen.paths, verification, outcome!);
  await printOutcome({ command: 'audit', diagnostics, result, text }, chosen.format, io);
  return exit;
}

function answerOf(chosen: Chosen, io: Io): Answer {
  const { files, problems } = logFilesOf(chosen.paths, io);
  const key = publicKeyIn(chosen.key, io);
  const last = lastIn(chosen.lastCheckpoint, io);
  const wrong = [
    ...problems,
    ...('problem' in key ? [key.problem] : []),
    ...('problem' in last ? [last.problem] : []),
  ];
  const refuse = (diagnostics: readonly Diagnostic[]): Answer => {
    return { outcome: null, verification: null, diagnostics, exit: EXIT.invalid };
  };
  if (wrong.length > 0 || 'problem' in key || 'problem' in last) return refuse(wrong);
  const verified = verifyFiles(files, { key: key.value, last: last.value }, io);
  if (!verified.ok) return refuse([verified.problem]);
  const { verification } = verified;
  if (verification.first === null && verification.damage === null && verification.end !== 'torn') {
    return refuse([diagnose(auditLogEmpty, null, { path: chosen.paths[0]! })]);
  }
  return judge(chosen, { verification, key: key.value, files }, io);
}

function judge(
  { acceptCut }: Chosen,
  found: { verification: Verification; key: KeyObject | null; files: readonly string[] },
  io: Io,
): Answer {
  const { verification, key, files } = found;
  const { damage, end, tornBytes, vouched } = verification;
  const diagnostics: Diagnostic[] = [];
  const last = files.at(-1)!;
  let outcome: Outcome = 'whole';
  if (damage !== null) {
    outcome = 'edited';
    diagnostics.push(diagnose(auditLogEdited, null, { damage: damageWords(damage) }));
  } else if (end !== 'closed') {
    // A stream has no folder that would tell whether somebody writes it.
    outcome = last !== '-' && io.isLogWritten(dirname(last)) ? 'being-written' : 'cut';
    if (outcome === 'cut' && !acceptCut) {
      diagnostics.push(diagnose(auditLogCut, null, { file: last, bytes: tornBytes }));
    }
  }
  if (key !== null && vouched === null) {
    diagnostics.push(diagnose(auditNotVouched, null, { key: fingerprintOf(key) }));
  }
  return { outcome, verification, diagnostics, exit: diagnostics.length > 0 ? EXIT.no : EXIT.ok };
}

export type Verified =
  | { readonly ok: true; readonly verification: Verification }
  | { readonly ok: false; readonly problem: Diagnostic };

/** Thrown by a source that cannot be opened; caught below. */
class NotReadable extends Error {
  readonly problem: Diagnostic;

  constructor(problem: Diagnostic) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Verifies the files of one log, in their order. */
export function verifyFiles(files: readonly string[], demands: Demands, io: Io): Verified {
  let file = '';
  const sources = files.map((path): LogSource => {
    let wasRead = false;
    return {
      name: path,
      first: firstSequenceOf(path),
      open: () => {
        file = path;
        if (path === '-' && wasRead) return null;
        wasRead = true;
        const stream = io.openStream(path);
        if (!stream.ok) throw new NotReadable(unreadable(path, stream.detail));
        return stream.chunks;
      },
    };
  });
  try {
    return { ok: true, verification: verifyLog(sources, demands) };
  } catch (error) {
    if (error instanceof NotReadable) return { ok: false, problem: error.problem };
    if (error instanceof StreamBroken) return { ok: false, problem: unreadable(file, error.message) };
    throw error;
  }
}

export type Given<T> = { readonly value: T | null } | { readonly problem: Diagnostic };

/** The Ed25519 key of a file in PEM; null where none is named. */
export function publicKeyIn(path: string | null, io: Io): Given<KeyObject> {
  if (path === null) return { value: null };
  const input = readInput(path, io);
  if (!input.ok) return { problem: input.problem };
  const unusable = (problem: string) => ({ problem: diagnose(auditKeyUnusable, null, { path, problem }) });
  const text = new TextDecoder().decode(input.bytes);
  // Node would make the public key out of a private one, which nobody should carry about.
  if (!text.includes('-----BEGIN PUBLIC KEY-----')) return unusable('holds no public key in PEM');
  try {
    const key = createPublicKey(text);
    return key.asymmetricKeyType === 'ed25519' ? { value: key } : unusable('holds no Ed25519 key');
  } catch {
    return unusable('holds no public key in PEM');
  }
}

function lastIn(path: string | null, io: Io): Given<LastCheckpoint> {
  if (path === null) return { value: null };
  const input = readInput(path, io);
  if (!input.ok) return { problem: input.problem };
  const value = parseLastCheckpoint(new TextDecoder().decode(input.bytes));
  if (value !== null) return { value };
  return { problem: diagnose(auditKeyUnusable, null, { path, problem: 'names no line of a log' }) };
}

const ENDS: Readonly<Record<Outcome, string>> = {
  whole: 'ends in good order',
  'being-written': 'is being written',
  cut: 'is cut off at the end',
  edited: 'was changed; what follows is about the part before that',
};

function verificationText(paths: readonly string[], found: Verification, outcome: Outcome): string {
  const { lines, files, first, last, vouched, recoveries, recoveredBytes } = found;
  const events =
    first === null
      ? 'no event'
      : `${lines} events, ${first} to ${last}, in ${files === 1 ? '1 file' : `${files} files`}`;
  const text = [
    `${visible(paths.join(', '))}: ${ENDS[outcome]}`,
    `  ${events}, each chained to the one before`,
  ];
  if (first !== null && first > 0) text.push(`  begins with event ${first}; what came before is not here`);
  if (vouched === null) text.push('  no signature');
  else {
    const after = last! - vouched.sequence;
    const rest = after === 0 ? '' : `; ${after} ${after === 1 ? 'event' : 'events'} after it by nobody`;
    text.push(`  vouched for up to event ${vouched.sequence} by ${vouched.key}${rest}`);
  }
  if (recoveries > 0) {
    text.push(
      `  went on after ${recoveries} ${recoveries === 1 ? 'crash' : 'crashes'}, ${recoveredBytes} bytes of lines kept aside`,
    );
  }
  return `${text.join('\n')}\n`;
}
