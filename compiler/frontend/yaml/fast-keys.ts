import type { YamlEntry } from './tree.ts';

const FEW = 8;

/** Whether two entries have the same key; in time proportional to their number. */
export function hasRepeatedKey(entries: readonly YamlEntry[]): boolean {
  const count = entries.length;
  if (count > FEW) return new Set(entries.map(({ key }) => key)).size < count;
  for (let one = 1; one < count; one++) {
    const { key } = entries[one]!;
    for (let other = 0; other < one; other++) if (entries[other]!.key === key) return true;
  }
  return false;
}

/** Unquoted keys that mean "no value", and the merge key, are refused by the other reader. */
export function isOrdinaryKey(key: string): boolean {
  switch (key) {
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
    case '<<':
      return false;
    default:
      return true;
  }
}
