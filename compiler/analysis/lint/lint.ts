import { deniedNowhere } from '../../diagnostics/catalog/filesystem.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hasErrors } from '../../diagnostics/entry.ts';
import type { FileTree } from './file-tree.ts';
import { type Finding, removal } from './finding.ts';
import type { Readings } from './read.ts';
import { costlyPatterns } from './rules/costly-patterns.ts';
import { endingGrants, unownedGrants } from './rules/grants.ts';
import { idleEgress } from './rules/idle-egress.ts';
import { idleEnvironment } from './rules/idle-environment.ts';
import { idleInherited } from './rules/idle-inherited.ts';
import { idlePaths } from './rules/idle-paths.ts';
import { idleSyscalls } from './rules/idle-syscalls.ts';
import { linkedPrograms } from './rules/program-links.ts';
import { interpreters, replaceablePrograms } from './rules/programs.ts';
import { sharedHosts } from './rules/shared-hosts.ts';
import { anyProgram, wideEndpoints } from './rules/wildcards.ts';
import { isOwn, type Subject } from './subject.ts';

/** Looks at one reading of a file and says what is dubious in it. Pure; only ever about the file itself. */
export type LintRule = (subject: Subject) => readonly Finding[];

export const LINT_RULES: readonly LintRule[] = [
  idlePaths,
  idleEnvironment,
  idleSyscalls,
  idleEgress,
  idleInherited,
  unownedGrants,
  endingGrants,
  anyProgram,
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
}

/**
 * Everything dubious about a valid file: what the compiler warns of, and what the rules find. Of a preset with access
 * levels, what stands in all of them is only reported if it holds at each. Nothing where the file is not valid.
 */
export function lint({ readings, diagnostics, levels }: Readings, circumstances: Circumstances): Finding[] {
  if (hasErrors(diagnostics)) return [];
  const [first] = readings;
  if (first === undefined) return [];
  const warnings = diagnostics
    .filter(({ severity, primary }) => severity === 'warning' && primary !== null && isOwn(first, primary))
    .map(withCertainFix);
  const times = new Map<string, { readonly found: Finding; count: number }>();
  for (const reading of readings) {
    const subject = { ...reading, ...circumstances };
    for (const found of withoutRepeats(LINT_RULES.flatMap((rule) => rule(subject)))) {
      const key = identityOf(found.diagnostic);
      const known = times.get(key);
      if (known === undefined) times.set(key, { found, count: 1 });
      else known.count++;
    }
  }
  const isInLevel = ({ primary }: Diagnostic) =>
    levels.some(({ start, end }) => primary !== null && start <= primary.start && primary.end <= end);
  const kept = [...times.values()].filter(
    ({ found, count }) => count >= readings.length || isInLevel(found.diagnostic),
  );
  return [...withoutRepeats(warnings), ...kept.map(({ found }) => found)];
}

/** A denial that denies nothing is found when a blueprint is read; taking it out is certain. */
function withCertainFix(diagnostic: Diagnostic): Finding {
  const { code, primary } = diagnostic;
  const fix = code === deniedNowhere.code && primary !== null ? removal(primary) : null;
  return { diagnostic, fix };
}

function withoutRepeats(found: readonly Finding[]): Finding[] {
  return [...new Map(found.map((one) => [identityOf(one.diagnostic), one])).values()];
}

function identityOf({ code, message, primary }: Diagnostic): string {
  return [code, message, primary?.start, primary?.end].join('\0');
}
