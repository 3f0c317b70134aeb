import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../compiler/domain/automaton/budget.ts';
import { URL_PATHS } from '../../../../compiler/domain/automaton/language.ts';
import { BitSpace } from '../../../../compiler/domain/bits.ts';
import { boxesOf } from '../../../../compiler/domain/diagram/boxes.ts';
import { buildDiagram, type DiagramRequest } from '../../../../compiler/domain/diagram/build.ts';
import { descend, evaluate, isLeaf, isPoint } from '../../../../compiler/domain/diagram/diagram.ts';
import { findPoint } from '../../../../compiler/domain/diagram/find-point.ts';
import { numberSet } from '../../../../compiler/domain/diagram/number-dimension.ts';
import { searchPoint } from '../../../../compiler/domain/diagram/search.ts';
import { tagDimension, tagSet } from '../../../../compiler/domain/diagram/tag-dimension.ts';
import { textDimension, textSet } from '../../../../compiler/domain/diagram/text-dimension.ts';
import { wordDimension, wordSet } from '../../../../compiler/domain/diagram/word-dimension.ts';
import { build, glob, https, method, path, port, request } from '../../../support/diagrams.ts';

describe('buildDiagram', () => {
  it('denies everything without entries', () => {
    const diagram = build([port, path], []);
    expect(diagram.nodes).toEqual([]);
    expect(evaluate(diagram, [443, '/'])).toBe(0);
  });

  it('lets a denial beat a grant where the caller says so', () => {
    const diagram = build(
      [port, path],
      [
        { roles: 1, sets: [https, null] },
        { roles: 2, sets: [null, textSet([glob('/admin/**')])] },
      ],
    );
    expect(evaluate(diagram, [443, '/x'])).toBe(1);
    expect(evaluate(diagram, [443, '/admin/x'])).toBe(0);
    expect(evaluate(diagram, [80, '/x'])).toBe(0);
  });

  it('says which dimension spent the budget, and decides nothing then', () => {
    const explosive = textSet([glob(`/*a${'?'.repeat(20)}`)]);
    const entries = [{ roles: 1, sets: [https, explosive] }];
    expect(buildDiagram({ ...request([port, path], entries), budget: 5000 })).toEqual({
      ok: false,
      reason: 'budget',
      dimension: 'path',
    });
    expect(
      buildDiagram({ ...request([port, path], [{ roles: 1, sets: [https, null] }]), budget: 5000 }).ok,
    ).toBe(true);
  });

  it('counts numbers against the budget, and not only what they tell apart', () => {
    const odd = numberSet(Array.from({ length: 60 }, (_, n) => ({ low: 2 * n + 1, high: 2 * n + 1 })));
    const entries = [{ roles: 1, sets: [odd] }];
    expect(buildDiagram({ ...request([port], entries), budget: 100 })).toEqual({
      ok: false,
      reason: 'budget',
      dimension: 'port',
    });
    expect(buildDiagram({ ...request([port], entries), budget: 130 }).ok).toBe(true);
  });

  it('lets a set of all texts but some hold the others', () => {
    const others = textSet('all', [glob('/a/**')]);
    const diagram = build([path], [{ roles: 1, sets: [others] }]);
    expect(['/a', '/a/b', '/b'].map((value) => evaluate(diagram, [value]))).toEqual([1, 0, 1]);
  });

  it('counts words against the budget as well', () => {
    const space = new BitSpace(6);
    const scattered = Array.from({ length: 60 }, (_, n) => ({
      roles: 1,
      sets: [
        wordSet(space.compare(n % 6, '==', BigInt(n * 7919), 64)),
        numberSet([{ low: n + 1, high: n + 1 }]),
      ],
    }));
    const result = buildDiagram({
      ...request([wordDimension('arguments', space), port], scattered),
      budget: 2000,
    });
    expect(result).toEqual({ ok: false, reason: 'budget', dimension: 'arguments' });
  });

  it('lets a word that is no value of its dimension hold nothing', () => {
    const word = (text: string) =>
      textSet([{ reach: 'whole', text, tokens: [...text].map((one) => one.charCodeAt(0)) }]);
    const diagram = build([path], [{ roles: 1, sets: [word('/a//b')] }]);
    expect(evaluate(diagram, ['/a/b'])).toBe(0);
    expect(isPoint(diagram, ['/a//b'])).toBe(false);
    const partition = path.partition([[word('/a//b')], [word('/a')]], new Budget(100))!;
    expect(partition.examples().filter((example) => example === '/a//b')).toEqual([]);
    expect(partition.portion(new Set([partition.locate('/a')]), new Budget(100))).toMatchObject({
      terms: [{ all: [{ text: '/a' }], except: [] }],
    });
  });

  it('treats sets that are one object in two dimensions as two sets', () => {
    const shared = textSet([glob('/a/**')]);
    const diagram = build([path, textDimension('other', URL_PATHS)], [{ roles: 1, sets: [shared, shared] }]);
    expect(evaluate(diagram, ['/a/b', '/a/c'])).toBe(1);
    expect(evaluate(diagram, ['/a/b', '/b'])).toBe(0);
    expect(evaluate(diagram, ['/b', '/a/b'])).toBe(0);
  });

  it('takes wrong use for a bug', () => {
    expect(() => build([port], [{ roles: 1, sets: [] }])).toThrow('one set a dimension');
    expect(() => build([port], [{ roles: 0, sets: [https] }])).toThrow('roles');
    expect(() => build([port], [{ roles: 65536, sets: [https] }])).toThrow('roles');
    expect(() => build([port], [{ roles: 1, sets: [tagSet(1)] }])).toThrow('dimension port was given a tag');
    expect(() => build([path], [{ roles: 1, sets: [https] }])).toThrow('dimension path was given a number');
    expect(() => tagDimension('many', Array.from({ length: 32 }, String))).toThrow('more than 31');
  });
});

