import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import type { GitRunner } from '../io.ts';
import { Blobs } from './blobs.ts';
import { type ChangedPath, changedPaths } from './changed-paths.ts';
import { type CommitFiles, commitFiles } from './commit-files.ts';
import { gitProblem, type RevisionRange } from './revisions.ts';
import { type Disk, stagedFiles, workTreeFiles } from './uncommitted.ts';

/** Both sides, ready to be read. */
export interface Commits {
  readonly old: CommitFiles;
  readonly next: CommitFiles;
  readonly changed: readonly ChangedPath[];
}

/** Lists both ends of a range, and what differs between them. */
export function listCommits({ old, next }: RevisionRange, git: GitRunner, disk: Disk): Commits | Diagnostic {
  const blobs = new Blobs(git);
  const before = commitFiles(old.commit, git, blobs);
  if (!before.ok) return gitProblem('list a commit', before);
  if (next.commit === null) {
    const found =
      next.label === 'staged'
        ? stagedFiles(old.commit, git, blobs)
        : workTreeFiles(old.commit, before.files.entries, git, blobs, disk);
    return 'code' in found ? found : { old: before.files, next: found.files, changed: found.changed };
  }
  const listed = changedPaths(old.commit, next.commit, git);
  if (!listed.ok) return gitProblem('compare the commits', listed);
  const after = commitFiles(next.commit, git, blobs);
  if (!after.ok) return gitProblem('list a commit', after);
  return { old: before.files, next: after.files, changed: listed.changed };
}
