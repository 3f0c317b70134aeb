import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Automaton } from '../../../compiler/domain/automaton/automaton.ts';
import { run, withOutputs } from '../../../compiler/domain/automaton/automaton.ts';
import { Budget } from '../../../compiler/domain/automaton/budget.ts';
import { canonicalText } from '../../../compiler/domain/automaton/canonical-text.ts';
import { determinise } from '../../../compiler/domain/automaton/determinise.ts';
import { flatten, runFlat } from '../../../compiler/domain/automaton/flatten.ts';
import { foldWords } from '../../../compiler/domain/automaton/fold-words.ts';
import { IntList } from '../../../compiler/domain/automaton/int-list.ts';
import { HOSTS, URL_PATHS } from '../../../compiler/domain/automaton/language.ts';
import { minimise } from '../../../compiler/domain/automaton/minimise.ts';
import { globToAutomaton } from '../../../compiler/domain/glob.ts';
import { glob, host, hostName, hostPattern, pathPattern, pathValue } from './arbitrary.ts';
import { isNaivePath } from './naive.ts';
import { disagreement, oracle } from './refa.ts';

function automatonOf(pattern: string): Automaton {
  return globToAutomaton(glob(pattern, 'url'), new Budget(10_000))!;
}

/** Output 1 for what any of the patterns matches; no words folded in, so wildcards and words go the same way. */
function unionOf(patterns: readonly string[]): Automaton {
  const globs = patterns.map((pattern) => glob(pattern, 'url'));
  const { automaton, labels } = determinise(URL_PATHS, [globs], new Budget(10_000))!;
  return minimise(
    withOutputs(
      automaton,
      labels.map((held) => held.length),
    ),
  );
}

describe('automata', () => {
  it('accept what refa accepts, on every text', () => {
    fc.assert(
      fc.property(pathPattern, (pattern) => {
        expect([pattern, disagreement(automatonOf(pattern), oracle(pattern))]).toEqual([pattern, null]);
      }),
      { numRuns: 150 },
    );
  });

  it('have equal canonical texts exactly when refa finds them equal', () => {
    let equal = 0;
    fc.assert(
      fc.property(pathPattern, pathPattern, (left, right) => {
        // refa's own structurallyEqual also calls automata equal that are not, so both are walked side by side.
        const isEqual = disagreement(automatonOf(left), oracle(right)) === null;
        const sameText = isDeepStrictEqual(
          canonicalText(automatonOf(left)),
          canonicalText(automatonOf(right)),
        );
        if (isEqual) equal += 1;
        expect([left, right, sameText]).toEqual([left, right, isEqual]);
      }),
      {
        numRuns: 150,
        examples: [
          ['/**', '/**/**'],
          ['/*?', '/?*'],
          ['/*/**/*', '/*/*/**'],
          ['/a/**/', '/a/**'],
        ],
      },
    );
    expect(equal).toBeGreaterThan(1);
  });

  it('are the same whether a word is a pattern or folded in', () => {
    const words = fc.uniqueArray(pathValue.filter(isNaivePath), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(pathPattern, { maxLength: 3 }), words, (patterns, literals) => {
        const folded = foldWords(unionOf(patterns), new Map(literals.map((word) => [word, 1])));
        expect(canonicalText(folded)).toEqual(canonicalText(unionOf([...patterns, ...literals])));
      }),
      { numRuns: 300 },
    );
  });

  it('tell all labels apart in one automaton as each does alone', () => {
    fc.assert(
      fc.property(fc.array(pathPattern, { minLength: 2, maxLength: 4 }), (patterns) => {
        const globs = patterns.map((pattern) => [glob(pattern, 'url')]);
        const { automaton, labels } = determinise(URL_PATHS, globs, new Budget(10_000))!;
        for (const [label, pattern] of patterns.entries()) {
          const alone = minimise(
            withOutputs(
              automaton,
              labels.map((held) => Number(held.includes(label))),
            ),
          );
          expect(canonicalText(alone)).toEqual(canonicalText(automatonOf(pattern)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('laid out flat give every value the output that running them gives', () => {
    const value = fc.oneof(
      pathValue.filter(isNaivePath),
      fc.constantFrom('/😀', '/a😀b', '/\u{10ffff}', '/\uffffa/b', '/\uffff', '/é/a', '/a-z'),
    );
    fc.assert(
      fc.property(
        fc.array(pathPattern, { minLength: 1, maxLength: 5 }),
        fc.array(value, { minLength: 20, maxLength: 20 }),
        (patterns, values) => {
          const globs = inPairs(patterns.map((pattern) => glob(pattern, 'url')));
          expectFlat(determinise(URL_PATHS, globs, new Budget(10_000))!.automaton, values);
        },
      ),
      { numRuns: 300 },
    );
    const names = fc.oneof(hostName, fc.constantFrom('[000000000000000000000000000000ff]', 'a-z.x', '9.zz'));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(hostPattern, hostName), { minLength: 1, maxLength: 12 }),
        fc.array(names, { minLength: 20, maxLength: 20 }),
        (patterns, values) => {
          const hosts = inPairs(patterns.map(host));
          expectFlat(determinise(HOSTS, hosts, new Budget(10_000))!.automaton, values);
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('flat automata know all of several letters that lead to one state', () => {
  const globs = ['/a', '/b', '/c', '/x'].map((text) => glob(text, 'url'));
  const { automaton } = determinise(URL_PATHS, [globs], new Budget(1000))!;
  expectFlat(automaton, ['/a', '/b', '/c', '/d', '/w', '/x', '/y', '/ab', '/']);
});

/** Two by two under one label, so that different ways lead to one output. */
function inPairs<T>(items: readonly T[]): T[][] {
  return items.flatMap((item, at) => (at % 2 === 0 ? [[item, ...items.slice(at + 1, at + 2)]] : []));
}

/** Also the minimal one, in which several letters lead to one state. */
function expectFlat(large: Automaton, values: readonly string[]): void {
  for (const automaton of [large, minimise(large)]) expectFlatAsItIs(automaton, values);
}

function expectFlatAsItIs(automaton: Automaton, values: readonly string[]): void {
  // Alone, and with something before it, as in a program.
  for (const before of [[], [7, 7, 7]]) {
    const list = new IntList();
    list.pushAll(before);
    const start = flatten(automaton, list);
    const code = list.toArray();
    const found = values.map((value) => [value, runFlat(code, start, value, automaton.language.reversed)]);
    expect(found).toEqual(values.map((value) => [value, run(automaton, value)]));
  }
}
