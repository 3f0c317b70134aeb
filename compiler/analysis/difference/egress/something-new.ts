import { Budget, DEFAULT_BUDGET } from '../../../domain/automaton/budget.ts';
import type { Value } from '../../../domain/diagram/dimension.ts';
import { valueIn } from '../../../domain/diagram/find-point.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import type { EgressPolicy } from '../../../ir/egress.ts';
import { ALLOWING, egressBoxes, egressDimensions } from '../../../ir/egress-boxes.ts';
import { EgressIndex } from '../../../ir/egress-index.ts';
import { addedEntries } from './joint.ts';
import { accessAt, READABLE } from './witness.ts';

/**
 * An access that the new policy allows and the old one denies, looked for where the new policy has entries of its own; null when none was met. For
 * policies that are too intricate to compare: finding one proves that the policy widens, finding none proves nothing.
 */
export function somethingNew(old: EgressPolicy, next: EgressPolicy): EgressAccess | null {
  const sides = { old: new EgressIndex(old), next: new EgressIndex(next) };
  const isNew = (access: EgressAccess) =>
    sides.next.decide(access).verdict === 'allow' && sides.old.decide(access).verdict === 'deny';
  const budget = new Budget(DEFAULT_BUDGET);
  for (const entry of addedEntries(old, next)) {
    const dimensions = egressDimensions([entry]);
    for (const { roles, sets } of egressBoxes(entry)) {
      if (roles !== ALLOWING) continue;
      const point = dimensions.map((dimension): Value | null => {
        const set = sets[dimension.name];
        const partition = set && dimension.partition([[set]], budget);
        if (!partition) return null;
        const inside = partition.atoms.flatMap((groups, atom) => (groups.length > 0 ? [atom] : []));
        return valueIn(partition, inside, READABLE[dimension.name]);
      });
      const access = accessAt(dimensions, point);
      if (isNew(access)) return access;
    }
  }
  return null;
}
