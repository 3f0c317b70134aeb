import { posix } from 'node:path';
import type { FileTree } from '../compiler/analysis/lint/file-tree.ts';
import { lintRootUnreadable } from '../compiler/diagnostics/catalog/lint/programs.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { Io } from './io.ts';

/** The file tree below a folder that the user named, or what is wrong with it. A link to the folder itself is followed. */
export function treeAt(root: string, { lookAt }: Pick<Io, 'lookAt'>): FileTree | Diagnostic {
  const top = lookAt(`${root}/.`);
  if (top.kind !== 'folder') {
    const why = top.kind === 'hidden' ? top.why : 'there is no such folder';
    return diagnose(lintRootUnreadable, null, { root, why });
  }
  return { name: root, look: (path) => lookAt(posix.join(root, path)) };
}
