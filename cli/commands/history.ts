import { hostNothingApplied } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { isOf, numbersIn, readGeneration, readSwitches } from '../../runtime/sandbox/generations/read.ts';
import type { GenerationRecord, Switch } from '../../runtime/sandbox/generations/records.ts';
import type { HistoryArguments } from '../arguments/history.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { damaged } from '../hosts/in-force.ts';
import { sandboxPlace } from '../hosts/sandbox-place.ts';
import type { Io } from '../io.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

/** One switch, with what is still kept of its generation. */
interface Entry {
  readonly change: Switch;
  readonly record: GenerationRecord | null;
  /** Whether it is there and not the one that was in force. */
  readonly isDamaged: boolean;
}

/** Shows what was in force, oldest first; the last one is in force. */
export async function history({ name, state, format }: HistoryArguments, io: Io): Promise<ExitCode> {
  const say = (diagnostics: readonly Diagnostic[], switches: readonly Entry[] | null) =>
    printOutcome(
      {
        command: 'history',
        diagnostics,
        result: { sandbox: name, switches: switches?.map(plain) ?? null },
        text:
          switches === null
            ? ''
            : switches.map((entry, at) => line(entry, at === switches.length - 1)).join(''),
      },
      format,
      io,
    );
  const named = sandboxPlace(name, state, io);
  if (!named.ok) {
    await say([named.problem], null);
    return EXIT.invalid;
  }
  const read = entriesIn(named.place.state.generations);
  if (typeof read === 'string') {
    await say([damaged(read)], null);
    return EXIT.notEnforced;
  }
  await say(read.length === 0 ? [diagnose(hostNothingApplied, null, { name })] : [], read);
  return read.length === 0 ? EXIT.invalid : EXIT.ok;
}

/** Or what is damaged. */
function entriesIn(folder: string): readonly Entry[] | string {
  try {
    const switches = readSwitches(folder);
    if (!switches.ok) return switches.problem;
    const kept = new Set(switches.value.length === 0 ? [] : numbersIn(folder));
    return switches.value.map((change) => {
      const found = readGeneration(folder, change.generation);
      const record = found.ok && isOf(found, change) ? found.record : null;
      return { change, record, isDamaged: record === null && kept.has(change.generation) };
    });
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return systemProblem(error);
  }
}

function plain({ change, record, isDamaged }: Entry) {
  const { at, record: _, ...rest } = change;
  return { at: new Date(at).toISOString(), ...rest, record, isDamaged };
}

function line({ change, record, isDamaged }: Entry, isInForce: boolean): string {
  const { generation, at, by, why, outcome } = change;
  const commit = record?.commit?.slice(0, 12) ?? 'no commit';
  const known =
    record === null
      ? isDamaged
        ? 'CHANGED SINCE'
        : 'no longer kept'
      : `${commit}, ${record.signer === null ? 'SIGNED BY NOBODY' : visible(record.signer)}`;
  const accepted =
    record?.exceptions.map(({ kind, reason }) => `    accepted ${kind}: ${visible(reason)}\n`) ?? [];
  const mark = isInForce ? '*' : ' ';
  const when = new Date(at).toISOString();
  return `${mark} ${String(generation).padStart(4)}  ${when}  ${why.padEnd(12)} ${outcome.padEnd(8)} by ${visible(by)}  ${known}\n${accepted.join('')}`;
}
