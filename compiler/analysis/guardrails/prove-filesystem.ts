import { Budget, DEFAULT_BUDGET } from '../../domain/automaton/budget.ts';
import { FILE_PATHS } from '../../domain/automaton/language.ts';
import { valueIn } from '../../domain/diagram/find-point.ts';
import { textDimension, textSet } from '../../domain/diagram/text-dimension.ts';
import { beneathPatterns, type Glob } from '../../domain/glob.ts';
import { type FileRights, listRights, type PathEntry, rightBit } from '../../ir/filesystem.ts';
import type { Policy } from '../../ir/policy.ts';
import { allowedAccess, brokenBy, type Counterexample, type Proof } from './proof.ts';

const PATHS = textDimension('path', FILE_PATHS);
/** What is shown when several rights break the guardrail: the plainest. */
const PLAINEST = ['write_file', 'read_file', 'execute'] as const;

/**
 * For each entry with one of the rights: whether it decides about one of the forbidden paths. Private scratch folders
 * hold nothing of the host and are left out.
 */
export function proveFilesystem(policy: Policy, paths: readonly Glob[], rights: FileRights): Proof {
  const { entries } = policy.filesystem;
  const budget = new Budget(DEFAULT_BUDGET);
  const found: Counterexample[] = [];
  for (const entry of entries) {
    const held = entry.rights & rights;
    if (held === 0 || entry.source === 'scratch') continue;
    const path = forbiddenPath(entry, entries, paths, budget);
    if (path === undefined) return { outcome: 'inconclusive', dimension: PATHS.name };
    if (path === null) continue;
    const right = PLAINEST.find((one) => (held & rightBit(one)) !== 0) ?? listRights(held)[0]!;
    found.push(allowedAccess(policy, { facet: 'filesystem', path, right }));
  }
  return brokenBy(found);
}

/** A forbidden path that the entry decides about; undefined when the budget does not suffice. */
function forbiddenPath(
  entry: PathEntry,
  entries: readonly PathEntry[],
  paths: readonly Glob[],
  budget: Budget,
): string | null | undefined {
  const below = entries.filter(({ path }) => path !== entry.path && path.startsWith(`${entry.path}/`));
  const decided = textSet(
    beneathPatterns(entry.path),
    below.flatMap(({ path }) => beneathPatterns(path)),
  );
  const partition = PATHS.partition([[decided], [textSet(paths)]], budget);
  if (partition === null) return undefined;
  const both = partition.atoms.flatMap((groups, atom) => (groups.length === 2 ? [atom] : []));
  return valueIn(partition, both) as string | null;
}
