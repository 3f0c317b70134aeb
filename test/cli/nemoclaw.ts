import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

export const projectFolder = join(import.meta.dirname, '../..');
export const nemoclawProgram = join(projectFolder, 'bin/nemoclaw.js');

/** Sandboxes of tests keep their state here: not in the home folder, and each worker of the tests apart. */
const stateHome = mkdtempSync(join(tmpdir(), 'nemoclaw-test-state-'));
process.once('exit', () => rmSync(stateHome, { recursive: true, force: true }));

export interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built command line as a user does, with pipes for all three streams. */
export async function nemoclaw(
  argv: readonly string[],
  options: { cwd?: string; input?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<Ran> {
  const { NO_COLOR, FORCE_COLOR, NODE_OPTIONS, ...environment } = process.env;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [nemoclawProgram, ...argv], {
    cwd: options.cwd ?? projectFolder,
    input: options.input ?? '',
    env: { ...environment, XDG_STATE_HOME: stateHome, ...options.env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode, stdout, stderr };
}

/** An empty folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const GOOD =
  'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata:\n  name: good\nfilesystem_policy:\n  include_workdir: true\n';
/** What is said of the folders of the default target where an answer depends on them. */
export const ASSUMED =
  'folders as on linux-x86_64: workdir /sandbox, home /home/sandbox; --workdir and --home name others\n';
/** One mistake: a key again, in line 7. */
export const BAD = `${GOOD}metadata:\n  name: again\n`;
