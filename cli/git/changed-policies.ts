import { posix } from 'node:path';
import { gitNoSuchPath } from '../../compiler/diagnostics/catalog/revisions.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import type { ReadOutcome, SourceReader } from '../../compiler/source/source-reader.ts';
import type { GitRunner } from '../io.ts';
import type { PairSide, PolicyPair } from '../policy-pair.ts';
import { unreadable } from '../read-input.ts';
import { Blobs } from './blobs.ts';
import { type ChangedPath, changedPaths } from './changed-paths.ts';
import { type CommitFiles, commitFiles } from './commit-files.ts';
import { policyKind } from './policy-kind.ts';
import { gitProblem, type RevisionRange } from './revisions.ts';
import { type Disk, stagedFiles, workTreeFiles } from './uncommitted.ts';

/** A changed YAML file that is not compared by itself, and why in words. */
export interface Skipped {
  readonly path: string;
  readonly why: string;
}

export interface ChangedPolicies {
  readonly pairs: readonly PolicyPair[];
  readonly skipped: readonly Skipped[];
  readonly problems: readonly Diagnostic[];
}

/** Both sides, ready to be read. */
interface Commits {
  readonly old: CommitFiles;
  readonly next: CommitFiles;
  readonly changed: readonly ChangedPath[];
}

const YAML = /\.ya?ml$/i;
/** Words that only policies have; a file under any name may be one. */
const POLICY_WORDS = /network_policies|filesystem_policy|nemoclaw\.dev/;

/**
 * Every policy whose meaning may differ between a commit and another one, or what is to be one: those that changed
 * themselves, and those that extend something that changed. Commits and what is staged are read from git's objects alone.
 *
 * @param paths limits it to these files and folders, as seen from the current folder; none for all
 * @param shipped gives the parts that come with the package
 */
export function changedPolicies(
  range: RevisionRange,
  paths: readonly string[],
  bindings: Bindings,
  { git, shipped, disk }: { readonly git: GitRunner; readonly shipped: SourceReader; readonly disk: Disk },
): ChangedPolicies {
  const read = listCommits(range, git, disk);
  if ('code' in read) return nothing(read);
  const within = limitTo(paths, range.prefix, read);
  if (within.problems.length > 0) return nothing(...within.problems);
  const found = new Finding(range, read, bindings, shipped);
  if (read.changed.length === 0) return found;
  const isAsked = (path: string) => within.isNamed(path) || (YAML.test(path) && within.includes(path));
  // All at once, because starting git takes longer than reading a policy.
  const ids = [read.old, read.next].flatMap(({ entries }) =>
    [...entries].filter(([path]) => isAsked(path)).map(([, { id }]) => id),
  );
  const failure = read.next.contents.load(ids);
  if (failure !== null) return nothing(gitProblem('read the files of a commit', failure));
  for (const one of read.changed) {
    const ends = [one.old, one.next].filter((path) => path !== null);
    if (ends.some(isAsked)) found.addChanged(one);
    else if (ends.some((path) => within.includes(path))) found.addIfPolicy(one);
  }
  for (const path of read.next.entries.keys()) if (isAsked(path)) found.addIfDependent(path);
  return found;
}

function nothing(...problems: readonly Diagnostic[]): ChangedPolicies {
  return { pairs: [], skipped: [], problems };
}

