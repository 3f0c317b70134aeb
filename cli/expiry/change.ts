import {
  expiryInvalidBlueprint,
  expiryLeftIn,
  expiryUnfitPath,
  expiryWouldWiden,
} from '../../compiler/diagnostics/catalog/expiry.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { removeEntries } from '../../compiler/edit/remove-entries.ts';
import { policyDigest } from '../../compiler/ir/canonical.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { Comparison } from '../../compiler/report/difference/comparison.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import type { PlaceArguments } from '../arguments/place.ts';
import type { CommitFiles } from '../git/commit-files.ts';
import type { Io } from '../io.ts';
import type { OpenFolders } from '../other-folders.ts';
import type { BaseBranch } from '../proposals/base-branch.ts';
import { type Editable, policyBefore } from '../proposals/edit.ts';
import { type ChangedFile, updatedLock } from '../proposals/lock.ts';
import { comparisonOf } from '../proposals/make.ts';
import { type Step, stop } from '../proposals/outcome.ts';
import { type GuardrailVerdict, guardrailVerdicts } from '../proposals/verdicts.ts';
import type { DueEntry } from './due.ts';
import type { GrantedEntry } from './entries.ts';

/** A blueprint without entries that were due, shown to let the agent do no more than before. */
export interface BlueprintChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Those that are gone; at least one. */
  readonly due: readonly DueEntry[];
  readonly comparison: Comparison;
  readonly verdicts: readonly GuardrailVerdict[];
  /** The blueprint, and its lock file where there is one. */
  readonly files: readonly ChangedFile[];
  /** Digests of the policy before and after; null where its patterns are too intricate. */
  readonly policies: readonly [old: string | null, next: string | null];
}

/** What is asked of every change. */
export interface ChangeWishes {
  /** Whether entries go that keep the agent from something. */
  readonly evenWidening: boolean;
  readonly guardrails: string;
  readonly place: PlaceArguments;
  readonly open: OpenFolders;
}

export type ChangeStep = Step<{
  /** Null where every entry has to stay. */
  readonly change: BlueprintChange | null;
  /** Why entries stay, and what else there is to say. */
  readonly notes: readonly Diagnostic[];
}>;

/** Takes the entries that are due out of a blueprint, in memory, as far as that narrows. */
export async function changeWithout(
  editable: Editable & { readonly isNamed: boolean },
  due: readonly DueEntry[],
  wishes: ChangeWishes,
  where: { readonly base: BaseBranch; readonly files: CommitFiles },
  io: Io,
): Promise<ChangeStep> {
  const { path } = editable;
  const loaded = policyBefore(editable);
  if (!loaded.ok) {
    const { branch } = where.base;
    const [, ...errors] = loaded.problems;
    if (editable.isNamed) {
      const problem = 'it is not valid there';
      return stop(diagnose(expiryUnfitPath, null, { path, branch, problem }), ...errors);
    }
    const first = errors[0]?.message ?? 'it has mistakes';
    return {
      ok: true,
      change: null,
      notes: [diagnose(expiryInvalidBlueprint, null, { path, branch, first })],
    };
  }
  const removing = new Removing(editable, where.base.branch, wishes);
  const { removed, kept } = removing.asManyAsPossible(due);
  if (removed === null) return { ok: true, change: null, notes: kept };
  const { text, comparison, next, entries } = removed;
  const lock = await lockFor(
    { path, before: removing.before, after: text },
    entries,
    wishes,
    where.files,
    io,
  );
  if (!lock.ok) return lock;
  if (lock.changed === null) return { ok: true, change: null, notes: [...kept, ...lock.notes] };
  const proved = guardrailVerdicts(wishes.guardrails, { old: loaded.old, next }, editable.bindings, io);
  if (!proved.ok) return proved;
  const change: BlueprintChange = {
    path,
    before: removing.before,
    after: text,
    due: entries,
    comparison,
    verdicts: proved.verdicts,
    files: [{ path, text }, ...lock.changed],
    policies: [policyDigest(loaded.old).value, policyDigest(next).value],
  };
  return { ok: true, change, notes: [...kept, ...proved.notes] };
}

/** The text of a blueprint without entries, as `changeWithout` makes it; null where one of them has to stay. */
export function textWithout(
  editable: Editable,
  entries: readonly GrantedEntry[],
  branch: string,
  wishes: Pick<ChangeWishes, 'evenWidening' | 'open'>,
): string | null {
  const due = entries.map((entry) => ({ entry, use: null, why: { kind: 'ended', at: 0 } as const }));
  return new Removing(editable, branch, wishes).all(due)?.text ?? null;
}

/** A lock file that was stale before stops everything; one that cannot follow the change keeps the entries. */
async function lockFor(
  texts: { readonly path: string; readonly before: string; readonly after: string },
  entries: readonly DueEntry[],
  { place }: ChangeWishes,
  files: CommitFiles,
  io: Io,
): Promise<Step<{ readonly changed: readonly ChangedFile[] | null; readonly notes: readonly Diagnostic[] }>> {
  const lock = await updatedLock(texts, files, place, io);
  if (lock.ok) return { ...lock, notes: [] };
  const current = await updatedLock({ ...texts, after: texts.before }, files, place, io);
  if (!current.ok) return current;
  const problem = lock.problems[0]!.message;
  return { ok: true, changed: null, notes: entries.map((one) => leftIn(texts.path, one, problem)) };
}

