import { posix } from 'node:path';
import type { Commits } from '../cli/git/commits.ts';
import { type PolicyKind, policyKind } from '../cli/git/policy-kind.ts';
import { gateOwnPolicy } from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import { CODEOWNERS_PLACES } from './codeowners.ts';
import { fileStart } from './file-start.ts';

/** A changed file by which others are judged. */
export interface OwnPolicyChange {
  readonly path: string;
  readonly kind: 'guardrails' | 'codeowners' | 'workflow' | 'part' | 'tests';
  readonly finding: Diagnostic;
}

const WORDS: Readonly<Record<OwnPolicyChange['kind'], string>> = {
  guardrails: 'which holds the guardrails',
  codeowners: 'which says who owns what',
  workflow: 'which is run by GitHub, and may run or leave out this gate',
  part: 'a part that blueprints extend',
  tests: 'tests of policies',
};

/**
 * What of the gate's own policy a change touches.
 *
 * @param guardrails paths of the guardrails that count and of the ceilings behind them; none for the shipped ones
 */
export function ownPolicyChanges(commits: Commits, guardrails: readonly string[]): OwnPolicyChange[] {
  const holding = new Set(guardrails.flatMap((path) => [...waysTo(path, commits)]));
  return commits.changed.flatMap(({ old, next }) =>
    [...new Set([old, next])].flatMap((path) => {
      const kind = path === null ? null : kindOf(path, commits, holding);
      if (path === null || kind === null) return [];
      return [{ path, kind, finding: diagnose(gateOwnPolicy, fileStart(path), { path, what: WORDS[kind] }) }];
    }),
  );
}

/** A file, and every link on the way to it, on either side. */
function waysTo(path: string, { old, next }: Commits): ReadonlySet<string> {
  const ways = new Set<string>();
  const visited = (one: string) => {
    for (let at = one; at !== '.' && at !== '/'; at = posix.dirname(at)) ways.add(at);
  };
  for (const files of [old, next]) files.locate(path, visited);
  return ways;
}

function kindOf(
  path: string,
  commits: Commits,
  guardrails: ReadonlySet<string>,
): OwnPolicyChange['kind'] | null {
  if (guardrails.has(path)) return 'guardrails';
  if (CODEOWNERS_PLACES.includes(path)) return 'codeowners';
  if (/^\.github\/(?:workflows|actions)\//.test(path) || /(?:^|\/)action\.ya?ml$/.test(path))
    return 'workflow';
  if (!/\.ya?ml$/i.test(path)) return null;
  const kinds = [commits.old, commits.next].flatMap((files): PolicyKind[] => {
    const read = files.entries.has(path) ? files.read(path) : null;
    return read?.ok ? [policyKind(path, read.bytes)] : [];
  });
  return (['guardrails', 'part', 'tests'] as const).find((kind) => kinds.includes(kind)) ?? null;
}
