import type { Facet } from '../../../ir/facet.ts';
import type { Phrase } from '../../phrase.ts';
import type { TargetVerdict } from '../coverage.ts';
import { listed, say } from '../phrase.ts';
import type { Statement } from '../statements.ts';

/** A sentence that is true as far as the targets enforce one facet. */
export function heldOn(
  targets: readonly TargetVerdict[],
  facet: Facet,
  text: Phrase,
): Pick<Statement, 'state' | 'text'> {
  const open = targets.filter(({ facets }) =>
    facets.some((one) => one.facet === facet && (one.kind === 'looser' || one.kind === 'none')),
  );
  if (open.length === 0) return { state: 'holds', text };
  return { state: 'partly', text: say`${text}; with a gap on ${named(open)}` };
}

/** The names of targets. */
export function named(targets: readonly TargetVerdict[]): Phrase {
  return listed(targets.map(({ name }) => name));
}
