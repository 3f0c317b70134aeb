import { createHash } from 'node:crypto';
import type { EgressEntry } from './egress.ts';
import { tableForm } from './egress-table/write.ts';
import type { WrittenPlace } from './origin.ts';

const keys = new WeakMap<EgressEntry<WrittenPlace>, string>();

/**
 * Names what was approved, by which the gateway counts uses: an entry that grants something else, or the same by another
 * approval, starts from nothing. Where it is written, by whom it is owned and why, does not count.
 */
export function useKey(entry: EgressEntry<WrittenPlace>): string {
  let key = keys.get(entry);
  if (key === undefined) {
    const { id, approval } = entry.grant;
    const origin = { file: '', line: 1, column: 1, trail: [] };
    const bare = {
      ...entry,
      grant: { id, origin, approval: approval && { ...approval, owner: null, reason: null } },
    };
    const form = tableForm({
      name: '',
      policy: 'sha256:',
      commit: null,
      egress: { entries: [bare] },
      credentials: [],
    });
    key = createHash('sha256').update(JSON.stringify(form)).digest('hex');
    keys.set(entry, key);
  }
  return key;
}
