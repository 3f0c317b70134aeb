import { pathFromRoot } from '../../diagnostics/catalog/imported.ts';
import { type Located, located } from '../../source/span.ts';
import { type Importing, short } from '../imported/importing.ts';
import type { Wanted } from './wanted.ts';

/**
 * Paths under `sandbox.filesystem`: `/x` and `//x` start at the root of the disk, `~/x` at home, `x` and `./x` in the
 * working folder. Older versions of Claude Code took `/x` from the folder of the settings, which is said.
 */
export function takeClaudePaths(own: Wanted, into: Wanted, importing: Importing): void {
  for (const list of ['allowRead', 'allowWrite', 'denyRead', 'denyWrite'] as const) {
    into[list].push(...own[list].map((path) => fromRoot(path, importing)));
  }
}

function fromRoot(path: Located<string>, importing: Importing): Located<string> {
  const { value, span } = path;
  if (value.startsWith('//')) return located(value.slice(1), span);
  if (value.startsWith('/')) importing.change(pathFromRoot, span, { path: short(value) });
  return path;
}

/** A path of a permission rule, where `//x` starts at the root of the disk and `/x` at the project. */
export function rulePath({ value, span }: Located<string>): Located<string> {
  if (value.startsWith('//')) return located(value.slice(1), span);
  return located(value.startsWith('/') ? `.${value}` : value, span);
}
