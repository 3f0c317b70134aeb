import { limitInvalid } from '../../diagnostics/catalog/resources.ts';
import type { Resolved } from '../../resolve/resolved.ts';
import { RESOURCE_UNITS, type ResourceLimit, type ResourceName, type ResourcePolicy } from '../resources.ts';
import { parseAmount } from './amount.ts';
import type { Lowering } from './lowering.ts';

export function lowerResources(resolved: Resolved, lowering: Lowering): ResourcePolicy {
  const limits: ResourceLimit[] = [];
  for (const { item, trail } of resolved.limits) {
    const name = item.name.value as ResourceName;
    const unit = RESOURCE_UNITS[name];
    const maximum = parseAmount(item.value.value, unit);
    if (maximum === null) {
      lowering.report(limitInvalid, item.value.span, { text: String(item.value.value), unit });
    } else {
      limits.push({
        name,
        maximum,
        grant: lowering.grant(`resources:${name}`, item.name.span, trail, item.grant),
      });
    }
  }
  return {
    limits: limits.sort((a, b) => (a.name < b.name ? -1 : 1)),
    unlimited: lowering.grant('resources:unlimited', resolved.metadata.name.span, [], null),
  };
}
