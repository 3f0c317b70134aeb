import { deniedAround } from '../../diagnostics/catalog/imported.ts';
import type { Importing } from '../imported/importing.ts';
import type { Grants } from './grants.ts';
import { isIn, type Place, pathText, type Root } from './paths.ts';

/** Folders of the system, which hold nobody's work. */
const SYSTEM = ['bin', 'boot', 'dev', 'etc', 'lib', 'lib64', 'proc', 'run', 'sbin', 'sys', 'usr', 'var'];

/** Which roots may lie below which: a project lies in somebody's home, and both lie somewhere on the disk. */
const MAY_HOLD: Readonly<Record<Root, readonly Root[]>> = {
  disk: ['workdir', 'home'],
  home: ['workdir'],
  workdir: [],
};

/**
 * Says which grants would be readable although the folder around them is denied for reading. Only folders that may well
 * hold somebody's work count: a name with a dot in front or a folder of the system does not.
 */
export function reportDeniedAround(grants: Grants, workdir: Place, importing: Importing): void {
  const withoutWord = [workdir, ...grants.write].filter(
    (place) => !grants.read.some((allowed) => isIn(place, allowed)),
  );
  for (const denied of grants.denyRead.filter(mayHoldWork)) {
    const within = withoutWord.filter((place) => MAY_HOLD[denied.root].includes(place.root));
    const folders = [...new Set(within.map((place) => pathText(place).value))];
    if (folders.length === 0) continue;
    importing.change(deniedAround, denied.written.span, { folders, denied: pathText(denied).value });
  }
}

function mayHoldWork({ root, segments }: Place): boolean {
  if (root === 'disk' && SYSTEM.includes(segments[0] ?? '')) return false;
  return segments.every((segment) => !segment.startsWith('.'));
}