describe('a part without any value', () => {
  // Without `/a`, nothing matches `/a*` and not `/a?*`.
  const three: DiagramRequest = {
    dimensions: [path],
    entries: ['/a*', '/a?*', '/a'].map((text, at) => ({ roles: 1 << at, sets: [textSet([glob(text)])] })),
    verdictOf: (roles) => (roles === 1 ? 1 : roles === 5 ? 2 : 0),
  };
  const built = buildDiagram(three);
  if (!built.ok) throw new Error(built.dimension);

  it('is no box, and no point is found in it', () => {
    expect(boxesOf(built.diagram, 1, new Budget(100))).toEqual([]);
    expect(findPoint(built.diagram, 1, {})).toBeNull();
    expect(searchPoint(three, 1, {})).toEqual({ ok: true, point: null });
  });

  it('hides no point beside it', () => {
    expect(boxesOf(built.diagram, 2, new Budget(100))).toHaveLength(1);
    expect(findPoint(built.diagram, 2, {})).toEqual(['/a']);
    expect(searchPoint(three, 2, {})).toEqual({ ok: true, point: ['/a'] });
  });
});

describe('evaluate', () => {
  const diagram = build(
    [port, path, method],
    [{ roles: 1, sets: [https, textSet([glob('/a/**')]), tagSet(1)] }],
  );

  it('refuses a value that its dimension does not have', () => {
    expect(() => evaluate(diagram, [443, '/a/../b', 0])).toThrow('no value of dimension path');
    expect(() => evaluate(diagram, [443, 7, 0])).toThrow('was given a number');
    expect(() => evaluate(diagram, [443n, '/a/b', 0])).toThrow('was given a bigint');
  });

  it('goes on from where a connection was decided', () => {
    const connected = descend(diagram, [443], 1);
    expect(isLeaf(connected)).toBe(false);
    expect(evaluate(diagram, [443, '/a/b', 0], connected)).toBe(1);
    expect(evaluate(diagram, [443, '/a/b', 1], connected)).toBe(0);
    expect(isLeaf(descend(diagram, [80], 1))).toBe(true);
  });
});

describe('isPoint', () => {
  const space = new BitSpace(1);
  const diagram = build([port, path, method, wordDimension('word', space)], []);

  it.each([
    [[443, '/a', 0, [0n]], true],
    [[443, '/a', 0], false],
    [[0, '/a', 0, [0n]], false],
    [[1.5, '/a', 0, [0n]], false],
    [[443n, '/a', 0, [0n]], false],
    [[443, '/a//b', 0, [0n]], false],
    [[443, '/a', 2, [0n]], false],
    [[443, '/a', -1, [0n]], false],
    [[443, '/a', 0, [-1n]], false],
    [[443, '/a', 0, [1n << 64n]], false],
    [[443, '/a', 0, [0n, 0n]], false],
  ])('of %o is %s', (point, expected) => {
    expect(isPoint(diagram, point)).toBe(expected);
  });
});
