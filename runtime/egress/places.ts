import { readFileSync } from 'node:fs';
import type { Dial } from './dial/dial.ts';
import type { Connection } from './wire/connection.ts';

/** More than so many sockets are never held, whatever the system allows. */
const MOST_SOCKETS = 32_768;
/** Kept back for the log, the counts of uses, requests, names and digests; a quarter of what there is where that is little. */
const KEPT_BACK = 256;

/**
 * Counts the sockets that a gateway holds. Whoever is let in without one being left would take the descriptor that the log
 * needs for its next file, and a log that cannot go on ends everything.
 */
export class Places {
  readonly #most: number;
  #taken = 0;

  constructor(most: number = mostSockets(filesLimit())) {
    this.#most = most;
  }

  /** Whether there was one; it is free again when the connection is closed. */
  take(connection: Connection): boolean {
    if (!this.isFree) return false;
    this.#taken += 1;
    connection.whenGone(() => {
      this.#taken -= 1;
    });
    return true;
  }

  get isFree(): boolean {
    return this.#taken < this.#most;
  }
}

/** Dials only while there is a place for the connection. */
export function dialWithin(places: Places, dial: Dial): Dial {
  return async (address, port) => {
    if (!places.isFree) return { ok: false, problem: 'busy' };
    const dialled = await dial(address, port);
    // Others may have come while it was dialled.
    if (!dialled.ok || places.take(dialled.connection)) return dialled;
    dialled.connection.close();
    return { ok: false, problem: 'busy' };
  };
}

/** @param files how many descriptors the process may have; null where that is not known or not limited */
export function mostSockets(files: number | null): number {
  if (files === null) return MOST_SOCKETS;
  return Math.min(MOST_SOCKETS, files - Math.min(KEPT_BACK, Math.ceil(files / 4)));
}

/** The soft limit of this process (proc_pid_limits(5)), which Node has raised to the hard one when it started. */
function filesLimit(): number | null {
  try {
    const soft = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return soft === undefined || soft === 'unlimited' ? null : Number(soft);
  } catch {
    // No Linux, where nothing but tests runs.
    return null;
  }
}
