import type { Change, Side, Term } from '../../../compiler/analysis/difference/change.ts';
import { naiveGlobMatches, textMatches } from '../domain/naive.ts';
import { isNaivePublic, naiveBlockHolds } from './naive-address.ts';
import { type NaiveAttempt, naiveHostFits } from './naive-egress.ts';

/** Whether an access lies in the set that a change names, read from its words as a person would read them. */
export function liesIn({ sides }: Change, tried: NaiveAttempt): boolean {
  return sides.every((side) => sideHolds(side, tried));
}

function sideHolds({ name, terms }: Side, tried: NaiveAttempt): boolean {
  const holds = wordsOf(name, tried);
  return terms.some(({ all, except }: Term) => all.every(holds) && !except.some(holds));
}

/** What one word of a side says about an access. */
function wordsOf(name: string, tried: NaiveAttempt): (word: string) => boolean {
  switch (name) {
    case 'host':
      return (word) => naiveHostFits(word, tried);
    case 'port':
      return (word) => {
        const [low, high = low] = word.split('-').map(Number);
        return low! <= tried.port && tried.port <= high!;
      };
    case 'binary':
      return (word) => naiveGlobMatches(word, tried.binary);
    case 'sha256':
      return (word) => word === tried.sha256;
    case 'address':
      return (word) =>
        word === 'public addresses' ? isNaivePublic(tried.address!) : naiveBlockHolds(word, tried.address!);
    case 'seen as':
      return (word) => word === (tried.method === null ? 'an uninspected stream' : 'inspected HTTP requests');
    case 'method':
      return (word) => word === (tried.method === 'other' ? 'OTHER' : tried.method);
    case 'path':
      return (word) => naiveGlobMatches(word, tried.path);
    case 'time':
      return (word) => timeHolds(word, tried.at);
    default:
      return (word) => queryHolds(word, name.replace(/^query /, ''), tried);
  }
}

function queryHolds(word: string, key: string, { query }: NaiveAttempt): boolean {
  const values = query.filter(([name]) => name === key).map(([, value]) => value);
  const all = word.startsWith('only values like ');
  const glob = word.replace(/^(only values|a value) like /, '');
  const fits = (value: string) => textMatches(glob, value);
  return values.length > 0 && (all ? values.every(fits) : values.some(fits));
}

function timeHolds(word: string, at: number): boolean {
  const from = /from (\S+)/.exec(word)?.[1];
  const until = /until (\S+)/.exec(word)?.[1];
  return (from === undefined || at >= Date.parse(from)) && (until === undefined || at < Date.parse(until));
}

/** An access of a set must say which address it goes to. */
export function isResolved(tried: NaiveAttempt | null): tried is NaiveAttempt {
  return tried !== null && tried.address !== null;
}
