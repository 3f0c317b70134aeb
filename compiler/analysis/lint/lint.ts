import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { FileTree } from './file-tree.ts';
import type { Finding } from './finding.ts';
import type { Readings } from './read.ts';
import { compilerWarnings } from './rules/compiler-warnings.ts';
import { costlyPatterns } from './rules/costly-patterns.ts';
import { widelyUsedCredentials } from './rules/credentials.ts';
import { endingGrants, unownedGrants } from './rules/grants.ts';
import { idleEgress } from './rules/idle-egress.ts';
import { idleEnvironment } from './rules/idle-environment.ts';
import { idleInherited } from './rules/idle-inherited.ts';
import { idlePaths } from './rules/idle-paths.ts';
import { idleSyscalls } from './rules/idle-syscalls.ts';
import { linkedPrograms } from './rules/program-links.ts';
import { interpreters, replaceablePrograms } from './rules/programs.ts';
import { readOnlyBelow } from './rules/read-only-below.ts';
import { sharedHosts } from './rules/shared-hosts.ts';
import { anyProgram, wideEndpoints } from './rules/wildcards.ts';
import type { Subject } from './subject.ts';

/** Looks at one reading of a file and says what is dubious in it. Pure; only ever about the file itself. */
export type LintRule = (subject: Subject) => readonly Finding[];

export const LINT_RULES: readonly LintRule[] = [
  compilerWarnings,
  idlePaths,
  readOnlyBelow,
  idleEnvironment,
  idleSyscalls,
  idleEgress,
  idleInherited,
  unownedGrants,
  endingGrants,
  anyProgram,
  widelyUsedCredentials,
  wideEndpoints,
  costlyPatterns,
  sharedHosts,
  interpreters,
  replaceablePrograms,
  linkedPrograms,
];

/** What the rules look at beside the file. */
export interface Circumstances {
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  readonly tree: FileTree | null;
  /** Other files are known to extend the file, so that what has no effect in it may have one in them. */
  readonly isExtended?: boolean;
}

/**
 * Everything dubious about a valid file: what the compiler warns of, and what the rules find. Of a preset with access
 * levels, what stands in all of them is only reported if it holds at each. Nothing where the file is not valid.
 */
export function lint(
  { readings, levels }: Pick<Readings, 'readings' | 'levels'>,
  circumstances: Circumstances,
  rules: readonly LintRule[] = LINT_RULES,
): Finding[] {
  const times = new Map<string, { readonly found: Finding; count: number }>();
  for (const reading of readings) {
    const subject = { ...reading, ...circumstances };
    for (const found of withoutRepeats(rules.flatMap((rule) => rule(subject)))) {
      const key = identityOf(found.diagnostic);
      const known = times.get(key);
      if (known === undefined) times.set(key, { found, count: 1 });
      else known.count++;
    }
  }
  const isInLevel = ({ primary }: Diagnostic) =>
    levels.some(({ start, end }) => primary !== null && start <= primary.start && primary.end <= end);
  return [...times.values()].flatMap(({ found, count }) =>
    count === readings.length || isInLevel(found.diagnostic) ? [found] : [],
  );
}

function withoutRepeats(found: readonly Finding[]): Finding[] {
  return [...new Map(found.map((one) => [identityOf(one.diagnostic), one])).values()];
}

function identityOf({ code, message, primary }: Diagnostic): string {
  return [code, message, primary?.start, primary?.end].join('\0');
}
