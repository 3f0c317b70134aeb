import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { thisBoot } from './this-boot.ts';

/** `pid` is null where the process is not to be told from here, as one in another container. */
export type ClaimOutcome =
  | { readonly ok: true; readonly release: () => void }
  | { readonly ok: false; readonly pid: number | null };

/** Number and start of the process, the boot, the namespace of the number, and a number of the claim. */
const CLAIM = /^\.writer-(\d+)-(\d+)-([0-9a-f]{32})-(\d+)-\d+$/;
const ATTEMPTS = 5;
/** Of the fields after the name of the program in `/proc/PID/stat` (proc(5)), that of `starttime`. */
const START_TIME_FIELD = 19;
let claims = 0;

/**
 * Makes this process the only writer of a folder. A claim is an empty file with a name of its own; whoever makes one looks for
 * others after that, so of two writers at least the later one sees the other. The name tells which process made it and when
 * that started, so a claim counts for nothing once the process has ended, however it ended. Throws the file system's own errors.
 */
export function claimFolder(folder: string): ClaimOutcome {
  let other: ClaimOutcome = { ok: false, pid: null };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { start, boot, namespace } = thisProcess();
    const name = `.writer-${process.pid}-${start}-${boot}-${namespace}-${claims++}`;
    const path = join(folder, name);
    closeSync(openSync(path, 'wx', 0o600));
    const [alive] = writersIn(folder, name);
    if (alive === undefined) return { ok: true, release: () => rmSync(path, { force: true }) };
    rmSync(path);
    other = { ok: false, pid: alive.pid };
    // Two that claim at the same moment see each other and both give way; they must not try again in step.
    wait(Math.random() * 10 * (attempt + 1));
  }
  return other;
}

/** Whether some process has the log of a folder open for writing. Throws the file system's own errors. */
export function isBeingWritten(folder: string): boolean {
  return writersIn(folder, null).length > 0;
}

/** @param own the claim of who asks; claims of the dead are then removed as well */
function writersIn(folder: string, own: string | null): { pid: number | null }[] {
  const here = thisProcess();
  const alive: { pid: number | null }[] = [];
  for (const name of readdirSync(folder)) {
    const claim = CLAIM.exec(name);
    if (claim === null || name === own) continue;
    const [, pid, start, boot, namespace] = claim;
    const isOfThisBoot = boot === here.boot;
    if (isOfThisBoot && namespace !== here.namespace) alive.push({ pid: null });
    else if (isOfThisBoot && startOf(pid!) === start) alive.push({ pid: Number(pid) });
    else if (own !== null) rmSync(join(folder, name), { force: true });
  }
  return alive;
}

function thisProcess() {
  return {
    start: startOf('self') ?? '0',
    boot: thisBoot(),
    namespace: readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, ''),
  };
}

/**
 * When a process started, in clock ticks after the boot; null where there is none, or only what is left of it until its parent
 * looks.
 */
function startOf(pid: string): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name of a program may hold anything, also a parenthesis; what follows the last one is numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[START_TIME_FIELD] ?? null);
}

function wait(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
