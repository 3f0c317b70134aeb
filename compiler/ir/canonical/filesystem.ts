import { parentOf } from '../../domain/path.ts';
import { type FilesystemPolicy, listRights, type PathEntry } from '../filesystem.ts';
import { entryAbove } from '../path-lookup.ts';

/** Paths and what stands there, without entries that change nothing about the one above them. */
export function canonicalFilesystem({ entries, workdir, landlock }: FilesystemPolicy): unknown {
  const kept: PathEntry[] = [];
  for (const entry of entries) {
    if (!repeatsAbove(kept, entry)) kept.push(entry);
  }
  return {
    landlock,
    workdir,
    paths: kept.map(({ path, source, rights }) => [path, source, listRights(rights)]),
  };
}

/**
 * Whether an entry says the same as the one above it, so that nothing changes without it. Sorted entries stand after all
 * that lie above them, so what was kept so far is all that can be above.
 */
export function repeatsAbove(kept: readonly PathEntry[], entry: PathEntry): boolean {
  const parent = parentOf(entry.path);
  const above = parent === null ? null : entryAbove(kept, parent);
  if (entry.source === 'hidden') return above === null || above.source === 'hidden';
  return (
    above !== null && above.source === 'host' && entry.source === 'host' && above.rights === entry.rights
  );
}
