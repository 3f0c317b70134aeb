import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { type HeldCredential, heldText } from '../egress/credentials/held.ts';

/** The way out of a sandbox: see docs/decisions/0016-egress-gateway.md. */
export interface Door {
  /** Path of the doorkeeper's binary. */
  readonly doorkeeper: string;
  /** The gateway's command and its arguments. */
  readonly gateway: readonly [string, ...string[]];
  /** The gateway's variables: a corporate proxy comes from here, and no credential. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the gateway puts in for placeholders; handed over in memory, also to one that is started again. */
  readonly credentials: readonly HeldCredential[];
  /** Called when the doorkeeper of an open door was killed: nobody starts the gateway again then. */
  readonly gone: () => void;
}

/** The command that waits inside, as the launcher names it. */
export interface HeldCommand {
  /** Its number outside. */
  readonly process: number;
  /** Its descriptor on which the kernel asks about connect(). */
  readonly connects: number;
}

/** A door that is being opened, or is open. */
export interface OpeningDoor {
  /** Null when the gateway serves; else why it does not. Never rejects. */
  readonly failure: Promise<string | null>;
  /** Lets the gateway finish its log and end, also while it starts. */
  close(): Promise<void>;
}

/** The gateway's port inside, where programs that know proxies find it. */
export const GATEWAY_PORT = 3128;

/**
 * The folder inside in which the gateway leaves what programs need to trust it, where the blueprint has made a scratch
 * folder of it; the doorkeeper knows the same place.
 */
export const TRUST_FOLDER = '/run/nemoclaw';

const CONTROL_DESCRIPTOR = 3;
const CREDENTIALS_DESCRIPTOR = 4;
const READY = '{"ready":true}\n';
/** Its log may be long to check, and its disk slow. */
const SLOWEST_START_MS = 60_000;
const SLOWEST_END_MS = 10_000;

/** Starts the doorkeeper and with it the gateway. */
export function openDoor(door: Door, held: HeldCommand): OpeningDoor {
  const { process: pid, connects } = held;
  const { credentials } = door;
  const options = credentials.length === 0 ? [] : ['--credentials'];
  const keeper = spawn(
    door.doorkeeper,
    [String(pid), String(connects), String(GATEWAY_PORT), ...options, '--', ...door.gateway],
    {
      env: { ...door.env },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', ...options.map(() => 'pipe' as const)],
      detached: true,
    },
  );
  if (credentials.length > 0) {
    const pipe = keeper.stdio[CREDENTIALS_DESCRIPTOR] as Duplex | null;
    // A doorkeeper that ended says so by its exit code.
    pipe?.on('error', () => pipe.destroy());
    pipe?.end(heldText(credentials));
  }
  const control = keeper.stdio[CONTROL_DESCRIPTOR] as Duplex | null;
  const ended = endOf(keeper);
  // A doorkeeper that ended says so by its exit code.
  control?.on('error', () => control.destroy());
  const timer = setTimeout(() => keeper.kill('SIGKILL'), SLOWEST_START_MS);
  const ready = saysReady(control).then(() => null);
  let isClosing = false;
  void Promise.all([ready, ended]).then(([, code]) => {
    if (code === null && !isClosing) door.gone();
  });
  const gone = ended.then(
    (code) => `the gateway did not start (${code === null ? 'ended' : `exit code ${code}`})`,
  );
  return {
    failure: Promise.race([ready, gone]).finally(() => clearTimeout(timer)),
    close: async () => {
      isClosing = true;
      control?.end();
      const killing = setTimeout(() => keeper.kill('SIGKILL'), SLOWEST_END_MS);
      await ended;
      clearTimeout(killing);
    },
  };
}

/** Resolves when the gateway says that it serves, and never otherwise. */
function saysReady(control: Duplex | null): Promise<void> {
  return new Promise((resolve) => {
    let said = '';
    control?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-READY.length);
      if (said === READY) resolve();
    });
  });
}

/** The exit code; null where a signal ended it or it could not be started. */
function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
}
