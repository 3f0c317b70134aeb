import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileAccess } from '../../compiler/ir/access.ts';

/** Folders of the tree that policies are made about, parents first; each holds the same few things. */
export const FOLDERS = ['a', 'a/b', 'a/b/c', 'a/d', 'e', 'e/f', 'e/f/g', 'h'] as const;
const MODES = ['read_only', 'read_write', 'scratch', 'deny', 'no_execute', 'read_write_no_execute'] as const;

/** Source of repeatable randomness: a number from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** mulberry32: small, fast and good enough to pick test cases; the same seed gives the same cases. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A tree in which every folder holds a file, an empty folder and a program. */
export function makeTree(root: string, program: string): void {
  for (const folder of ['', ...FOLDERS]) {
    const path = join(root, folder);
    mkdirSync(path, { recursive: true });
    refill(path, program);
  }
}

/** Puts back what probes may have removed, and takes away what they may have made. */
export function refill(folder: string, program: string): void {
  writeFileSync(join(folder, 'file'), 'text\n');
  mkdirSync(join(folder, 'empty'), { recursive: true });
  rmSync(join(folder, 'program'), { force: true });
  copyFileSync(program, join(folder, 'program'));
  chmodSync(join(folder, 'program'), 0o755);
  for (const made of ['new', 'moved']) rmSync(join(folder, made), { recursive: true, force: true });
}

/** The `filesystem_policy` of a random blueprint over the tree, as plain data. */
export function randomPaths(root: string, random: Random): Record<string, unknown[]> {
  const section: Record<string, unknown[]> = { read_only: [], read_write: [], scratch: [], deny: [] };
  for (const folder of FOLDERS) {
    if (random(2) === 0) continue;
    const mode = MODES[random(MODES.length)]!;
    const path = join(root, folder);
    if (mode === 'no_execute') section.read_only!.push({ path, execute: false });
    else if (mode === 'read_write_no_execute') section.read_write!.push({ path, execute: false });
    else section[mode]!.push(mode === 'deny' ? { path, optional: false } : path);
  }
  return Object.fromEntries(Object.entries(section).filter(([, list]) => list.length > 0));
}

/** One thing to try: what `decide` is asked, and what the probe does. */
export interface Trial {
  readonly access: FileAccess;
  readonly attempt: readonly string[];
}

/** How each right is tried in a folder of the tree. */
export function trialIn(root: string, folder: string, random: Random): Trial {
  const at = join(root, folder);
  const trial = (right: FileAccess['right'], about: string, ...attempt: string[]): Trial => ({
    access: { facet: 'filesystem', path: about, right },
    attempt,
  });
  const made = join(at, 'new');
  const trials: readonly Trial[] = [
    trial('read_file', join(at, 'file'), 'read', join(at, 'file')),
    trial('read_dir', join(at, 'empty'), 'list', join(at, 'empty')),
    trial('read_dir', at, 'list', at),
    trial('write_file', join(at, 'file'), 'write', join(at, 'file')),
    trial('truncate', join(at, 'file'), 'truncate', join(at, 'file')),
    trial('execute', join(at, 'program'), 'execute', join(at, 'program')),
    trial('make_reg', at, 'create', made),
    trial('make_dir', at, 'make-folder', made),
    trial('make_sock', at, 'make-socket', made),
    trial('make_fifo', at, 'make-pipe', made),
    trial('make_sym', at, 'make-link', made),
    trial('make_char', at, 'make-device', made),
    trial('remove_file', at, 'remove-file', join(at, 'file')),
    trial('remove_dir', at, 'remove-folder', join(at, 'empty')),
  ];
  return trials[random(trials.length)]!;
}
