import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';

/** The way out of a sandbox: see docs/decisions/0016-egress-gateway.md. */
export interface Door {
  /** Path of the doorkeeper's binary. */
  readonly doorkeeper: string;
  /** The gateway's command and its arguments. */
  readonly gateway: readonly [string, ...string[]];
  /** The gateway's variables: a corporate proxy and the credentials that it puts in come from here. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command that waits inside, as the launcher names it. */
export interface HeldCommand {
  /** Its number outside. */
  readonly process: number;
  /** Its descriptor on which the kernel asks about connect(). */
  readonly connects: number;
}

export type OpenedDoor =
  | {
      readonly ok: true;
      /** Lets the gateway finish its log and end; gives whether it ended in good order. */
      readonly close: () => Promise<boolean>;
    }
  | { readonly ok: false; readonly detail: string };

/** The gateway's port inside, where programs that know proxies find it. */
export const GATEWAY_PORT = 3128;

/**
 * The folder inside in which the gateway leaves what programs need to trust it, where the blueprint has made a scratch
 * folder of it; the doorkeeper knows the same place.
 */
export const TRUST_FOLDER = '/run/nemoclaw';

const CONTROL_DESCRIPTOR = 3;
const READY = '{"ready":true}\n';

/** Starts the doorkeeper and with it the gateway, and waits until the gateway serves. */
export function openDoor(door: Door, held: HeldCommand): Promise<OpenedDoor> {
  const { process: pid, connects } = held;
  const keeper = spawn(
    door.doorkeeper,
    [String(pid), String(connects), String(GATEWAY_PORT), '--', ...door.gateway],
    { env: { ...door.env }, stdio: ['ignore', 'ignore', 'inherit', 'pipe'], detached: true },
  );
  const control = keeper.stdio[CONTROL_DESCRIPTOR] as Duplex | null;
  const ended = endOf(keeper);
  return new Promise((resolve) => {
    let said = '';
    control?.setEncoding('utf8');
    // A doorkeeper that ended says so by its exit code.
    control?.on('error', () => control.destroy());
    control?.on('data', (text: string) => {
      said = (said + text).slice(-READY.length);
      if (said !== READY) return;
      resolve({
        ok: true,
        close: async () => {
          control.end();
          return (await ended) === 0;
        },
      });
    });
    ended.then((code) => resolve({ ok: false, detail: `the gateway did not start (exit code ${code})` }));
  });
}

/** The exit code; null where a signal ended it or it could not be started. */
function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
}