function leftIn(path: string, { entry }: DueEntry, problem: string): Diagnostic {
  return diagnose(expiryLeftIn, null, { path, entry: entry.name, problem });
}

interface Removed {
  readonly text: string;
  readonly next: Policy;
  readonly comparison: Comparison;
  readonly entries: readonly DueEntry[];
}

type Attempt =
  | { readonly ok: true; readonly removed: Removed }
  | { readonly ok: false; readonly why: Diagnostic };

class Removing {
  readonly before: string;
  readonly #editable: Editable;
  readonly #branch: string;
  readonly #wishes: Pick<ChangeWishes, 'evenWidening' | 'open'>;

  constructor(editable: Editable, branch: string, wishes: Pick<ChangeWishes, 'evenWidening' | 'open'>) {
    this.before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(editable.bytes);
    this.#editable = editable;
    this.#branch = branch;
    this.#wishes = wishes;
  }

  /** Tried once: anybody who may push can name every entry of a blueprint. */
  all(due: readonly DueEntry[]): Removed | null {
    const attempt = this.#attempt(due);
    return attempt.ok ? attempt.removed : null;
  }

  /** All of them where that narrows; else one after the other, as one may only widen as long as another one is there. */
  asManyAsPossible(due: readonly DueEntry[]): { removed: Removed | null; kept: readonly Diagnostic[] } {
    const all = this.#attempt(due);
    if (all.ok) return { removed: all.removed, kept: [] };
    let removed: Removed | null = null;
    let kept = new Map<DueEntry, Diagnostic>(due.map((entry) => [entry, all.why]));
    for (let hasGrown = due.length > 1; hasGrown; ) {
      hasGrown = false;
      const waiting = [...kept.keys()];
      kept = new Map();
      for (const entry of waiting) {
        const attempt = this.#attempt([...(removed?.entries ?? []), entry]);
        if (attempt.ok) {
          removed = attempt.removed;
          hasGrown = true;
        } else kept.set(entry, attempt.why);
      }
    }
    return { removed, kept: [...kept.values()] };
  }

  /** @returns of several entries, why the last one cannot go */
  #attempt(entries: readonly DueEntry[]): Attempt {
    const { path, reader, bindings } = this.#editable;
    const last = entries.at(-1)!;
    const stays = (problem: string): Attempt => ({ ok: false, why: leftIn(path, last, problem) });
    const paths = entries.flatMap(({ entry }) => entry.removed);
    const text = removeEntries(new SourceFile(path, this.before), paths);
    if (text === null) return stays('its text does not go without other lines');
    const { policy, diagnostics } = loadPolicy(path, Buffer.from(text), reader, bindings);
    if (policy === null) {
      const first = diagnostics.find(({ severity }) => severity === 'error')?.message ?? 'it has mistakes';
      return stays(`without it the blueprint is not valid: ${first}`);
    }
    const comparison = comparisonOf(this.#editable, this.before, text, this.#branch, this.#wishes.open);
    if (!('path' in comparison)) return stays(comparison.problems[0]?.message ?? 'it cannot be compared');
    const { verdict, unknown, changes } = comparison.difference;
    if (unknown !== null) return stays(`it cannot be shown what the agent could do without it: ${unknown}`);
    if (verdict !== 'narrows' && verdict !== 'equal' && !this.#wishes.evenWidening) {
      const example = changes.find(({ direction }) => direction === 'widens')?.example ?? verdict;
      return { ok: false, why: diagnose(expiryWouldWiden, null, { path, entry: last.entry.name, example }) };
    }
    return { ok: true, removed: { text, next: policy, comparison, entries } };
  }
}

/** What somebody else's or an earlier commit made of a blueprint; stops where that widens or cannot be compared. */
export function readChange(
  editable: Editable,
  texts: { readonly before: string; readonly after: string },
  due: readonly DueEntry[],
  branch: string,
  wishes: ChangeWishes,
  io: Io,
): Step<{ readonly change: BlueprintChange }> | null {
  const { path, reader, bindings } = editable;
  const { before, after } = texts;
  const comparison = comparisonOf(editable, before, after, branch, wishes.open);
  const [old, next] = [before, after].map(
    (text) => loadPolicy(path, Buffer.from(text), reader, bindings).policy,
  );
  if (!('path' in comparison) || old == null || next == null) return null;
  const { verdict } = comparison.difference;
  if (verdict !== 'narrows' && verdict !== 'equal' && !wishes.evenWidening) return null;
  const proved = guardrailVerdicts(wishes.guardrails, { old, next }, bindings, io);
  if (!proved.ok) return stop(...proved.problems);
  const policies = [policyDigest(old).value, policyDigest(next).value] as const;
  const change = { path, before, after, due, comparison, verdicts: proved.verdicts, files: [], policies };
  return { ok: true, change };
}
