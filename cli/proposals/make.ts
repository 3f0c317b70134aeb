import { proposalNotMeant } from '../../compiler/diagnostics/catalog/proposals.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { policyDigest } from '../../compiler/ir/canonical.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import type { Comparison } from '../../compiler/report/difference/comparison.ts';
import type { PlaceArguments } from '../arguments/place.ts';
import type { CommitFiles } from '../git/commit-files.ts';
import type { Io } from '../io.ts';
import { NONE_OPEN, type OpenFolders } from '../other-folders.ts';
import { comparePair } from '../policy-pair.ts';
import type { BaseBranch } from './base-branch.ts';
import { type Editable, type Edited, edit } from './edit.ts';
import type { Entry, EntryGrant } from './entry.ts';
import type { Evidence } from './evidence.ts';
import { type ChangedFile, updatedLock } from './lock.ts';
import { type Step, stop } from './outcome.ts';
import { type GuardrailVerdict, guardrailVerdicts } from './verdicts.ts';
import type { Widths } from './widths.ts';

/** What is asked of a proposal beside the requests. */
export interface MakeWishes {
  readonly widths: Widths;
  readonly grant: Omit<EntryGrant, 'audit'>;
  readonly guardrails: string;
  readonly place: PlaceArguments;
}

/** A change that may be proposed: shown to mean what it should, with all that is said about it. */
export interface MadeChange {
  readonly edited: Edited;
  /** The blueprint, and its lock file where there is one. */
  readonly files: readonly ChangedFile[];
  readonly grant: EntryGrant;
  readonly policies: readonly [old: string, next: string];
  readonly comparison: Comparison;
  readonly beyond: Comparison | null;
  readonly verdicts: readonly GuardrailVerdict[];
  readonly notes: readonly Diagnostic[];
}

/** Makes the change in memory. Nothing is written. */
export async function makeChange(
  editable: Editable,
  old: Policy,
  open: readonly Evidence[],
  wishes: MakeWishes,
  where: { readonly base: BaseBranch; readonly files: CommitFiles },
  io: Io,
): Promise<Step<{ readonly made: MadeChange }>> {
  const lines = new Map(open.map(({ request, line }) => [request.id, line]));
  const auditOf = (ids: readonly string[]) => ids.flatMap((id) => lines.get(id) ?? []);
  const grantOf = ({ requests }: Entry): EntryGrant => ({ ...wishes.grant, audit: auditOf(requests) });
  const done = edit(editable, old, open, grantOf, wishes.widths);
  if (!done.ok) return done;
  const { edited } = done;
  const comparison = comparisonOf(editable, edited.before, edited.after, where.base.branch);
  if (!('path' in comparison)) return comparison;
  const { difference: found } = comparison;
  const refuse = (problem: string) => stop(diagnose(proposalNotMeant, null, { path: edited.path, problem }));
  if (found.verdict !== 'widens' || !found.isComplete)
    return refuse(`the change is no widening, but ${found.verdict}`);
  const [before, after] = [policyDigest(edited.old).value, policyDigest(edited.next).value];
  if (before === null || after === null) return refuse('its patterns are too intricate for a digest');
  const lock = await updatedLock(edited, where.files, wishes.place, io);
  if (!lock.ok) return lock;
  const proved = guardrailVerdicts(wishes.guardrails, edited, editable.bindings, io);
  if (!proved.ok) return proved;
  const beyond =
    wishes.widths.size === 0 ? null : beyondAsked(editable, edited, old, open, grantOf, where.base.branch);
  const made: MadeChange = {
    edited,
    files: [{ path: edited.path, text: edited.after }, ...lock.changed],
    grant: { ...wishes.grant, audit: auditOf(open.map(({ request }) => request.id)) },
    policies: [before, after],
    comparison,
    beyond,
    verdicts: proved.verdicts,
    notes: proved.notes,
  };
  return { ok: true, made };
}

/** What the wider entry opens beyond the narrowest one; beyond the base where there is no narrowest one. */
function beyondAsked(
  editable: Editable,
  edited: Edited,
  old: Policy,
  open: readonly Evidence[],
  grantOf: (entry: Entry) => EntryGrant,
  branch: string,
): Comparison | null {
  const narrow = edit(editable, old, open, grantOf, new Set());
  const before = narrow.ok ? narrow.edited.after : edited.before;
  const compared = comparisonOf(editable, before, edited.after, branch);
  return 'path' in compared ? compared : null;
}

/**
 * The exact difference of two texts of a blueprint, whose parts are as on the base branch.
 *
 * @param open folders that nobody named, where the change may be about one
 */
export function comparisonOf(
  { path, reader, bindings }: Editable,
  before: string,
  after: string,
  branch: string,
  // An entry of the network names no folder.
  open: OpenFolders = NONE_OPEN,
): Comparison | ReturnType<typeof stop> {
  const side = (label: string, text: string, prefix: string) => ({
    label,
    name: path,
    before: prefix,
    bytes: Buffer.from(text),
    reader,
  });
  const compared = comparePair(
    {
      path,
      renamedFrom: null,
      old: side(`${branch}:${path}`, before, `${branch}:`),
      next: side(`proposed:${path}`, after, ''),
    },
    bindings,
    open,
  );
  return compared.ok ? compared.comparison : stop(...compared.diagnostics);
}
