import { parentOf } from '../../domain/path.ts';
import type { FilesystemPolicy } from '../../ir/filesystem.ts';
import { entryAbove } from '../../ir/path-lookup.ts';
import { type Gain, sideOf } from './gain.ts';

/**
 * A path with fewer rights than its folder that may be missing at the start: nothing protects what is not there, so the
 * agent can make it. No access tells, because the policy means the same where the path is there.
 */
export function optionalGains(
  { entries: old }: FilesystemPolicy,
  { entries: after }: FilesystemPolicy,
): Gain[] {
  const before = new Map(old.map((entry) => [entry.path, entry]));
  return after.flatMap((entry): Gain[] => {
    const earlier = before.get(entry.path);
    const parent = parentOf(entry.path);
    const above = parent === null ? null : entryAbove(after, parent);
    const lessThanAbove = above !== null && (above.rights & ~entry.rights) !== 0;
    if (!earlier || earlier.optional || !entry.optional || !lessThanAbove) return [];
    return [
      {
        facet: 'filesystem',
        classes: ['may-be-missing'],
        sides: [sideOf('path', [entry.path])],
        shownBy: `make \`${entry.path}\` where it is missing at the start`,
        reason: { kind: 'changed', from: earlier.grant, to: entry.grant },
      },
    ];
  });
}
