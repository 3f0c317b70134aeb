import { fieldsOf } from '../git/fields.ts';
import type { Io } from '../io.ts';
import { type BaseBranch, textOf } from './base-branch.ts';

/**
 * The files that a commit changes, where it is one change on top of the base branch and of nothing but the texts of some files; null
 * where it is not. What else it does would go with a text that says that it does nothing else.
 *
 * @param own all that it may change
 */
export function filesOfOneChange(
  own: readonly string[],
  commit: string,
  base: BaseBranch,
  { git }: Io,
): readonly string[] | null {
  const listed = git(['rev-list', '--parents', '--max-count=1', '--end-of-options', commit]);
  const [, parent, another] = listed.ok ? textOf(listed).trim().split(' ') : [];
  if (parent === undefined || another !== undefined) return null;
  if (!git(['merge-base', '--is-ancestor', '--end-of-options', parent, base.commit]).ok) return null;
  const raw = ['-r', '-z', '--raw', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const changed = git(['diff-tree', ...raw, '--ignore-submodules=none', '--end-of-options', parent, commit]);
  if (!changed.ok) return null;
  const fields = fieldsOf(changed.bytes);
  const isOwn = fields.every((field, at) => {
    if (at % 2 === 1) return own.includes(field);
    const [, before, after] = /^:(\d+) (\d+) [0-9a-f]+ [0-9a-f]+ M$/.exec(field) ?? [];
    return before !== undefined && before === after;
  });
  return isOwn ? fields.filter((_, at) => at % 2 === 1) : null;
}

/** Whether this clone may lack the commits by which a change is known to be one on top of the base branch. */
export function isShallow({ git }: Pick<Io, 'git'>): boolean {
  const asked = git(['rev-parse', '--is-shallow-repository']);
  return asked.ok && textOf(asked).trim() === 'true';
}
