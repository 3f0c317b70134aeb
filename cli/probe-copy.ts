import { chmodSync, copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ProbeCopy {
  readonly program: string;
  remove(): void;
}

/** The probe in a folder of its own: where the package lies may be a place that the blueprint hides. */
export function copyProbe(from: string): ProbeCopy {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nemoclaw-verify-')));
  const program = join(folder, 'probe');
  copyFileSync(from, program);
  // A named user inside has to reach it, too.
  chmodSync(folder, 0o755);
  chmodSync(program, 0o755);
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
