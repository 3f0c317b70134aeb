import type { VerdictReason } from '../../../compiler/ir/audit-event/event.ts';
import type { Decision } from '../../../compiler/ir/decision.ts';
import type { EgressEntry } from '../../../compiler/ir/egress.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';

/** A decision with what the audit log says about it. */
export interface Ruling {
  readonly decision: Decision<WrittenPlace>;
  readonly why: VerdictReason;
  /** Those that speak of the host, as they stood when it was decided. */
  readonly entries: readonly EgressEntry<WrittenPlace>[];
  /** The entry that allows, where its uses are counted; whoever acts on the ruling takes one use. */
  readonly counted: EgressEntry<WrittenPlace> | null;
}

/** @param allowing the entry behind an `allow`; null for all others */
export function rulingOf(
  decision: Decision<WrittenPlace>,
  entries: readonly EgressEntry<WrittenPlace>[],
  allowing: EgressEntry<WrittenPlace> | null,
  isAudited = false,
): Ruling {
  if (decision.verdict === 'deny') {
    return { decision, why: decision.why, entries, counted: null };
  }
  const isCounted = (decision.by.approval?.maxUses ?? null) !== null;
  const why = isAudited ? 'audited' : 'granted';
  return { decision, why, entries, counted: isCounted ? allowing : null };
}
