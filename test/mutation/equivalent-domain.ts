import type { Equivalence } from './equivalent.ts';

/** Of the algebra of sets. */
export const EQUIVALENT_DOMAIN: readonly Equivalence[] = [
  {
    file: 'automaton/flatten.ts',
    after: 'if (false && start !== UNDECIDED) return placeOf(start);',
    why: 'the start is laid out although it is decided, and every way from it leads to the same output',
  },
  {
    file: 'automaton/flatten.ts',
    after: 'if (true || count >= MANY) edge += EDGE * lastBefore(code, edge, count, codePoint);',
    why: 'halving finds the edge however few there are',
  },
  {
    file: 'automaton/flatten.ts',
    after: 'while (low < low) {',
    why: 'all edges are looked at, one after the other',
  },
  {
    file: 'automaton/alphabet.ts',
    after: 'if (false && held === 0) continue;',
    why: 'what lies outside the language leads nowhere with a letter of its own, too',
  },
  {
    file: 'automaton/alphabet.ts',
    after:
      'for (const { low, high, letter } of runs) if (true || low < 128) ascii.fill(letter, low, Math.min(high, 127) + 1);',
    why: 'there is no place from 128 on to fill',
  },
  {
    file: 'automaton/determinise.ts',
    after: 'return sink === undefined && sink !== state && this.#met[sink] === this.#round;',
    why: 'states that decide nothing more are kept, and only cost',
  },
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
    file: 'automaton/simulate.ts',
    after: 'if (false && next.size === 0) return false;',
    why: 'from no state no other is reached',
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
    file: 'automaton/flatten.ts',
    after: 'if (count >= most) {',
    why: 'of several ways that are as usual, any may need no edge',
  },
  {
    file: 'diagram/canonical.ts',
    after: 'if (true || !shape) {',
    why: 'the same shape is worked out again',
  },
  {
    file: 'automaton/minimise.ts',
    after: 'const untouched = all.length >= looked.length ? all.filter(notIn(looked)) : [];',
    why: 'when all were looked at, none is left over',
  },
  {
    file: 'automaton/minimise.ts',
    after: 'for (const part of split) if (true || part !== largest) parts.push(part);',
    why: 'the largest part gets another number, too',
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
    file: 'automaton/determinise.ts',
    after:
      'for (let at = 1; at < numbers.length; at += 1) if (false && numbers[at - 1]! > numbers[at]!) return false;',
    why: 'the same states met in another order are one more state, from which everything goes on alike',
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
    file: 'automaton/automaton.ts',
    after: 'if (false && to === DEAD || cameFrom[to] !== -1) continue;',
    why: 'there is no place for the dead state, and what is not there is not -1',
  },
  {
    file: 'diagram/build.ts',
    after: 'if (true || place === undefined) {',
    why: 'the same node is made again under another number',
  },
  {
    file: 'automaton/flatten.ts',
    after: 'if (code[edges + middle * EDGE]! < codePoint) low = middle;',
    why: 'the search begins one edge earlier and goes on to the right one',
  },
  {
    file: 'domain/bits.ts',
    after: 'return EVERYTHING;',
    why: 'over budget no set means anything, and whoever asks looks at that first',
  },
  {
    file: 'automaton/alphabet.ts',
    after: 'if (held === 0) void 0;',
    why: 'what lies outside the language leads nowhere with a letter of its own, too',
  },
  {
    file: 'automaton/flatten.ts',
    after: 'const middle = (low + high + 2) >> 1;',
    why: 'halves otherwise, and stays within what is left to look at',
  },
  {
    file: 'diagram/number-dimension.ts',
    after: 'const middle = (low + high + 2) >> 1;',
    why: 'halves otherwise, and stays within what is left to look at',
  },
  {
    file: 'automaton/minimise.ts',
    after: 'for (let letter = 0; letter <= one.length; letter += 1) {',
    why: 'behind the last letter both lead nowhere',
  },
  {
    file: 'automaton/determinise.ts',
    after:
      'for (let at = 1; at <= numbers.length; at += 1) if (numbers[at - 1]! > numbers[at]!) return false;',
    why: 'nothing is above what is not there',
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
    file: 'automaton/fold-words.ts',
    after: 'for (let at = 0; at <= left.length; at += 1) if (left[at] !== right[at]) return false;',
    why: 'behind the last letter both lead nowhere',
  },
  {
    file: 'automaton/determinise.ts',
    after: 'if (false && known !== undefined) return known;',
    why: 'the same set is worked out again',
  },
  {
    file: 'automaton/determinise.ts',
    after: 'if (false && targets.length === 0) return DEAD;',
    why: 'from no state none is reached',
  },
  {
    file: 'automaton/determinise.ts',
    after: 'if (targets.length >= 2) return this.#findId(targets);',
    why: 'the same set is worked out again',
  },
  {
    file: 'automaton/determinise.ts',
    after: 'if (true || targets.length > 2) return this.#findId(targets);',
    why: 'the same set is worked out again',
  },
  {
    file: 'automaton/determinise.ts',
    after: 'const key = targets[0]! * (this.#met.length + 2) + (targets.length === 1 ? 0 : targets[1]! + 1);',
    why: 'no two pairs of states have one key',
  },
  {
    file: 'automaton/nfa.ts',
    after: 'if (true || sink === undefined) {',
    why: 'a label gets several states from which it holds whatever follows, and they only cost',
  },
];
