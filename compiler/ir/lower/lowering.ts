import { grantBadTime, grantUsesUncounted } from '../../diagnostics/catalog/grant.ts';
import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import { type CatalogEntry, diagnose } from '../../diagnostics/entry.ts';
import type { GrantNote } from '../../frontend/blueprint/blueprint.ts';
import type { Bindings } from '../../resolve/resolved.ts';
import type { Located, Span } from '../../source/span.ts';
import { countsUses } from '../limits.ts';
import { type Approval, type Grant, Origin } from '../origin.ts';
import { parseExpiry } from './expiry.ts';

/** Letters of Hangul that show nothing. */
const FILLERS = /[\u115f\u1160\u3164\uffa0]/g;
const WORD = /[\p{L}\p{N}]/u;

/** A text without a letter or a digit names nobody and nothing. */
function said(text: Located<string> | null): string | null {
  return text !== null && WORD.test(text.value.replace(FILLERS, '')) ? text.value : null;
}

/** What every facet needs while it is lowered: the host facts it may use and the place to report to. */
export class Lowering {
  readonly bindings: Bindings;
  readonly diagnostics: Diagnostic[] = [];

  constructor(bindings: Bindings) {
    this.bindings = bindings;
  }

  report<P>(kind: CatalogEntry<P>, span: Span, parameters: P, related: readonly Related[] = []): void {
    this.diagnostics.push(diagnose(kind, span, parameters, related));
  }

  grant(id: string, span: Span, trail: readonly string[], note: GrantNote | null): Grant {
    const maxUses = note?.maxUses ?? null;
    if (maxUses !== null && !countsUses({ id })) this.report(grantUsesUncounted, maxUses.span, { id });
    return { id, origin: new Origin(span, trail), approval: note === null ? null : this.approval(note) };
  }

  private approval(note: GrantNote): Approval {
    let expiresAt: number | null = null;
    if (note.expires) {
      expiresAt = parseExpiry(note.expires.value);
      if (expiresAt === null) this.report(grantBadTime, note.expires.span, { text: note.expires.value });
    }
    return {
      owner: said(note.owner),
      reason: said(note.reason),
      ticket: said(note.ticket),
      approvedBy: said(note.approvedBy),
      expiresAt,
      maxUses: note.maxUses?.value ?? null,
      request: note.request?.value ?? null,
    };
  }
}
