import { CannotRead } from './reading.ts';
import type { JsonObject, JsonValue } from './strict-json.ts';

/**
 * Members of an object that mean something. Some readers (Go's `encoding/json`) find a member in any case of its letters,
 * and take the last: so one that differs from a known name by that alone is refused.
 *
 * @throws CannotRead
 */
export function knownMembers<Name extends string>(
  object: JsonObject,
  names: readonly Name[],
): Readonly<Partial<Record<Name, JsonValue>>> {
  const found: Partial<Record<Name, JsonValue>> = {};
  for (const [key, value] of object) {
    const name = names.find((one) => one === key);
    if (name !== undefined) found[name] = value;
    else if (names.some((one) => folded(one) === folded(key))) throw new CannotRead('key-in-another-case');
  }
  return found;
}

/** Letters of one name in one case; the long s and the sign of Kelvin are letters to those readers, too. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
