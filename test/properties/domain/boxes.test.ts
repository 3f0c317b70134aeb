import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from '../../../compiler/domain/automaton/budget.ts';
import { type Box, boxesOf } from '../../../compiler/domain/diagram/boxes.ts';
import { evaluate } from '../../../compiler/domain/diagram/diagram.ts';
import type { Partition, Portion, TextTerm, Value } from '../../../compiler/domain/diagram/dimension.ts';
import { findPoint, valueIn } from '../../../compiler/domain/diagram/find-point.ts';
import { textSet } from '../../../compiler/domain/diagram/text-dimension.ts';
import { everyValue, someValue } from '../../../compiler/domain/glob.ts';
import { allPaths, glob, host, hostName, hostPattern, pathPattern } from './arbitrary.ts';
import { isNaivePath, naiveGlobMatches, naiveHostMatches, textMatches } from './naive.ts';
import { attempt, DIMENSIONS, diagramOf, permissions, pointOf } from './policies.ts';

const [HOST, PORT, , METHOD, PATH, QUERY] = [0, 1, 2, 3, 4, 5] as const;

describe('boxesOf', () => {
  const liesIn = (box: Box, point: readonly Value[]) =>
    box.every(({ dimension, partition, atoms }) => atoms.includes(partition.locate(point[dimension]!)));

  it('covers every point of the verdict once, and no other point', () => {
    let inside = 0;
    fc.assert(
      fc.property(permissions, fc.array(attempt, { minLength: 30, maxLength: 30 }), (rules, attempts) => {
        const diagram = diagramOf(rules);
        for (const verdict of [0, 1]) {
          const boxes = boxesOf(diagram, verdict, new Budget(10_000))!;
          for (const tried of attempts) {
            const point = pointOf(tried);
            const holding = boxes.filter((box) => liesIn(box, point)).length;
            inside += holding;
            if (holding !== Number(evaluate(diagram, point) === verdict))
              expect.fail(JSON.stringify({ rules, tried }));
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(inside).toBe(300 * 30);
  });

  it('has a point in every box, with one cut a dimension in their order', () => {
    fc.assert(
      fc.property(permissions, (rules) => {
        const diagram = diagramOf(rules);
        const boxes = boxesOf(diagram, 1, new Budget(10_000))!;
        for (const box of boxes) {
          const dimensions = box.map(({ dimension }) => dimension);
          expect(dimensions).toEqual([...new Set(dimensions)].sort((left, right) => left - right));
          const point = pointOf({ host: 'a', port: 1, method: 0, path: '/', file: '/', query: [] });
          for (const { dimension, partition, atoms } of box) point[dimension] = valueIn(partition, atoms)!;
          expect(evaluate(diagram, point)).toBe(1);
        }
        expect(findPoint(diagram, 1, {}) === null).toBe(boxes.length === 0);
      }),
      { numRuns: 300 },
    );
  });

  it('says so when there are more than may be said', () => {
    fc.assert(
      fc.property(permissions, fc.nat(6), (rules, budget) => {
        const diagram = diagramOf(rules);
        const all = boxesOf(diagram, 1, new Budget(10_000))!;
        const some = boxesOf(diagram, 1, new Budget(budget));
        if (some !== null) expect(some).toEqual(all);
        if (all.length > Math.max(1, budget)) expect(some).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});

describe('findPoint', () => {
  it('finds a point of the verdict exactly when there is one, of liked values where they do', () => {
    fc.assert(
      fc.property(permissions, attempt, (rules, tried) => {
        const diagram = diagramOf(rules);
        const liked = pointOf(tried);
        const preferences = Object.fromEntries(DIMENSIONS.map(({ name }, at) => [name, [liked[at]!]]));
        const point = findPoint(diagram, 1, preferences);
        if (point === null) {
          expect(evaluate(diagram, liked)).toBe(0);
          return;
        }
        // What is null makes no difference.
        const values = point.map((value, at) => value ?? liked[at]!);
        expect(evaluate(diagram, values)).toBe(1);
      }),
      { numRuns: 400 },
    );
  });
});

const URLS = allPaths('ab./', 6).filter(isNaivePath);
const NAMES = ['a', 'b', 'ab', 'ba', 'aa'].flatMap((one) => [
  one,
  `a.${one}`,
  `b.${one}`,
  `aa.b.${one}`,
  `c.a.${one}`,
]);
const LISTS = [[], ['a'], ['b'], ['a', 'b'], ['ab'], [''], ['', 'a'], ['b', 'b'], ['aa', 'ab'], ['c']];

const groupsOf = <T>(one: fc.Arbitrary<T>) =>
  fc.array(fc.array(one, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
const wanted = fc.array(fc.boolean(), { minLength: 24, maxLength: 24 });

function chosen(partition: Partition, flags: readonly boolean[]): Set<number> {
  return new Set([...partition.atoms.keys()].filter((atom) => flags[atom % flags.length]));
}

function portionOf(partition: Partition, atoms: ReadonlySet<number>): Portion {
  return partition.portion(atoms, new Budget(100_000))!;
}

function termsHold(portion: Portion, matches: (pattern: TextTerm['all'][number]) => boolean): boolean {
  if (portion.kind !== 'text') throw new Error(portion.kind);
  return portion.terms.some(({ all, except }) => all.every(matches) && !except.some(matches));
}

describe('a portion', () => {
  it('of paths holds exactly the values of its atoms, read by a second matcher', () => {
    const set = fc.record({
      patterns: fc.array(pathPattern, { minLength: 1, maxLength: 3 }),
      except: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(pathPattern, { maxLength: 2 }) },
      ),
      isAll: fc.nat(3).map((n) => n === 0),
    });
    fc.assert(
      fc.property(groupsOf(set), wanted, (groups, flags) => {
        const read = (texts: readonly string[]) => texts.map((text) => glob(text, 'url'));
        const sets = groups.map((group) =>
          group.map(({ patterns, except, isAll }) => textSet(isAll ? 'all' : read(patterns), read(except))),
        );
        const partition = DIMENSIONS[PATH]!.partition(sets, new Budget(100_000))!;
        const atoms = chosen(partition, flags);
        const portion = portionOf(partition, atoms);
        for (const url of URLS) {
          const holds = termsHold(portion, ({ text }) => naiveGlobMatches(text, url));
          if (holds !== atoms.has(partition.locate(url)))
            expect.fail(JSON.stringify({ groups, url, portion, atoms: [...atoms] }));
        }
      }),
      { numRuns: 250 },
    );
  });

  it('of hosts and of lists of values, too', () => {
    const pattern = fc.oneof(hostPattern, hostName);
    fc.assert(
      fc.property(groupsOf(pattern), wanted, (groups, flags) => {
        const sets = groups.map((group) => [textSet(group.map(host))]);
        const partition = DIMENSIONS[HOST]!.partition(sets, new Budget(100_000))!;
        const atoms = chosen(partition, flags);
        const portion = portionOf(partition, atoms);
        for (const name of NAMES) {
          const holds = termsHold(portion, ({ text }) => naiveHostMatches(text, name));
          if (holds !== atoms.has(partition.locate(name)))
            expect.fail(JSON.stringify({ groups, name, portion }));
        }
      }),
      { numRuns: 250 },
    );
    const value = fc.record({
      text: fc.constantFrom('*', 'a', 'a*', '?', '*b', '', '*a*'),
      every: fc.boolean(),
    });
    fc.assert(
      fc.property(groupsOf(value), wanted, (groups, flags) => {
        const sets = groups.map((group) => [
          textSet(group.map(({ text, every }) => (every ? everyValue : someValue)(glob(text, 'text')))),
        ]);
        const partition = DIMENSIONS[QUERY]!.partition(sets, new Budget(100_000))!;
        const atoms = chosen(partition, flags);
        const portion = portionOf(partition, atoms);
        for (const values of LISTS) {
          const list = values.map((one) => `${one}\0`).join('');
          const holds = termsHold(portion, ({ reach, text }) => {
            if (reach === 'whole' || values.length === 0) return false;
            return values[reach]((one) => textMatches(text, one));
          });
          if (holds !== atoms.has(partition.locate(list)))
            expect.fail(JSON.stringify({ groups, values, portion }));
        }
      }),
      { numRuns: 250 },
    );
  });

  it('of numbers and of tags holds exactly the values of its atoms', () => {
    const port = fc.integer({ min: 1, max: 9 });
    const range = fc.tuple(port, port).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
    fc.assert(
      fc.property(
        groupsOf(range),
        groupsOf(fc.integer({ min: 0, max: 7 })),
        wanted,
        (ranges, masks, flags) => {
          const ports = DIMENSIONS[PORT]!.partition(
            ranges.map((group) => group.map((one) => ({ kind: 'number', intervals: [one] }))),
            new Budget(10_000),
          )!;
          const portAtoms = chosen(ports, flags);
          const numbers = portionOf(ports, portAtoms);
          if (numbers.kind !== 'number') throw new Error(numbers.kind);
          for (let value = 1; value <= 9; value += 1) {
            const holds = numbers.intervals.some(({ low, high }) => low <= value && value <= high);
            expect([ranges, value, holds]).toEqual([ranges, value, portAtoms.has(ports.locate(value))]);
          }
          const methods = DIMENSIONS[METHOD]!.partition(
            masks.map((group) => group.map((mask) => ({ kind: 'tag', mask }))),
            new Budget(10_000),
          )!;
          const tagAtoms = chosen(methods, flags);
          const tags = portionOf(methods, tagAtoms);
          if (tags.kind !== 'tag') throw new Error(tags.kind);
          expect(tags.mask).toBe(
            [0, 1, 2].reduce(
              (mask, tag) => (tagAtoms.has(methods.locate(tag)) ? mask | (1 << tag) : mask),
              0,
            ),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('a portion that costs more than may be spent is none', () => {
  const partition = DIMENSIONS[PATH]!.partition([[textSet([glob('/a*', 'url')])]], new Budget(1000))!;
  const atoms = new Set([partition.locate('/ab')]);
  expect(partition.portion(atoms, new Budget(2))).toBeNull();
  expect(partition.portion(atoms, new Budget(1000))).not.toBeNull();
});

describe('valueIn', () => {
  const partition = DIMENSIONS[PATH]!.partition(
    [[textSet([glob('/b', 'url')])], [textSet([glob('/ba*', 'url')])], [textSet([glob('/a', 'url')])]],
    new Budget(1000),
  )!;
  const atomsOf = (...paths: string[]) => paths.map((path) => partition.locate(path));

  it('takes a liked value that lies in it, else the shortest and then the first', () => {
    expect(valueIn(partition, atomsOf('/b', '/ba', '/a'))).toBe('/a');
    expect(valueIn(partition, atomsOf('/ba', '/b'))).toBe('/b');
    expect(valueIn(partition, atomsOf('/b', '/ba'), ['/a', '/bax', '/b'])).toBe('/bax');
    expect(valueIn(partition, [])).toBeNull();
  });
});
