import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { type Door, type HeldCommand, type OpeningDoor, openDoor } from './door.ts';
import { watchMounts } from './mount-watch.ts';
import { heldCommand, isReady, type StartOutcome, startedProcess, startOutcome } from './start-outcome.ts';
import { Witness } from './witness.ts';

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
  /** The way out; null where nothing may leave, and nobody is to hear of it. */
  readonly door?: Door | null;
  /**
   * Called once, with the number of the command's process as it is outside, when everything is in place and the command has
   * not begun. What it throws ends the sandbox before that.
   */
  readonly onHeld?: (process: number) => void;
  /** Through which the process that stays in the sandbox to be asked about others is asked, from when the command is let go. */
  readonly witness?: Witness;
}

export type StandardStream = 'inherit' | 'pipe' | 'ignore' | number;

export interface StartedSandbox {
  readonly child: ChildProcess;
  /** Rejects only with what `onHeld` threw: what else went wrong is part of the outcome. */
  readonly outcome: Promise<StartOutcome>;
}

const PLAN_DESCRIPTOR = 3;
const STATUS_DESCRIPTOR = 4;
/** Milliseconds in which what an ended launcher said is read: it is there by then. */
const LONGEST_FAREWELL = 1_000;
/** One byte lets the command go. */
const GO = '\n';

/**
 * Starts a command under a launch plan. It ends when this process ends, and this process passes SIGTERM, SIGHUP and
 * SIGINT on to it meanwhile. When the host takes a mount out of the sandbox, the sandbox is ended. The command is held
 * back until its mounts are watched and its door is open.
 */
export function startSandbox(start: SandboxStart): StartedSandbox {
  const { door = null } = start;
  const options = ['--status', '--hold', ...(door === null ? [] : ['--ask-connects']), '--die-with-parent'];
  const child = spawn(start.launcher, [...options, '--', ...start.argv], {
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
  const outcome = awaitOutcome(child, start, door).finally(stopForwarding);
  return { child, outcome };
}

async function awaitOutcome(
  child: ChildProcess,
  { launcher, onHeld = () => {}, witness = new Witness() }: SandboxStart,
  door: Door | null,
): Promise<StartOutcome> {
  const status = child.stdio[STATUS_DESCRIPTOR] as Duplex | null;
  const released = new Release(child, status, { door, onHeld, witness });
  const end = await endOf(child);
  await released.finish();
  if (released.defect !== null) throw released.defect.error;
  if (typeof end !== 'object') {
    return { started: false, exitCode: 125, step: 'launcher', detail: launcher, errno: end };
  }
  const { status: said, lostMount, noGateway } = released;
  return startOutcome(said, { ...end, lostMount, gateway: noGateway });
}

interface Surroundings {
  readonly door: Door | null;
  readonly onHeld: (process: number) => void;
  readonly witness: Witness;
}

/** What the launcher says, and what is done before the command is let go. */
class Release {
  /** Whole lines, without the answers of the witness. */
  status = '';
  #line = '';
  lostMount: string | null = null;
  /** Why the gateway does not serve; null where it does, or there is to be none. */
  noGateway: string | null = null;
  /** What `onHeld` threw, for which the command was not let go. */
  defect: { readonly error: unknown } | null = null;
  readonly #onHeld: (process: number) => void;
  readonly #child: ChildProcess;
  readonly #door: Door | null;
  readonly #witness: Witness;
  #stopWatching: (() => void) | null = null;
  #opening: OpeningDoor | null = null;

  constructor(child: ChildProcess, stream: Duplex | null, { door, onHeld, witness }: Surroundings) {
    this.#child = child;
    this.#onHeld = onHeld;
    this.#door = door;
    this.#witness = witness;
    // A witness that was not yet told to end with the launcher ends when nobody can ask it any more; one that is held by then
    // keeps its end open, and nobody waits for it.
    child.once('exit', () => {
      stream?.end();
      setTimeout(() => stream?.destroy(), LONGEST_FAREWELL).unref();
    });
    stream?.setEncoding('utf8');
    // A launcher that ended while it was spoken to says why by its end.
    stream?.on('error', () => stream.destroy());
    stream?.on('close', () => witness.end());
    stream?.on('data', (text: string) => this.#hear(text, stream));
  }

  #hear(text: string, stream: Duplex): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop()!;
    for (const line of lines) if (!this.#witness.hear(line)) this.status += `${line}\n`;
    const held = heldCommand(this.status);
    if (this.#stopWatching === null && isReady(this.status) && (this.#door === null || held !== null)) {
      this.#release(stream, held);
    }
  }

  async #release(stream: Duplex, held: HeldCommand | null): Promise<void> {
    const child = this.#child;
    this.#stopWatching = watchMounts(child.pid!, (mountPoint) => {
      this.lostMount = mountPoint;
      child.kill('SIGKILL');
    });
    if (this.#door !== null && held !== null) {
      this.#opening = openDoor(this.#door, held);
      this.noGateway = await this.#opening.failure;
    }
    if (this.noGateway === null) this.#tellHeld();
    if (this.noGateway === null && this.defect === null) {
      stream.write(GO);
      this.#witness.begin(stream);
    } else child.kill('SIGKILL');
  }

  #tellHeld(): void {
    const process = startedProcess(this.status);
    if (process === null) return;
    try {
      this.#onHeld(process);
    } catch (error) {
      this.defect = { error };
    }
  }

  /** When the command has ended, or never began. */
  async finish(): Promise<void> {
    this.#stopWatching?.();
    await this.#opening?.close();
  }
}

/** How the launcher ended, or the error for which it could not be started. */
function endOf(
  child: ChildProcess,
): Promise<number | { readonly code: number | null; readonly signal: number | null }> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(Math.abs(error.errno ?? 0)));
    child.once('close', (code, signal) => resolve({ code, signal: signal && constants.signals[signal] }));
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
