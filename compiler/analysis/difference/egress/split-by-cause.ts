import { parseAddress } from '../../../domain/address.ts';
import { printUrlPath } from '../../../domain/url-path.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import type { Side, Term } from '../change.ts';

/** Sides whose values usually come from several entries, and where an access keeps the value. */
const SPLIT = { host: 'host', binary: 'binary', path: 'path' } as const;
type SplitSide = keyof typeof SPLIT;

/** A set and one access of it. */
export interface ShownSet {
  readonly sides: readonly Side[];
  readonly witness: EgressAccess;
}

/**
 * Takes a set apart where different entries made it: 200 new hosts of 200 entries are one set of accesses and 200 causes.
 * Together the parts are the set.
 *
 * @param causeOf names the cause of an access, or is null for an access outside of the set
 */
export function splitByCause(
  whole: ShownSet,
  causeOf: (access: EgressAccess) => string | null,
): readonly ShownSet[] {
  return (Object.keys(SPLIT) as SplitSide[]).reduce<readonly ShownSet[]>(
    (parts, name) => parts.flatMap((part) => splitSide(part, name, causeOf)),
    [whole],
  );
}

function splitSide(
  { sides, witness }: ShownSet,
  name: SplitSide,
  causeOf: (access: EgressAccess) => string | null,
): readonly ShownSet[] {
  const side = sides.find((one) => one.name === name);
  if (side === undefined || side.terms.length < 2) return [{ sides, witness }];
  const groups = new Map<string, { terms: Term[]; witness: EgressAccess }>();
  for (const term of side.terms) {
    const example = withValue(witness, name, exampleOf(term));
    const cause = example && causeOf(example);
    // Without an example of each term nobody can tell whose the term is.
    if (example === null || cause === null) return [{ sides, witness }];
    const group = groups.get(cause);
    if (group) group.terms.push(term);
    else groups.set(cause, { terms: [term], witness: example });
  }
  return [...groups.values()].map(({ terms, witness: shown }) => ({
    sides: sides.map((one) => (one === side ? { name, terms } : one)),
    witness: shown,
  }));
}

/** A value of a single pattern, with its wildcards filled in; null for terms of which none is that easily named. */
function exampleOf({ all, except }: Term): string | null {
  if (all.length !== 1 || except.length > 0) return null;
  return all[0]!.replace(/\*\*|\*/g, 'x').replaceAll('?', 'x');
}

function withValue(access: EgressAccess, name: SplitSide, value: string | null): EgressAccess | null {
  if (value === null) return null;
  if (name === 'path')
    return access.http === null ? null : { ...access, http: { ...access.http, path: printUrlPath(value) } };
  if (name === 'binary') return { ...access, binary: value };
  // An address that is asked for by itself is the one that is dialled.
  return { ...access, host: value, address: parseAddress(value).ok ? value : access.address };
}
