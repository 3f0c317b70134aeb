import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../compiler/domain/automaton/budget.ts';
import { URL_PATHS } from '../../../../compiler/domain/automaton/language.ts';
import { BitSpace, NOTHING } from '../../../../compiler/domain/bits.ts';
import { evaluate } from '../../../../compiler/domain/diagram/diagram.ts';
import type { Partition } from '../../../../compiler/domain/diagram/dimension.ts';
import { valueIn } from '../../../../compiler/domain/diagram/find-point.ts';
import { numberSet } from '../../../../compiler/domain/diagram/number-dimension.ts';
import { textSet } from '../../../../compiler/domain/diagram/text-dimension.ts';
import { textTerms } from '../../../../compiler/domain/diagram/text-terms.ts';
import { wordDimension, wordSet } from '../../../../compiler/domain/diagram/word-dimension.ts';
import { build, glob, path, port } from '../../../support/diagrams.ts';

describe('a dimension of words', () => {
  const space = new BitSpace(1);
  const word = wordDimension('word', space);
  const [five, six] = [5n, 6n].map((value) => wordSet(space.compare(0, '==', value, 64)));

  it('tells words apart by the sets that hold them', () => {
    const diagram = build([word], [{ roles: 1, sets: [five!] }]);
    expect([5n, 6n].map((value) => evaluate(diagram, [[value]]))).toEqual([1, 0]);
    expect(() => evaluate(diagram, [5])).toThrow('dimension word was given a number');
  });

  it('gives back the sets that it was cut by', () => {
    const partition = word.partition([[five!], [six!]], new Budget(1000))!;
    const atom = partition.locate([6n]);
    expect(partition.atoms[atom]).toEqual([1]);
    expect(partition.portion(new Set([atom]), new Budget(1000))).toEqual(six);
    expect(partition.portion(new Set(), new Budget(1000))).toEqual(wordSet(NOTHING));
  });
});

describe('a partition of numbers', () => {
  const atomsOf = (...groups: readonly (readonly { low: number; high: number }[])[]) =>
    port.partition(
      groups.map((group) => [numberSet(group)]),
      new Budget(100),
    )!.atoms;

  it('has one atom for what a group holds twice', () => {
    expect(
      atomsOf([
        { low: 1, high: 10 },
        { low: 5, high: 65535 },
      ]),
    ).toEqual([[0]]);
  });

  it('gives nothing to a group that lies outside of the bounds', () => {
    expect(atomsOf([{ low: 70000, high: 80000 }], [{ low: 443, high: 443 }])).toEqual([[], [1]]);
  });

  it('tells the first number apart', () => {
    expect(atomsOf([{ low: 1, high: 1 }])).toEqual([[0], []]);
    expect(atomsOf([{ low: 2, high: 65_535 }])).toEqual([[], [0]]);
  });

  it('goes as far as the bounds, where a group goes beyond them', () => {
    const partition = port.partition(
      [[numberSet([{ low: 0, high: 2 }])], [numberSet([{ low: 65_535, high: 70_000 }])]],
      new Budget(100),
    )!;
    expect(partition.atoms).toEqual([[0], [], [1]]);
    expect([1, 2, 3, 65_534, 65_535].map((value) => partition.locate(value))).toEqual([0, 0, 1, 1, 2]);
    expect(partition.portion(new Set([0]), new Budget(100))).toEqual(numberSet([{ low: 1, high: 2 }]));
    expect(partition.portion(new Set([2]), new Budget(100))).toEqual(
      numberSet([{ low: 65_535, high: 65_535 }]),
    );
  });
});

describe('examples', () => {
  it('are the shortest of several parts', () => {
    const partition = { examples: () => ['aa', 'b', null, 'ccc'], locate: () => -1 } as unknown as Partition;
    expect(valueIn(partition, [0, 1, 2, 3])).toBe('b');
    expect(valueIn(partition, [3, 0])).toBe('aa');
    expect(valueIn(partition, [2])).toBeNull();
  });

  it('are what a wildcard gives, where a name is no shorter', () => {
    const one = glob('/?');
    const examplesOf = (...patterns: readonly string[]) =>
      path.partition([[textSet([one, ...patterns.map((text) => glob(text))])]], new Budget(1000))!.examples();
    expect(examplesOf('/b')).toEqual(examplesOf());
  });
});

describe('a set of texts in words', () => {
  it('names no text that a pattern names already', () => {
    const words = new Map([
      ['/ab', glob('/ab')],
      ['/b', glob('/b')],
    ]);
    const isIn = (text: string) => /^\/(?:a|b$)/.test(text);
    expect(textTerms(URL_PATHS, [glob('/a*')], words, isIn, new Budget(1000))).toEqual([
      { all: [glob('/b')], except: [] },
      { all: [glob('/a*')], except: [] },
    ]);
  });

  it('excepts a text from those patterns alone that match it', () => {
    const words = new Map([['/ab', glob('/ab')]]);
    const isIn = (text: string) => text !== '/ab' && /^\/[ac]/.test(text);
    expect(textTerms(URL_PATHS, [glob('/a*'), glob('/c*')], words, isIn, new Budget(1000))).toEqual([
      { all: [glob('/a*')], except: [glob('/ab')] },
      { all: [glob('/c*')], except: [] },
    ]);
  });
});
