import type { Change } from '../../analysis/difference/change.ts';
import type { ComparedSide, Comparison } from './comparison.ts';

/**
 * Comparisons as plain values for `-o json`, as `schemas/difference.schema.json` describes them: every set, however
 * long the list is.
 */
export function differenceJson(
  comparisons: readonly Comparison[],
): readonly Readonly<Record<string, unknown>>[] {
  return comparisons.map(({ path, renamedFrom, old, next, difference }) => ({
    path,
    renamedFrom,
    verdict: difference.verdict,
    old: jsonSide(old),
    new: jsonSide(next),
    changes: difference.changes.map(jsonChange),
    complete: difference.isComplete,
    unknown: difference.unknown,
  }));
}

function jsonSide({ label, digest, text }: ComparedSide) {
  return { label, exists: text !== null, digest };
}

function jsonChange({ direction, facet, classes, severity, sides, witness, example, cause }: Change) {
  return {
    direction,
    facet,
    classes,
    severity,
    sides,
    // Registers are 64-bit and JSON's numbers are not.
    witness:
      witness?.facet === 'syscalls'
        ? { ...witness, args: witness.args.map((one) => `0x${one.toString(16)}`) }
        : witness,
    example,
    cause,
  };
}
