import type { HeldCommand } from './door.ts';

/** How a launch ended: the command ran, or a step failed before it and the command never started. */
export type StartOutcome =
  | {
      readonly started: true;
      /** The command's own, or 128 plus the signal that ended it. */
      readonly exitCode: number;
      /** What a best-effort plan had to do without on this kernel. */
      readonly lost: readonly string[];
      /** The mount that the host took away, for which the sandbox was ended; null where it ended otherwise. */
      readonly lostMount: string | null;
    }
  | {
      readonly started: false;
      /** 125, or as shells have it 126 (not executable) and 127 (not found). */
      readonly exitCode: number;
      readonly step: string;
      readonly detail: string;
      /** A positive errno; 0 where there was none. */
      readonly errno: number;
    };

export type StartFailure = Extract<StartOutcome, { started: false }>;

export interface LauncherEnd {
  readonly code: number | null;
  /** Number of the signal that ended the launcher itself. */
  readonly signal: number | null;
  readonly lostMount?: string | null;
  /** Why the gateway could not be started, for which the command was not; null where it was. */
  readonly gateway?: string | null;
}

/** Exit code when the launcher itself gives up; see runtime/launcher/launcher.c. */
const LAUNCHER_FAILED = 125;

const READY = /^nemoclaw-launcher: ready:/m;
const FAILED = /^nemoclaw-launcher: step ([a-z]+): (.*): error (\d+)$/;
const LOST = /^nemoclaw-launcher: lost (.*)$/;

/**
 * Reads what the launcher said on its status descriptor. Only `ready` without a failed step after it means that the
 * command ran; silence means that the launcher was ended first.
 */
export function startOutcome(status: string, end: LauncherEnd): StartOutcome {
  const exitCode = end.code ?? 128 + (end.signal ?? 0);
  const lost: string[] = [];
  for (const line of status.split('\n')) {
    const failed = FAILED.exec(line);
    if (failed) {
      const [, step = '', detail = '', errno] = failed;
      return { started: false, exitCode, step, detail, errno: Number(errno) };
    }
    const loss = LOST.exec(line)?.[1];
    if (loss !== undefined) lost.push(loss);
  }
  const { gateway = null } = end;
  if (gateway !== null)
    return { started: false, exitCode: LAUNCHER_FAILED, step: 'gateway', detail: gateway, errno: 0 };
  if (isReady(status)) return { started: true, exitCode, lost, lostMount: end.lostMount ?? null };
  const detail = end.signal === null ? 'it said nothing' : `ended by signal ${end.signal}`;
  return { started: false, exitCode: end.code ?? LAUNCHER_FAILED, step: 'launcher', detail, errno: 0 };
}

/** The command that the launcher holds back; null where it named none. */
export function heldCommand(status: string): HeldCommand | null {
  const process = startedProcess(status);
  const connects = /^nemoclaw-launcher: connects command: descriptor (\d+)$/m.exec(status)?.[1];
  if (process === null || connects === undefined) return null;
  return { process, connects: Number(connects) };
}

/** The number of the command's process outside; null where the launcher named none. */
export function startedProcess(status: string): number | null {
  const process = /^nemoclaw-launcher: started command: process (\d+)$/m.exec(status)?.[1];
  return process === undefined ? null : Number(process);
}

/** Whether everything is in place and the command is about to start. */
export function isReady(status: string): boolean {
  return READY.test(status);
}