function listCommits({ old, next }: RevisionRange, git: GitRunner, disk: Disk): Commits | Diagnostic {
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

/** Which paths are asked about. A path that is in neither commit is a mistake. */
function limitTo(
  paths: readonly string[],
  prefix: string,
  { old, next }: Commits,
): {
  includes: (path: string) => boolean;
  isNamed: (path: string) => boolean;
  problems: readonly Diagnostic[];
} {
  const wanted = paths.map((path) => posix.join(prefix, path).replace(/\/+$/, ''));
  const isIn = (path: string, root: string) => root === '.' || path === root || path.startsWith(`${root}/`);
  const all = [...old.entries.keys(), ...next.entries.keys()];
  const missing = paths.filter((_, at) => !all.some((path) => isIn(path, wanted[at]!)));
  return {
    isNamed: (path) => wanted.includes(path),
    includes: (path) => wanted.length === 0 || wanted.some((root) => isIn(path, root)),
    problems: missing.map((path) => diagnose(gitNoSuchPath, null, { path })),
  };
}

class Finding implements ChangedPolicies {
  readonly pairs: PolicyPair[] = [];
  readonly skipped: Skipped[] = [];
  readonly problems: Diagnostic[] = [];
  readonly #range: RevisionRange;
  readonly #commits: Commits;
  readonly #bindings: Bindings;
  readonly #shipped: SourceReader;
  readonly #looked = new Set<string>();
  readonly #touched: ReadonlySet<string>;

  constructor(range: RevisionRange, commits: Commits, bindings: Bindings, shipped: SourceReader) {
    this.#range = range;
    this.#commits = commits;
    this.#bindings = bindings;
    this.#shipped = shipped;
    this.#touched = new Set(
      commits.changed.flatMap(({ old, next }) => [old, next].filter((path) => path !== null)),
    );
  }

  /** A file that differs itself. What is a policy on neither side is no policy that changed. */
  addChanged({ old, next }: ChangedPath): void {
    const path = next ?? old!;
    this.#looked.add(path);
    const before = old === null ? null : this.#commits.old.read(old);
    const after = next === null ? null : this.#commits.next.read(next);
    const kinds = [kindOf(old, before), kindOf(next, after)];
    if (!kinds.some((kind) => kind === 'policy' || kind === 'broken')) {
      this.skipped.push({ path, why: whyNot(kinds, before, after) });
      return;
    }
    // A file that was nothing of ours before is a new policy; one that is none any more has to be looked at by a person.
    const wasPolicy = kinds[0] === 'policy' || kinds[0] === 'broken' || kinds[0] === 'unreadable';
    this.#add(wasPolicy ? old : null, wasPolicy ? before : null, next, after);
  }

  /** A file that is not called like one of ours: it counts when its text has words that only policies have. */
  addIfPolicy(one: ChangedPath): void {
    const sides = [
      one.old === null ? null : this.#commits.old.read(one.old),
      one.next === null ? null : this.#commits.next.read(one.next),
    ];
    const texts = sides.flatMap((side) => (side?.ok ? [new TextDecoder().decode(side.bytes)] : []));
    if (texts.some((text) => POLICY_WORDS.test(text))) this.addChanged(one);
  }

  /** A policy that is the same file in both commits, but extends one that is not. */
  addIfDependent(path: string): void {
    if (this.#looked.has(path) || !this.#commits.old.entries.has(path)) return;
    const asked = new Set<string>();
    const visited = (one: string) => {
      asked.add(one);
    };
    const before = this.#commits.old.read(path, visited);
    const after = this.#commits.next.read(path, visited);
    const readable = [before, after].flatMap((one) => (one.ok ? [one.bytes] : []));
    const isConcerned = [...asked].some((one) => this.#isTouched(one)) || readable.some(namesOthers);
    if (!isConcerned || !readable.some((bytes) => policyKind(path, bytes) === 'policy')) return;
    for (const [outcome, files] of [
      [before, this.#commits.old],
      [after, this.#commits.next],
    ] as const) {
      if (outcome.ok) loadPolicy(path, outcome.bytes, files.reader(this.#shipped, visited), this.#bindings);
    }
    if ([...asked].some((one) => this.#isTouched(one))) this.#add(path, before, path, after);
  }

  /** Whether the path, or a link or submodule on the way to it, differs. */
  #isTouched(path: string): boolean {
    for (let at = path; at !== '.' && at !== '/'; at = posix.dirname(at))
      if (this.#touched.has(at)) return true;
    return false;
  }

  #add(old: string | null, before: ReadOutcome | null, next: string | null, after: ReadOutcome | null): void {
    const path = next ?? old!;
    const { old: base, next: head } = this.#range;
    const sides = [
      this.#side(base, old ?? path, before, `${base.label}:`, this.#commits.old),
      this.#side(head, path, after, '', this.#commits.next),
    ] as const;
    if (sides[0] === null || sides[1] === null) return;
    const renamedFrom = old !== null && next !== null && old !== next ? old : null;
    this.pairs.push({ path, renamedFrom, old: sides[0], next: sides[1] });
  }

  #side(
    { label }: Pick<RevisionRange['next'], 'label'>,
    path: string,
    outcome: ReadOutcome | null,
    before: string,
    files: CommitFiles,
  ): PairSide | null {
    const name = `${label}:${path}`;
    if (outcome !== null && !outcome.ok) {
      this.problems.push(unreadable(name, outcome.detail));
      return null;
    }
    const reader = files.reader(this.#shipped);
    return { label: name, name: path, before, bytes: outcome?.bytes ?? null, reader };
  }
}

/** What has no such word extends nothing; parsing every YAML file of a large repository would take long. */
function namesOthers(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('extends');
}

type SideKind = ReturnType<typeof policyKind> | 'unreadable' | 'absent';

function kindOf(path: string | null, outcome: ReadOutcome | null): SideKind {
  if (path === null || outcome === null) return 'absent';
  return outcome.ok ? policyKind(path, outcome.bytes) : 'unreadable';
}

function whyNot(kinds: readonly SideKind[], ...outcomes: readonly (ReadOutcome | null)[]): string {
  if (kinds.includes('part')) return 'a part, which counts where a policy extends it';
  if (kinds.includes('guardrails'))
    return 'guardrails, which grant nothing; whoever owns them reviews their text';
  if (kinds.includes('tests')) return 'tests of policies, which grant nothing';
  const unread = outcomes.find((one) => one !== null && !one.ok);
  return unread !== undefined && unread !== null && !unread.ok
    ? `it cannot be read: ${unread.detail}`
    : 'no policy';
}
