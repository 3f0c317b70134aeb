import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { decide } from '../compiler/ir/decide.ts';
import type { PathEntry } from '../compiler/ir/filesystem.ts';
import type { Policy } from '../compiler/ir/policy.ts';

/**
 * The entry through which an agent could read or change something in a folder of the host, or null. Links are followed:
 * what counts is which folder stands behind a granted path.
 */
export function entryThatReaches(policy: Policy, folder: string): PathEntry | null {
  const real = realOf(folder);
  return (
    policy.filesystem.entries.find((entry) => {
      if (entry.source !== 'host') return false;
      const rest = relative(realOf(entry.path), real);
      if (rest === '..' || rest.startsWith('../')) return false;
      const path = rest === '' ? entry.path : `${entry.path}/${rest}`;
      return (['read_file', 'write_file'] as const).some(
        (right) => decide(policy, { facet: 'filesystem', path: `${path}/any`, right }).verdict === 'allow',
      );
    }) ?? null
  );
}

/** Where a path leads, as far as it is there: what is missing will be made behind the links before it. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realOf(parent), basename(path));
  }
}
