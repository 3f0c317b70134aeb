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
    const free = this.reserve();
    if (free !== null) connection.whenGone(free);
    return free !== null;
  }

  /** Takes one for a connection that is not there yet. @returns makes it free again, to be called once; null where none is left */
  reserve(): (() => void) | null {
    if (!this.isFree) return null;
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
    };
  }

  get isFree(): boolean {
    return this.#taken < this.#most;
  }
}

/** Dials only while there is a place for the connection, which it takes before: a server that does not answer holds a socket, too. */
export function dialWithin(places: Places, dial: Dial): Dial {
  return async (address, port) => {
    const free = places.reserve();
    if (free === null) return { ok: false, problem: 'busy' };
    const dialled = await dial(address, port);
    if (dialled.ok) dialled.connection.whenGone(free);
    else free();
    return dialled;
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
