import { isDeepStrictEqual } from 'node:util';
import { proposalForeignBranch, proposalShallowClone } from '../../compiler/diagnostics/catalog/proposals.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { Approval } from '../../compiler/ir/origin.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { Comparison } from '../../compiler/report/difference/comparison.ts';
import type { Io } from '../io.ts';
import { type BaseBranch, textOf } from './base-branch.ts';
import { type Editable, edit } from './edit.ts';
import type { EntryGrant } from './entry.ts';
import type { Evidence } from './evidence.ts';
import { lockBeside } from './lock.ts';
import { comparisonOf } from './make.ts';
import { requestsIn, saysRetrospective } from './message.ts';
import { filesOfOneChange, isShallow } from './one-change.ts';
import { type Step, stop } from './outcome.ts';
import { isOutdated, type MadeWith, madeWith } from './outdated.ts';
import { type GuardrailVerdict, guardrailVerdicts } from './verdicts.ts';

/** What a branch that was pushed before says, read from its commit. */
export interface ExistingChange {
  /** In the order in which it names them. */
  readonly evidence: readonly Evidence[];
  readonly comparison: Comparison;
  /** What it opens beyond what was asked for; null where it is the narrowest entry. */
  readonly beyond: Comparison | null;
  readonly grant: EntryGrant;
  /** Whether it says of itself that it was let through already. */
  readonly isRetrospective: boolean;
  readonly verdicts: readonly GuardrailVerdict[];
  /** Null where the base branch still has what it was made for. */
  readonly outdated: { readonly madeWith: MadeWith | null } | null;
}

/**
 * Reads a proposal of these requests that is on the remote already, so that what is missing of it can be made. A branch of that
 * name that says or does something else is left alone.
 */
export function existingChange(
  commit: string,
  asked: readonly Evidence[],
  editable: Editable,
  {
    base,
    branch,
    guardrails,
  }: { readonly base: BaseBranch; readonly branch: string; readonly guardrails: string },
  io: Io,
): Step<{ readonly existing: ExistingChange }> {
  const requests = asked.map(({ request }) => request.id);
  const foreign = stop(diagnose(proposalForeignBranch, null, { branch, remote: base.remote }));
  const message = io.git(['log', '-1', '--no-show-signature', '--format=%B', '--end-of-options', commit]);
  const inOrder = message.ok ? requestsIn(textOf(message)) : [];
  if (!message.ok || String([...inOrder].sort()) !== String([...requests].sort())) return foreign;
  // Entries are written in the order of the requests.
  const open = [...asked].sort((a, b) => inOrder.indexOf(a.request.id) - inOrder.indexOf(b.request.id));
  const own = [editable.path, lockBeside(editable.path)];
  if (filesOfOneChange(own, commit, base, io) === null)
    return isShallow(io)
      ? stop(diagnose(proposalShallowClone, null, { branch, remote: base.remote }))
      : foreign;
  const texts = [`${commit}^`, commit].map((at) => io.git(['cat-file', 'blob', `${at}:${editable.path}`]));
  const [before, after] = texts.map((text) => (text.ok ? textOf(text) : null));
  if (before === null || before === undefined || after === null || after === undefined) return foreign;
  const comparison = comparisonOf(editable, before, after, base.branch);
  if (!('path' in comparison)) return comparison;
  const { reader, bindings, path } = editable;
  const policy = (text: string) => loadPolicy(path, Buffer.from(text), reader, bindings).policy;
  const [old, next] = [policy(before), policy(after)];
  if (old === null || next === null) return foreign;
  const proved = guardrailVerdicts(guardrails, { old, next }, bindings, io);
  if (!proved.ok) return proved;
  const grant = grantOfNew(old, next, requests);
  // Anybody can write a trailer; one without an entry for what it names is none of ours.
  if (grant === null) return foreign;
  const narrow = edit({ ...editable, bytes: Buffer.from(before) }, old, open, () => grant, new Set());
  const beyond = comparisonOf(editable, narrow.ok ? narrow.edited.after : before, after, base.branch);
  const isWider = 'path' in beyond && beyond.difference.verdict !== 'equal';
  const outdated = isOutdated(commit, path, base, io)
    ? { madeWith: madeWith({ ...editable, bytes: Buffer.from(before) }, after, open, grant) }
    : null;
  const { verdicts } = proved;
  const isRetrospective = saysRetrospective(textOf(message));
  return {
    ok: true,
    existing: {
      ...{ evidence: open, comparison, beyond: isWider ? beyond : null },
      ...{ grant, isRetrospective, verdicts, outdated },
    },
  };
}

/** The one approval that all new entries carry; null where one has another, or they answer other requests than these. */
function grantOfNew(old: Policy, next: Policy, requests: readonly string[]): EntryGrant | null {
  const before = new Set(old.egress.entries.map(({ grant }) => grant.id));
  const approvals = next.egress.entries.flatMap(({ grant: { id, approval } }) =>
    before.has(id) ? [] : [approval],
  );
  const [approval] = approvals;
  const named = new Set(approvals.flatMap((one) => one?.request?.split(', ') ?? ['']));
  const isSame = approvals.every((one) => isDeepStrictEqual(wordsOf(one), wordsOf(approval)));
  if (approval == null || !isSame || !isDeepStrictEqual(named, new Set(requests))) return null;
  const { owner, reason, ticket, approvedBy, expiresAt } = approval;
  return {
    ...{ owner: owner ?? 'nobody', reason: reason ?? 'none', ticket, approver: approvedBy, audit: [] },
    expires: expiresAt === null ? 'never' : new Date(expiresAt).toISOString(),
  };
}

/** What the text for reviewers says once of all entries. */
function wordsOf(approval: Approval | null | undefined) {
  return approval == null ? null : { ...approval, request: null };
}
