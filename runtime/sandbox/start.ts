import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import { watchMounts } from './mount-watch.ts';
import { isReady, type StartOutcome, startOutcome } from './start-outcome.ts';

export interface SandboxStart {
  /** Path of the launcher's binary. */
  readonly launcher: string;
  /** Bytes of `launch/plan.bin`. */
  readonly plan: Uint8Array;
  /** The command and its arguments; a command without `/` is looked up in PATH inside. */
  readonly argv: readonly [string, ...string[]];
  /** Exactly the variables that the command sees; made by `environmentInside` from the policy. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard input, output and error, as for `spawn`. */
  readonly stdio: readonly [StandardStream, StandardStream, StandardStream];
}

export type StandardStream = 'inherit' | 'pipe' | 'ignore' | number;

export interface StartedSandbox {
  readonly child: ChildProcess;
  /** Never rejects: what went wrong is part of the outcome. */
  readonly outcome: Promise<StartOutcome>;
}

const PLAN_DESCRIPTOR = 3;
const STATUS_DESCRIPTOR = 4;

/**
 * Starts a command under a launch plan. It ends when this process ends, and this process passes SIGTERM, SIGHUP and
 * SIGINT on to it meanwhile. When the host takes a mount out of the sandbox, the sandbox is ended.
 */
export function startSandbox(start: SandboxStart): StartedSandbox {
  const child = spawn(start.launcher, ['--status', '--die-with-parent', '--', ...start.argv], {
    env: { ...start.env },
    // A signal to process group 0 leaves the sandbox on kernels below Landlock ABI 6: it has a group of its own. With a
    // terminal, whose shell has given this process one, it stays there, so that Ctrl-C and Ctrl-Z work.
    detached: !hasTerminal(),
    stdio: [...start.stdio, 'pipe', 'pipe'] as StdioOptions,
  });
  const plan = child.stdio[PLAN_DESCRIPTOR] as Duplex | null;
  // A launcher that ended before it read the plan says so itself.
  plan?.on('error', () => plan.destroy());
  plan?.end(start.plan);
  const stopForwarding = forwardSignals(child);
  const outcome = awaitOutcome(child, start.launcher).finally(stopForwarding);
  return { child, outcome };
}

function awaitOutcome(child: ChildProcess, launcher: string): Promise<StartOutcome> {
  return new Promise((resolve) => {
    let status = '';
    let stopWatching: (() => void) | null = null;
    let lostMount: string | null = null;
    const statusStream = child.stdio[STATUS_DESCRIPTOR] as Readable | null;
    statusStream?.setEncoding('utf8');
    statusStream?.on('data', (text: string) => {
      status += text;
      if (stopWatching !== null || child.pid === undefined || !isReady(status)) return;
      stopWatching = watchMounts(child.pid, (mountPoint) => {
        lostMount = mountPoint;
        child.kill('SIGKILL');
      });
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const errno = Math.abs(error.errno ?? 0);
      resolve({ started: false, exitCode: 125, step: 'launcher', detail: launcher, errno });
    });
    child.on('close', (code, signal) => {
      stopWatching?.();
      resolve(startOutcome(status, { code, signal: signal && constants.signals[signal], lostMount }));
    });
  });
}

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const running = new Set<ChildProcess>();

/** Passes signals on to a sandbox until the function that it gives is called. */
function forwardSignals(child: ChildProcess): () => void {
  if (running.size === 0) for (const signal of FORWARDED) process.on(signal, passOn);
  running.add(child);
  return () => {
    running.delete(child);
    if (running.size === 0) for (const signal of FORWARDED) process.off(signal, passOn);
  };
}

/**
 * The terminal sends SIGINT and SIGHUP to everyone in its foreground, the command included: sending them on would
 * deliver them twice.
 */
function passOn(signal: NodeJS.Signals): void {
  if (signal !== 'SIGTERM' && hasTerminal()) return;
  for (const child of running) child.kill(signal);
}

function hasTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
}
