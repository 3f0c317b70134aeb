import type { Commits } from '../cli/git/commits.ts';
import type { PolicyPair } from '../cli/policy-pair.ts';
import type { Step } from '../cli/proposals/outcome.ts';
import { gateApproverUnverified } from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { Comparison } from '../compiler/report/difference/comparison.ts';
import type { FailsFrom, Need } from './approvals.ts';
import { fileStart } from './file-start.ts';
import { blueprintsFor, sandboxIn } from './names.ts';
import type { OwnPolicyChange } from './own-policy.ts';
import { type BaseOwners, ownersIn, ownersOf, ownerWord, readOwners } from './owners.ts';

/** What a change holds that may have to be approved. */
export interface Changes {
  readonly pairs: readonly PolicyPair[];
  readonly comparisons: readonly Comparison[];
  /** Of each pair, whom it newly names as approvers. */
  readonly claims: readonly (readonly string[])[];
  readonly own: readonly OwnPolicyChange[];
  readonly commits: Commits;
}

/**
 * What of a change an owner has to approve: what widens, what nobody can compare, and what would let somebody else approve the next
 * change. Who that is, the base says.
 */
export function needsOf(
  { pairs, comparisons, claims, own, commits }: Changes,
  base: BaseOwners,
): Step<{ readonly needs: readonly Need[]; readonly notes: readonly Diagnostic[] }> {
  const needs: Need[] = [];
  const notes = new Map<string, Diagnostic>();
  const add = (path: string, why: string, failsFrom: FailsFrom, from: string, isNew: boolean) => {
    const found = ownersOf(from, isNew, base);
    for (const note of found.notes) notes.set(note.message, note);
    needs.push({ path, why, failsFrom, owners: found.owners, claimed: null });
  };
  for (const [at, pair] of pairs.entries()) {
    const isNew = pair.old.bytes === null;
    const from = isNew ? pair.path : pair.old.name;
    const reason = whyMeaning(comparisons[at]!);
    if (reason !== null) add(pair.path, reason.why, reason.failsFrom, from, isNew);
    const why = isNew || pair.next.bytes === null ? null : whyOwners(pair, commits, base);
    if (why !== null) add(pair.path, why, 'widening', from, false);
    const there = readOwners(wordsThere(pair, base)).owners;
    if (there.length > 0) {
      const taken = { why: 'it comes to where others own it', failsFrom: 'widening', claimed: null } as const;
      needs.push({ path: pair.path, ...taken, owners: there });
    }
    for (const word of claims[at]!) {
      const { owners } = readOwners([{ word, where: `\`${pair.path}\`` }]);
      const claim = {
        path: pair.path,
        why: `it says that \`${word}\` approved it`,
        failsFrom: 'widening',
      } as const;
      if (owners.length > 0) needs.push({ ...claim, owners, claimed: word });
      else {
        const note = diagnose(gateApproverUnverified, fileStart(pair.path), {
          path: pair.path,
          approver: word,
        });
        notes.set(note.message, note);
      }
    }
  }
  const named = claimsOf(pairs, commits);
  const before = blueprintsFor(new Set(named.map(({ name }) => name)), commits.old);
  if (!before.ok) return before;
  for (const { path, from, name } of named) {
    for (const other of before.paths.get(name) ?? []) {
      if (other !== from) add(path, `it is for the sandbox of \`${other}\``, 'widening', other, false);
    }
  }
  for (const { kind, path } of own) {
    if (kind === 'codeowners') add(path, 'it says who may approve', 'guardrail', path, true);
    if (kind === 'guardrails') add(path, 'it holds the guardrails', 'guardrail', path, false);
  }
  return { ok: true, needs, notes: [...notes.values()] };
}

function whyMeaning({
  difference: { verdict, unknown },
}: Comparison): Pick<Need, 'why' | 'failsFrom'> | null {
  if (verdict === 'inconclusive')
    return { why: 'it is not known whether it lets the agent do more', failsFrom: 'inconclusive' };
  if (verdict === 'widens' || verdict === 'both')
    return { why: 'it lets the agent do more', failsFrom: unknown === null ? 'widening' : 'inconclusive' };
  return null;
}

/** Blueprints for a sandbox that they were not for before: what is granted to one must not come to another unseen. */
function claimsOf(pairs: readonly PolicyPair[], { old, next }: Commits) {
  return pairs.flatMap(({ path, old: side, next: { bytes } }) => {
    const from = side.bytes === null ? null : side.name;
    const before = from === null ? null : sandboxIn(from, old);
    const name = bytes === null ? null : sandboxIn(path, next);
    return name === null || name === before ? [] : [{ path, from, name }];
  });
}

/** Whether a blueprint is for another sandbox, or its next change would be approved by others than this one is. */
function whyOwners(
  { path, old, renamedFrom }: PolicyPair,
  { next }: Commits,
  base: BaseOwners,
): string | null {
  const words = (list: readonly string[]) => [...new Set(list)].sort().join('\n');
  if (sandboxIn(old.name, base.files) !== sandboxIn(path, next)) return 'it is for another sandbox now';
  if (words(ownersIn(old.name, base.files)) !== words(ownersIn(path, next))) return 'it changes its owners';
  if (renamedFrom === null) return null;
  const isSame =
    words(ownersOf(old.name, false, base).owners.map(ownerWord)) === words(moved(path, old.name, base));
  return isSame ? null : 'it moves to where others own it';
}

/** Whom CODEOWNERS names for where a blueprint moves to; nobody where it owned the blueprint before as well. */
function wordsThere({ path, old, renamedFrom }: PolicyPair, { codeOwners }: BaseOwners) {
  const [there, before] = [codeOwners.of(path), codeOwners.of(old.name)];
  if (renamedFrom === null || there.every((word) => before.includes(word))) return [];
  return there.map((word) => ({ word, where: 'CODEOWNERS' }));
}

/** Who owns a file once it has moved. */
function moved(path: string, from: string, base: BaseOwners): string[] {
  const there = { ...base, codeOwners: { ...base.codeOwners, of: () => base.codeOwners.of(path) } };
  return ownersOf(from, false, there).owners.map(ownerWord);
}
