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
import type { ChangedPath } from './changed-paths.ts';
import type { CommitFiles } from './commit-files.ts';
import { type Commits, listCommits } from './commits.ts';
import { mayBeDependent, touchedIn } from './dependents.ts';
import { throughLinks } from './linked-paths.ts';
import { policyKind, YAML_NAME } from './policy-kind.ts';
import { gitProblem, type RevisionRange } from './revisions.ts';
import { kindOf, whyNot } from './side-kind.ts';
import { mayHold } from './spelling.ts';
import type { Disk } from './uncommitted.ts';

/** A changed file that is not compared by itself, and why in words. */
export interface Skipped {
  readonly path: string;
  readonly why: string;
}

export interface ChangedPolicies {
  readonly pairs: readonly PolicyPair[];
  readonly skipped: readonly Skipped[];
  readonly problems: readonly Diagnostic[];
}

/** Every valid policy has one of these words, and hardly anything else has: a file under any name may be one. */
const POLICY_WORDS = ['network_policies', 'filesystem_policy', 'nemoclaw.dev'];

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
  return 'code' in read ? nothing(read) : policiesBetween(read, range, paths, bindings, shipped);
}

/** The same between sides that are listed already. */
export function policiesBetween(
  read: Commits,
  range: RevisionRange,
  paths: readonly string[],
  bindings: Bindings,
  shipped: SourceReader,
): ChangedPolicies {
  const within = limitTo(paths, range.prefix, read);
  if (within.problems.length > 0) return nothing(...within.problems);
  const found = new Finding(range, read, bindings, shipped);
  if (read.changed.length === 0) return found;
  const isAsked = (path: string) => within.isNamed(path) || (YAML_NAME.test(path) && within.includes(path));
  // All at once, because starting git takes longer than reading a policy.
  const failure = read.next.contents.load(changedIds(read, within.includes));
  if (failure !== null) return nothing(gitProblem('read the files of a commit', failure));
  const linked = throughLinks(read);
  if (linked === null) return nothing(unreadable(range.old.label, 'its links lead to too many paths'));
  const isLinked = new Set(linked.map(({ old }) => old));
  // What is gone under its own name and still there through a link has changed, and is not gone.
  const changed = read.changed.filter(({ old, next }) => next !== null || !isLinked.has(old));
  for (const one of [...changed, ...linked]) {
    const ends = [one.old, one.next].filter((path) => path !== null);
    if (ends.some(isAsked)) found.addChanged(one);
    else if (ends.some((path) => within.includes(path))) found.addIfPolicy(one);
  }
  const unchanged = [...read.next.entries.keys()].filter(
    (path) => within.includes(path) && found.isOpen(path),
  );
  const dependents = mayBeDependent(unchanged, read);
  if (!dependents.ok) return nothing(gitProblem('read the files of a commit', dependents));
  for (const path of dependents.missing) found.addMissing(path);
  for (const path of dependents.paths) found.addIfDependent(path);
  return found;
}

function changedIds({ old, next, changed }: Commits, includes: (path: string) => boolean): string[] {
  const idsOf = (path: string | null, { entries }: CommitFiles) => {
    const entry = path === null || !includes(path) ? undefined : entries.get(path);
    return entry === undefined ? [] : [entry.id];
  };
  return changed.flatMap((one) => [...idsOf(one.old, old), ...idsOf(one.next, next)]);
}

function nothing(...problems: readonly Diagnostic[]): ChangedPolicies {
  return { pairs: [], skipped: [], problems };
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
  readonly #isTouched: (path: string) => boolean;

  constructor(range: RevisionRange, commits: Commits, bindings: Bindings, shipped: SourceReader) {
    this.#range = range;
    this.#commits = commits;
    this.#bindings = bindings;
    this.#shipped = shipped;
    this.#isTouched = touchedIn(commits);
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

  /** A file that is not called like one of ours: it is looked into when its text has words that every policy has. */
  addIfPolicy(one: ChangedPath): void {
    const sides = [
      one.old === null ? null : this.#commits.old.read(one.old),
      one.next === null ? null : this.#commits.next.read(one.next),
    ];
    const path = one.next ?? one.old!;
    const isRead = sides.every((side) => side === null || side.ok);
    const contents = sides.flatMap((side) => (side?.ok ? [side.bytes] : []));
    if (contents.some((bytes) => mayHold(bytes, ...POLICY_WORDS))) {
      this.addChanged(one);
    } else {
      this.#looked.add(path);
      if (!isRead) this.skipped.push({ path, why: whyNot([], ...sides) });
    }
  }

  /** Whether a path stands on both sides and was not looked at yet. */
  isOpen(path: string): boolean {
    return !this.#looked.has(path) && this.#commits.old.entries.has(path);
  }

  /** An unchanged file that the repository lacks: nobody can say what it extends. */
  addMissing(path: string): void {
    const name = `${this.#range.next.label}:${path}`;
    this.problems.push(unreadable(name, 'its content is not in this repository'));
  }

  /** A policy that is the same file in both commits, but extends one that is not. */
  addIfDependent(path: string): void {
    const asked = new Set<string>();
    const visited = (one: string) => {
      asked.add(one);
    };
    const before = this.#commits.old.read(path, visited);
    const after = this.#commits.next.read(path, visited);
    // The one with the same bytes is looked into once.
    const sides = [after, before].filter(
      (one, at) => one.ok && (at === 0 || !after.ok || one.bytes !== after.bytes),
    );
    if (!sides.some((one) => one.ok && policyKind(path, one.bytes) === 'policy')) return;
    // Where nothing that is asked for differs, the other side asks for the same and gets the same.
    const [outcome, files] = after.ok ? [after, this.#commits.next] : [before, this.#commits.old];
    if (outcome.ok) {
      loadPolicy(path, outcome.bytes, files.reader(this.#shipped, visited), this.#bindings);
    }
    if ([...asked].some((one) => this.#isTouched(one))) this.#add(path, before, path, after);
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
