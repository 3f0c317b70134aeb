import { userInfo } from 'node:os';
import { proposalMoreThanAsked, proposalWordsOf } from '../../compiler/diagnostics/catalog/proposals.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { parseExpiry } from '../../compiler/ir/lower/expiry.ts';
import { type EgressProposeArguments, USUAL_SPAN } from '../arguments/egress-propose.ts';
import type { Io } from '../io.ts';
import { textOf } from './base-branch.ts';
import type { EntryGrant } from './entry.ts';
import type { MakeWishes } from './make.ts';
import type { MadeWith } from './outdated.ts';

/** What a proposal is to be: as the command line says, else as the branch had it that it comes in the place of, else as usual. */
export function wishesOf(
  chosen: EgressProposeArguments,
  had: MadeWith | null,
  sandbox: string,
  io: Io,
): MakeWishes {
  const { widths, guardrails, place, ticket, approver } = chosen;
  const grant: MakeWishes['grant'] = {
    owner: chosen.owner ?? had?.grant.owner ?? ownerOf(io),
    reason: chosen.reason ?? had?.grant.reason ?? `asked for by the sandbox ${sandbox}, see the request`,
    ticket: ticket ?? had?.grant.ticket ?? null,
    approver: approver ?? had?.grant.approver ?? null,
    expires: endAsked(chosen, io) ?? had?.grant.expires ?? endAfter(USUAL_SPAN, io.now()),
  };
  return {
    widths: widths.length > 0 ? new Set(widths) : (had?.widths ?? new Set()),
    guardrails,
    place,
    grant,
  };
}

/**
 * Anybody who may push can have made a branch of that name. What it opens beyond the narrowest entry, and an end later than the usual
 * one, are proposed in the name of whoever runs this only when they say so themselves. Null where there is no such thing.
 */
export function notAskedFor(
  branch: string,
  { widths, grant }: MadeWith,
  chosen: EgressProposeArguments,
  io: Io,
): Diagnostic | null {
  const sides = chosen.widths.length > 0 ? [] : [...widths];
  const end = parseExpiry(grant.expires);
  const latest = parseExpiry(endAfter(USUAL_SPAN, io.now()))!;
  const isLater = endAsked(chosen, io) === null && (end === null || end > latest);
  if (sides.length === 0 && !isLater) return null;
  return diagnose(proposalMoreThanAsked, null, { branch, sides, expires: isLater ? grant.expires : null });
}

/** A note of whose words a proposal has that was made anew. */
export function takenOver(commit: string, branch: string, grant: EntryGrant, { git }: Io): Diagnostic[] {
  const author = git(['log', '-1', '--no-show-signature', '--format=%ae', '--end-of-options', commit]);
  const { owner, reason, ticket, approver, expires } = grant;
  const of = author.ok ? textOf(author).trim() : 'somebody';
  const words = { owner, reason, ticket, approver, expires };
  return [diagnose(proposalWordsOf, null, { branch, commit, author: of, ...words })];
}

function endAsked({ expires, span }: EgressProposeArguments, io: Io): string | null {
  return expires ?? (span === null ? null : endAfter(span, io.now()));
}

/** As git knows the user, else as the system does. */
function ownerOf({ git }: Io): string {
  const configured = git(['config', '--get', 'user.email']);
  const email = configured.ok ? textOf(configured).trim() : '';
  return email === '' ? userInfo().username : email;
}

const DAY = 86_400_000;

/** The last day of a span of days, to the end of which it holds; for a shorter one the time itself. */
function endAfter(span: number, now: number): string {
  const text = new Date(now + span).toISOString();
  return span % DAY === 0 ? text.slice(0, 10) : text;
}
