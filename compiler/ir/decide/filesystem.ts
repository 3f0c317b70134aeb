import { parseAccessedPath } from '../../domain/path.ts';
import type { FileAccess } from '../access.ts';
import { allowedBy, type Decision, deniedBy, INVALID_ACCESS, NOT_GRANTED } from '../decision.ts';
import { type FilesystemPolicy, rightBit } from '../filesystem.ts';
import { entryAbove } from '../path-lookup.ts';

/**
 * The most specific entry on the way to the path decides alone. For rights that change a folder's content
 * (make_*, remove_*, refer) the path is that of the folder, as the kernel has it.
 */
export function decideFile(filesystem: FilesystemPolicy, access: FileAccess): Decision {
  const parsed = parseAccessedPath(access.path);
  if (!parsed.ok) return INVALID_ACCESS;
  const entry = entryAbove(filesystem.entries, parsed.path);
  if (entry === null) return NOT_GRANTED;
  if (entry.source === 'hidden') return deniedBy(entry.grant, 'denied');
  return (entry.rights & rightBit(access.right)) !== 0
    ? allowedBy(entry.grant)
    : deniedBy(entry.grant, 'not-included');
}
