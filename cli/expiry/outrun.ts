import { readYamlText } from '../../compiler/frontend/yaml/read.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import { fieldsOf } from '../git/fields.ts';
import type { Io } from '../io.ts';
import { type BaseBranch, textOf } from '../proposals/base-branch.ts';
import type { Editable } from '../proposals/edit.ts';
import { lockBeside } from '../proposals/lock.ts';
import { filesOfOneChange } from '../proposals/one-change.ts';
import { isOutdated } from '../proposals/outdated.ts';
import { type ChangeWishes, textWithout } from './change.ts';
import { type GrantedEntry, grantedEntries } from './entries.ts';
import { removalsIn } from './message.ts';

/**
 * Whether the base branch has other blueprints or lock files by now than a branch was made for, and nobody has worked on that since: it
 * is what would be made of the blueprints before it. Entries that it removes may have got another end since, and be due no longer.
 */
export function isOutrun(
  commit: string,
  editables: ReadonlyMap<string, Editable>,
  base: BaseBranch,
  wishes: ChangeWishes,
  io: Io,
): boolean {
  const removed = entriesNamed(commit, (path) => editables.has(path), io);
  const texts = removed.length === 0 ? null : textsOf(commit, removed, base, io);
  if (texts === null || ![...texts.keys()].some((path) => isOutdated(commit, path, base, io))) return false;
  return [...texts].every(([path, { before, after }]) => {
    const own = removed.filter(({ blueprint }) => blueprint === path);
    const editable = { ...editables.get(path)!, bytes: Buffer.from(before) };
    return textWithout(editable, own, base.branch, wishes) === after;
  });
}

/** The entries of blueprints, as they are before a commit, which it says that it removes. */
function entriesNamed(
  commit: string,
  isBlueprint: (path: string) => boolean,
  { git }: Pick<Io, 'git'>,
): GrantedEntry[] {
  const message = git(['log', '-1', '--no-show-signature', '--format=%B', '--end-of-options', commit]);
  const ids = new Set(message.ok ? removalsIn(textOf(message)) : []);
  const names = ['-r', '-z', '--name-only', '--no-renames', '--no-ext-diff', '--end-of-options'];
  const changed = git(['diff-tree', ...names, `${commit}^`, commit]);
  const paths = changed.ok ? fieldsOf(changed.bytes).filter(isBlueprint) : [];
  return paths.flatMap((path) => {
    const blob = git(['cat-file', 'blob', `${commit}^:${path}`]);
    if (!blob.ok) return [];
    const { tree } = readYamlText(new SourceFile(path, textOf(blob)));
    return grantedEntries(path, tree).filter(({ id }) => ids.has(id));
  });
}

/** Each blueprint before and after the commit of a branch; null where that does more than change them and their lock files. */
export function textsOf(
  commit: string,
  entries: readonly Pick<GrantedEntry, 'blueprint'>[],
  base: BaseBranch,
  io: Io,
): ReadonlyMap<string, { readonly before: string; readonly after: string }> | null {
  const blueprints = [...new Set(entries.map(({ blueprint }) => blueprint))];
  const own = blueprints.flatMap((path) => [path, lockBeside(path)]);
  const paths = filesOfOneChange(own, commit, base, io);
  if (paths === null || blueprints.some((path) => !paths.includes(path))) return null;
  const texts = new Map<string, { before: string; after: string }>();
  for (const path of blueprints) {
    const [before, after] = [`${commit}^`, commit].map((at) => {
      const blob = io.git(['cat-file', 'blob', `${at}:${path}`]);
      return blob.ok ? textOf(blob) : null;
    });
    if (before == null || after == null) return null;
    texts.set(path, { before, after });
  }
  return texts;
}
