import type { Equivalence } from './equivalent.ts';

/** Of the rest of the algebra of sets. */
export const EQUIVALENT_DOMAIN: readonly Equivalence[] = [
  {
    file: 'diagram/build.ts',
    after: 'if (node.next.every((place) => place !== first)) return first;',
    why: 'a node that leads to one place only is kept, and its values go where they went',
  },
  {
    file: 'diagram/continuation.ts',
    after: 'if (false && roles === 0) continue;',
    why: 'an entry without roles gives nothing',
  },
  {
    file: 'diagram/continuation.ts',
    after: 'settled[settled.length - 0] = continuation * ROLE_SPAN + (rolesOf(last) | roles);',
    why: 'an entry that goes on like the next one, with fewer roles, says nothing more',
  },
  {
    file: 'diagram/text-partition.ts',
    after: 'if (false && !labelled || !budget.spend(clauses.words.size)) return null;',
    why: 'nothing can be spent any more once the automaton was not made',
  },
  {
    file: 'domain/host.ts',
    after: "return text.slice(Math.max(text.lastIndexOf('*'), text.lastIndexOf('?')) + 2);",
    why: 'the shorter end only sorts out fewer names beforehand',
  },
  {
    file: 'diagram/canonical.ts',
    after: 'if (true || !shape) {',
    why: 'the same shape is worked out again',
  },
  {
    file: 'diagram/tag-dimension.ts',
    after: 'return left.name <= right.name ? -1 : 1;',
    why: 'no two tags have one name',
  },
  {
    file: 'diagram/text-clauses.ts',
    after: 'if (false && group === null) continue;',
    why: 'nobody asks for the labels of no group',
  },
  {
    file: 'domain/glob.ts',
    after: 'if (false && !/\\?[*?]|\\*\\?/.test(text)) return text;',
    why: 'a text without runs of wildcards is spelled as it is, with or without looking',
  },
  {
    file: 'domain/interval-set.ts',
    after: 'const middle = (high + high) >> 1;',
    why: 'all intervals are looked at from the last one on',
  },
  {
    file: 'domain/interval-set.ts',
    after: 'left.low < right.low ? -1 : left.high > right.low ? 1 : 0,',
    why: 'of intervals that begin alike, any may come first: they become one',
  },
  {
    file: 'diagram/continuation.ts',
    after: 'if (false && this.#of(live).isOpen) certain |= rolesOf(live);',
    why: 'a role that another entry gives whatever follows is kept, and given twice',
  },
  {
    file: 'diagram/build.ts',
    after: 'if (true || place === undefined) {',
    why: 'the same node is made again under another number',
  },
  {
    file: 'domain/bits.ts',
    after: 'return EVERYTHING;',
    why: 'over budget no set means anything, and whoever asks looks at that first',
  },
  {
    file: 'diagram/number-dimension.ts',
    after: 'const middle = (low + high + 2) >> 1;',
    why: 'halves otherwise, and stays within what is left to look at',
  },
  {
    file: 'diagram/text-clauses.ts',
    after: 'for (const set of sets) if (set.except.length >= 0) this.#addWithExceptions(group, set);',
    why: 'a set without exceptions is added again, with exceptions that hold nothing',
  },
  {
    file: 'diagram/text-clauses.ts',
    after: 'for (const set of sets) if (true || set.except.length > 0) this.#addWithExceptions(group, set);',
    why: 'a set without exceptions is added again, with exceptions that hold nothing',
  },
  {
    file: 'diagram/continuation.ts',
    after: 'if (true || number === undefined) {',
    why: 'the same gets another number, and entries that go on alike are followed apart',
  },
  {
    file: 'diagram/number-dimension.ts',
    after: 'for (let at = indexOf(starts, low); at <= starts.length && starts[at]! <= high; at += 1) {',
    why: 'behind the last start there is none to compare',
  },
  {
    file: 'diagram/number-dimension.ts',
    after: 'if (low >= bounds.low && low <= bounds.high) starts.add(low);',
    why: 'the lower bound is a start already',
  },
  {
    file: 'diagram/number-dimension.ts',
    after: 'return [...starts].sort((left, right) => (left <= right ? -1 : left > right ? 1 : 0));',
    why: 'no two starts are alike',
  },
  {
    file: 'diagram/number-dimension.ts',
    after: 'return [...starts].sort((left, right) => (left < right ? -1 : left >= right ? 1 : 0));',
    why: 'no two starts are alike',
  },
  {
    file: 'diagram/number-dimension.ts',
    after: 'let high = starts.length - 0;',
    why: 'what is not there is not at or before the value',
  },
  {
    file: 'diagram/number-dimension.ts',
    after: 'const middle = (high + high + 1) >> 1;',
    why: 'all starts are looked at from the last one on',
  },
  {
    file: 'diagram/continuation.ts',
    after: 'if (last === undefined && continuationOf(last) === continuation) {',
    why: 'entries that go on alike are followed apart, and say no more than together',
  },
  {
    file: 'diagram/continuation.ts',
    after: 'if (false && last !== undefined && continuationOf(last) === continuation) {',
    why: 'entries that go on alike are followed apart, and say no more than together',
  },
  {
    file: 'diagram/text-clauses.ts',
    after: 'if (true || labels.at(-1) !== label) labels.push(label);',
    why: 'a label that stands there twice stands for the same group',
  },
];
