import { basename } from 'node:path';
import { hostNoneApplied } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { StatusArguments } from '../arguments/status.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { hostPlace } from '../host-place.ts';
import { judge } from '../hosts/judge.ts';
import { type SandboxState, stateOf } from '../hosts/state-of.ts';
import { stateJson, stateText } from '../hosts/state-words.ts';
import type { Io } from '../io.ts';
import { findStates } from '../sandbox-state.ts';

/** Says of each sandbox whether it is what was applied. */
export async function status(chosen: StatusArguments, io: Io): Promise<ExitCode> {
  const { name, state, format } = chosen;
  const say = (diagnostics: readonly Diagnostic[], states: readonly SandboxState[], verdict: string) => {
    const result = { verdict, sandboxes: states.map((one) => stateJson(one, judge(one).verdict)) };
    const text = states.map((one) => stateText(one, judge(one).verdict)).join('\n');
    return printOutcome({ command: 'status', diagnostics, result, text }, format, io);
  };
  const host = hostPlace(io);
  const found = findStates({ sandbox: name, state }, io);
  if (!found.ok || 'code' in host) {
    await say([...(found.ok ? [] : [found.problem]), ...('code' in host ? [host] : [])], [], 'unknown');
    return found.ok ? EXIT.notEnforced : EXIT.invalid;
  }
  const states: SandboxState[] = [];
  for (const folder of found.states) {
    states.push(await stateOf({ name: name ?? basename(folder.root), state: folder }, host, io.now()));
  }
  // Of all sandboxes, those count of which anything is known; one that is named has to be one.
  const isNamed = name !== null || state !== null;
  const shown = states.filter((one) => isNamed || isKnown(one));
  if (shown.length === 0) {
    await say([diagnose(hostNoneApplied, null, {})], [], 'nothing applied');
    return EXIT.invalid;
  }
  const judged = shown.map(judge);
  const exitCode = worst(judged.map((one) => one.exitCode));
  const verdict = judged.find((one) => one.exitCode === exitCode)?.verdict ?? 'as applied';
  await say(
    judged.flatMap(({ findings }) => findings),
    shown,
    verdict,
  );
  return exitCode;
}

/** Whether something was applied, should be, or is out of order. A sandbox of a blueprint that was only run is none of these. */
function isKnown({ desired, damage, drift, breakGlass, followed }: SandboxState): boolean {
  return (
    desired !== null ||
    followed !== null ||
    damage.length + breakGlass.length > 0 ||
    drift.some(({ what, holds }) => !holds && what === 'generations')
  );
}

const ORDER: readonly ExitCode[] = [EXIT.ok, EXIT.invalid, EXIT.no, EXIT.notEnforced];

function worst(codes: readonly ExitCode[]): ExitCode {
  return ORDER[Math.max(0, ...codes.map((code) => ORDER.indexOf(code)))]!;
}
