import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HostFeature, program } from './host.ts';

export const compiler: HostFeature = program('cc', 'gcc');

/** Builds test/support/sandbox-process.c into a folder. */
export function buildSandboxProcess(folder: string): string {
  const path = join(folder, 'sandbox-process');
  const source = join(import.meta.dirname, 'sandbox-process.c');
  execFileSync('cc', ['-Wall', '-Wextra', '-Werror', '-static', '-pthread', '-Os', '-o', path, source]);
  return path;
}

/**
 * A process that enters the namespaces of another as a sandbox's process would be there, but for its Landlock domain: none, or one
 * of its own with some scopes. Ended with the test.
 *
 * @returns its number outside
 */
export async function intrude(path: string, into: number, filters: number, scopes?: number): Promise<number> {
  const argv = ['enter', String(into), String(filters), ...(scopes === undefined ? [] : [String(scopes)])];
  const intruder = spawn(path, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    const ended = once(intruder, 'close');
    if (intruder.kill('SIGTERM')) await ended;
  });
  return new Promise((resolve, reject) => {
    intruder.stdout.once('data', (said) => resolve(Number(said)));
    intruder.once('exit', (code) => reject(new Error(`the intruder ended with ${code}`)));
  });
}

/** The processes with some field in /proc/PID/status. */
export function processesWhere(name: string, holds: (value: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && holds(statusField(Number(pid), name)))
    .map(Number);
}

/** Empty where there is no such process or field. */
export function statusField(pid: number, name: string): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  } catch {
    return '';
  }
}
