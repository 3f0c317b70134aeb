import { lintReadOnlyBelowWritable } from '../../../diagnostics/catalog/lint/targets.ts';
import { parentOf } from '../../../domain/path.ts';
import { WRITE_RIGHTS } from '../../../ir/filesystem.ts';
import { entryAbove } from '../../../ir/path-lookup.ts';
import { type Finding, finding } from '../finding.ts';
import type { Subject } from '../subject.ts';
import { ownPaths, placeOfPath } from './path-words.ts';

/** Paths of the file that may only be read, in a folder that may be written: not every target can take that back. */
export function readOnlyBelow(subject: Subject): Finding[] {
  const { entries } = subject.policy.filesystem;
  const words = ownPaths(subject);
  return entries.flatMap((entry) => {
    const item = words.get(entry.path);
    const parent = parentOf(entry.path);
    const above = parent === null ? null : entryAbove(entries, parent);
    if (item?.mode !== 'read_only' || above === null || (above.rights & WRITE_RIGHTS) === 0) return [];
    const place = placeOfPath(subject, above.path);
    const related = place === null ? [] : [{ span: place, label: 'writable by this' }];
    return [
      finding(
        lintReadOnlyBelowWritable,
        item.path.span,
        { path: entry.path, above: above.path },
        { related },
      ),
    ];
  });
}
