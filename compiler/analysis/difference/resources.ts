import { RESOURCE_UNITS, type ResourceLimit, type ResourcePolicy } from '../../ir/resources.ts';
import type { Change } from './change.ts';
import { changesBetween, type Gain, type Reason, sideOf } from './gain.ts';

/** How much of each resource may be used: exact over all amounts. */
export function resourceChanges(old: ResourcePolicy, next: ResourcePolicy): readonly Change[] {
  return changesBetween(old, next, resourceGains);
}

/** Only what `from` limits can be gained; a limit that is gone leaves it to the host. */
function resourceGains(from: ResourcePolicy, to: ResourcePolicy): Gain[] {
  const limits = new Map(to.limits.map((limit) => [limit.name, limit]));
  return from.limits.flatMap((before) => {
    const after = limits.get(before.name) ?? null;
    return after !== null && after.maximum <= before.maximum ? [] : [gainOf(before, after)];
  });
}

function gainOf(before: ResourceLimit, after: ResourceLimit | null): Gain {
  const unit = RESOURCE_UNITS[before.name];
  const said = (amount: number) => (unit === 'count' ? String(amount) : `${amount} ${unit}`);
  const bounds = [`more than ${said(before.maximum)}`];
  if (after !== null) bounds.push(`at most ${said(after.maximum)}`);
  const reason: Reason =
    after === null
      ? { kind: 'lifted', by: before.grant }
      : { kind: 'changed', from: before.grant, to: after.grant };
  return {
    facet: 'resources',
    classes: ['limit-raised'],
    sides: [sideOf('resource', [before.name]), { name: 'amount', terms: [{ all: bounds, except: [] }] }],
    shownBy: {
      facet: 'resources',
      resource: before.name,
      amount: after === null ? before.maximum + 1 : after.maximum,
    },
    reason,
  };
}
