import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program built for a test, in a folder of its own. */
export interface BuiltProgram {
  readonly path: string;
  remove(): void;
}

/** Builds a C file of test/support with the machine's compiler; throws with the compiler's words. */
export function compileC(source: string, ...libraries: readonly string[]): BuiltProgram {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-c-'));
  const path = join(folder, source.replace(/\.c$/, ''));
  const argv = [
    '-O1',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    path,
    join(import.meta.dirname, source),
    ...libraries,
  ];
  const { status, stderr } = spawnSync('cc', argv, { encoding: 'utf8' });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (status !== 0) {
    remove();
    throw new Error(`cc could not build ${source}: ${stderr}`);
  }
  return { path, remove };
}
