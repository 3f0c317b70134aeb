import { lstatSync, readdirSync } from 'node:fs';

/**
 * The break-glass grants that are open on this host, by the names of their files: permissions that somebody took without a
 * review. The one place where `status` and `attest` look for them. What lies there and is no file is named too: it is as loud.
 *
 * @param folder `breakGlass` of a state folder; none where it is not there
 */
export function openBreakGlass(folder: string): readonly string[] {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
}
