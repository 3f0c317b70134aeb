import { lintPathRepeats } from '../../../diagnostics/catalog/lint/redundant.ts';
import { parentOf } from '../../../domain/path.ts';
import { repeatsAbove } from '../../../ir/canonical/filesystem.ts';
import type { PathEntry } from '../../../ir/filesystem.ts';
import { entryAbove } from '../../../ir/path-lookup.ts';
import { couldComeBetween, DOUBT, doubtAbout } from '../certainty.ts';
import { type Finding, finding, removal } from '../finding.ts';
import type { Subject } from '../subject.ts';
import { ownPaths, placeOfPath } from './path-words.ts';

/** Paths that say the same as the entry above them. Denials that deny nothing are found when a blueprint is read. */
export function idlePaths(subject: Subject): Finding[] {
  const { entries } = subject.policy.filesystem;
  const words = ownPaths(subject);
  const kept: PathEntry[] = [];
  const found: Finding[] = [];
  // Entries stand after all that lie above them, so what is left of these is known.
  for (const entry of entries) {
    const item = words.get(entry.path);
    const isJudged = item !== undefined && item.optional?.value !== false && entry.source !== 'hidden';
    if (!isJudged || !repeatsAbove(kept, entry)) {
      kept.push(entry);
      continue;
    }
    const above = entryAbove(kept, parentOf(entry.path)!)!;
    const { span } = item.path;
    const place = words.get(above.path)?.path.span;
    const aboveSpan = placeOfPath(subject, above.path);
    const doubt =
      doubtAbout(subject, aboveSpan === null ? [span] : [span, aboveSpan], item.grant) ??
      (couldComeBetween(subject, above.path, entry.path) ? DOUBT.bound : null);
    found.push(
      finding(
        lintPathRepeats,
        span,
        { path: entry.path, above: above.path },
        {
          related: place === undefined ? [] : [{ span: place, label: 'granted here' }],
          fix: removal(span),
          doubt,
        },
      ),
    );
  }
  return found;
}
