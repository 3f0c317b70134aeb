import type { Palette } from '../compiler/diagnostics/render/palette.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import type { Access, EgressAccess } from '../compiler/ir/access.ts';
import { describeAccess, SCHEME_UNKNOWN } from '../compiler/ir/access-words.ts';
import { accessForm } from '../compiler/ir/audit-event/access-form.ts';
import type { AuditEvent, DecisionEvent } from '../compiler/ir/audit-event/event.ts';
import { recordedEgress } from '../compiler/ir/audit-event/recorded-access.ts';
import type { PendingRequest } from '../runtime/approvals/requests/request.ts';
import type { KnownRequest } from './known-requests.ts';
import { WHY_WORDS } from './simulation-report.ts';

/** An event that tells of a decision. */
export type DecisionLine = AuditEvent & { readonly what: DecisionEvent };

export function isDecision(event: AuditEvent): event is DecisionLine {
  return event.what.kind === 'decision';
}

export function isDenial({ what }: DecisionLine): boolean {
  return Object.hasOwn(WHY_WORDS, what.why);
}

/**
 * A decision in one line for a person: when, the verdict, what was asked for, by which entry or why not, and the request.
 *
 * @param known the request that a refusal made or joined
 */
export function decisionLine(event: DecisionLine, known: KnownRequest | null, palette: Palette): string {
  const { what, time } = event;
  const verdict = isDenial(event) ? palette.severity('error', 'denied ') : palette.good('allowed');
  const words = visible(describeAccess(shown(what.access), SCHEME_UNKNOWN));
  const parts = [words, palette.faint(reasonWords(what, known))];
  if (what.credentials.length > 0) parts.push(palette.faint(`with ${visible(what.credentials.join(', '))}`));
  if (known !== null) parts.push(palette.strong(known.id));
  if (known?.answer?.kind === 'denied') {
    parts.push(palette.faint(visible(`denied by ${known.answer.by}: ${known.answer.reason}`)));
  }
  return `${new Date(time).toISOString()}  ${verdict}  ${parts.join('  ')}\n`;
}

/** The same as plain values. */
export function decisionValue(event: DecisionLine, known: KnownRequest | null) {
  const { sequence, time, sandbox, what } = event;
  const { policy, access, why, grant, process, credentials } = what;
  const request = requestUnder(what, known);
  return {
    sequence,
    time: new Date(time).toISOString(),
    sandbox,
    verdict: isDenial(event) ? 'deny' : 'allow',
    why,
    access: accessForm(masked(access)),
    words: describeAccess(shown(access), SCHEME_UNKNOWN),
    because: request?.because ?? null,
    grant,
    nearest: request?.nearest ?? null,
    policy,
    process,
    credentials,
    request: known?.id ?? null,
  };
}

/** The request as far as it speaks of the same policy: under another one the same access is refused for another reason. */
function requestUnder({ policy, why }: DecisionEvent, known: KnownRequest | null): PendingRequest | null {
  const request = known?.request ?? null;
  return request?.policy === policy && request.why === why ? request : null;
}

/** As the time of the line says when it was, and a log of another program may hold what should not be shown. */
function shown(access: Access): Access {
  const safe = masked(access);
  return safe.facet === 'egress' ? ({ ...safe, at: 0, sha256: null } satisfies EgressAccess) : safe;
}

function masked(access: Access): Access {
  return access.facet === 'egress' ? recordedEgress(access) : access;
}

function reasonWords(what: DecisionEvent, known: KnownRequest | null): string {
  const because = requestUnder(what, known)?.because ?? null;
  if (because !== null) return visible(because);
  const { why, grant } = what;
  const words = (WHY_WORDS as Readonly<Record<string, string>>)[why] ?? `${why} by`;
  if (grant === null) return words;
  return `${words} ${visible(grant.id)} (${visible(grant.file)}:${grant.line}:${grant.column})`;
}
