import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../table.ts';

export interface VerifyTimes {
  readonly aSecond: number;
  /** Events of the short and of the long log. */
  readonly short: string;
  readonly long: string;
  /** By how much more memory, at its highest, the long one took, in MiB. */
  readonly growth: number;
}

const SHORT = 100_000;
const LONG = 1_000_000;
const ROUNDS = 5;
const KIBIBYTES = 1024;
const PROGRAM = join(import.meta.dirname, 'audit-verify-program.ts');
const LOADER = join(import.meta.dirname, '../../../scripts/typescript.js');

interface Said {
  /** Of processor time, so that others on the machine do not count. */
  readonly milliseconds: number;
  /** The highest that the process had, in KiB. */
  readonly memory: number;
}

/** Verifies a short and a long log, each in a process of its own, taking turns. */
export async function timeVerify(folder: string): Promise<VerifyTimes> {
  start(folder, 'write', SHORT);
  start(folder, 'write', LONG);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    short: start(folder, 'verify', SHORT),
    long: start(folder, 'verify', LONG),
  }));
  return {
    aSecond: LONG / (median(rounds.map(({ long }) => long.milliseconds)) / 1000),
    short: SHORT.toLocaleString('en'),
    long: LONG.toLocaleString('en'),
    growth: median(rounds.map(({ short, long }) => (long.memory - short.memory) / KIBIBYTES)),
  };
}

function start(folder: string, what: 'write' | 'verify', events: number): Said {
  const words = ['--import', LOADER, PROGRAM, what, join(folder, `verify-${events}`), String(events)];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Said;
}
