import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { run, shortestValues } from '../../../compiler/domain/automaton/automaton.ts';
import { Budget } from '../../../compiler/domain/automaton/budget.ts';
import { canonicalText } from '../../../compiler/domain/automaton/canonical-text.ts';
import { minimise } from '../../../compiler/domain/automaton/minimise.ts';
import { globMatches, globToAutomaton, parseGlob } from '../../../compiler/domain/glob.ts';
import { hostMatches } from '../../../compiler/domain/host.ts';
import { allPaths, glob, host, hostName, hostPattern, pathPattern, pathValue } from './arbitrary.ts';
import { isNaivePath, naiveGlobMatches, naiveHostMatches, textMatches } from './naive.ts';

const SHORT_PATHS = allPaths('ab./', 6);

describe('globs', () => {
  it('match as a second, backtracking matcher does', () => {
    fc.assert(
      fc.property(pathPattern, fc.array(pathValue, { minLength: 8, maxLength: 8 }), (pattern, values) => {
        const compiled = glob(pattern, 'url');
        for (const value of values) {
          expect([pattern, value, globMatches(compiled, value)]).toEqual([
            pattern,
            value,
            naiveGlobMatches(pattern, value),
          ]);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('match the same in the automaton, on every short text, valid or not', () => {
    fc.assert(
      fc.property(pathPattern, (pattern) => {
        const automaton = globToAutomaton(glob(pattern, 'url'), new Budget(10_000))!;
        const wrong = SHORT_PATHS.filter((value) => {
          const expected = isNaivePath(value) ? Number(naiveGlobMatches(pattern, value)) : -1;
          return run(automaton, value) !== expected;
        });
        expect([pattern, wrong]).toEqual([pattern, []]);
      }),
      { numRuns: 120 },
    );
  });

  it('of text match as the second matcher does', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '/'), maxLength: 6 });
    const value = fc.string({ unit: fc.constantFrom('a', 'b', '/', '😀'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, value, (text, tried) => {
        expect(globMatches(glob(text, 'text'), tried)).toBe(textMatches(text, tried));
      }),
      { numRuns: 2000 },
    );
  });

  it('are spelled in a way that reads back as themselves', () => {
    fc.assert(
      fc.property(pathPattern, (pattern) => {
        const once = glob(pattern, 'url');
        expect(parseGlob(once.text, 'url')).toEqual({ ok: true, glob: once });
      }),
    );
  });

  it('give automata that minimising leaves as they are', () => {
    fc.assert(
      fc.property(pathPattern, (pattern) => {
        const automaton = globToAutomaton(glob(pattern, 'url'), new Budget(10_000))!;
        const again = minimise(automaton);
        expect(again.rows.length).toBe(automaton.rows.length);
        expect(canonicalText(again)).toEqual(canonicalText(automaton));
      }),
      { numRuns: 200 },
    );
  });

  it('have shortest examples that match, and none shorter does', () => {
    fc.assert(
      fc.property(pathPattern, (pattern) => {
        const compiled = glob(pattern, 'url');
        const example = shortestValues(globToAutomaton(compiled, new Budget(10_000))!).get(1);
        expect(example).toBeDefined();
        expect(globMatches(compiled, example!)).toBe(true);
        const shorter = SHORT_PATHS.filter((value) => value.length < example!.length);
        expect(shorter.filter((value) => naiveGlobMatches(pattern, value))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('host patterns', () => {
  it('match as a second, backtracking matcher does', () => {
    fc.assert(
      fc.property(hostPattern, fc.array(hostName, { minLength: 8, maxLength: 8 }), (pattern, names) => {
        const compiled = host(pattern);
        for (const name of names) {
          expect([pattern, name, hostMatches(compiled, { kind: 'name', name })]).toEqual([
            pattern,
            name,
            naiveHostMatches(pattern, name),
          ]);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('never match an address by a wildcard', () => {
    fc.assert(
      fc.property(hostPattern, fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (pattern, address) => {
        expect(hostMatches(host(pattern), { kind: 'address', address })).toBe(false);
      }),
    );
  });
});
