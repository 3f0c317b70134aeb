import type { Term } from '../../../analysis/difference/change.ts';
import type { CallWithConditions } from '../../../analysis/reach/call-conditions.ts';
import type { Phrase } from '../../phrase.ts';
import { listed, say, words } from '../phrase.ts';

/** `clone only where arg 0 lacks CLONE_NEWUSER`, whole: every way in which the arguments may be. */
export function callPhrase({ name, terms }: CallWithConditions): Phrase {
  const { values, others } = singleValues(terms);
  const ways = [
    ...[...values].map(([argument, known]) =>
      known.length === 1
        ? say`where ${`${argument} == ${known[0]}`}`
        : say`where ${argument} is one of ${listed(known)}`,
    ),
    ...others.map(wayPhrase),
  ];
  return [...say`${name} only `, ...ways.flatMap((way, at) => [...words(at === 0 ? '' : '; or '), ...way])];
}

const SINGLE = /^(arg \d) == (.+)$/s;

/** Long lists of single values of one argument are said once. */
function singleValues(terms: readonly Term[]): {
  values: ReadonlyMap<string, readonly string[]>;
  others: readonly Term[];
} {
  const values = new Map<string, string[]>();
  const others: Term[] = [];
  for (const term of terms) {
    const single = term.all.length === 1 && term.except.length === 0 ? SINGLE.exec(term.all[0]!) : null;
    if (single === null || / (and|or) /.test(single[2]!)) others.push(term);
    else values.set(single[1]!, [...(values.get(single[1]!) ?? []), single[2]!]);
  }
  return { values, others };
}

function wayPhrase({ all, except }: Term): Phrase {
  const held = all.length === 0 ? words('with any arguments') : say`where ${listed(all)}`;
  if (except.length === 0) return held;
  return [...held, ...words(' except where '), ...listed(except)];
}
