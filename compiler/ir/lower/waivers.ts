import type { Resolved } from '../../resolve/resolved.ts';
import type { Waiver } from '../waiver.ts';
import type { Lowering } from './lowering.ts';

export function lowerWaivers(resolved: Resolved, lowering: Lowering): Waiver[] {
  return resolved.accept.map(({ item, trail }) => ({
    gap: item.gap.value,
    reason: item.reason.value,
    grant: lowering.grant(`accept:${item.gap.value}`, item.gap.span, trail, item.grant),
  }));
}
