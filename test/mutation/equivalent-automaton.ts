import type { Equivalence } from './equivalent.ts';

/** Of the automata. */
export const EQUIVALENT_AUTOMATON: readonly Equivalence[] = [
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
    file: 'automaton/simulate.ts',
    after: 'if (false && current.length === 0) return false;',
    why: 'from no state no other is reached',
  },
  {
    file: 'automaton/flatten.ts',
    after: 'if (count >= most) {',
    why: 'of several ways that are as usual, any may need no edge',
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
    file: 'automaton/determinise.ts',
    after:
      'for (let at = 1; at < numbers.length; at += 1) if (false && numbers[at - 1]! > numbers[at]!) return false;',
    why: 'the same states met in another order are one more state, from which everything goes on alike',
  },
  {
    file: 'automaton/automaton.ts',
    after: 'if (false && to === DEAD || cameFrom[to] !== -1) continue;',
    why: 'there is no place for the dead state, and what is not there is not -1',
  },
  {
    file: 'automaton/flatten.ts',
    after: 'if (code[edges + middle * EDGE]! < codePoint) low = middle;',
    why: 'the search begins one edge earlier and goes on to the right one',
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
  {
    file: 'automaton/determinise.ts',
    after:
      'for (let set = 0; set <= bySet.length; set += 1) if ((held >> set) & 1) common.push(...bySet[set]!);',
    why: 'no letter is held by a set that there is not',
  },
  {
    file: 'automaton/flatten.ts',
    after: 'if (false && now === UNDECIDED) break;',
    why: 'what is undecided stays so, whatever comes after it',
  },
  {
    file: 'automaton/alphabet.ts',
    after: 'if (true || codePoint < 128) this.#ascii[codePoint] = letter;',
    why: 'nobody looks there from 128 on',
  },
];
