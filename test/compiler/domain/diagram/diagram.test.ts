import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../compiler/domain/automaton/budget.ts';
import { FILE_PATHS, URL_PATHS } from '../../../../compiler/domain/automaton/language.ts';
import { BitSpace, NOTHING } from '../../../../compiler/domain/bits.ts';
import { boxesOf } from '../../../../compiler/domain/diagram/boxes.ts';
import { buildDiagram, type DiagramRequest } from '../../../../compiler/domain/diagram/build.ts';
import { canonicalForm } from '../../../../compiler/domain/diagram/canonical.ts';
import type { Entry } from '../../../../compiler/domain/diagram/continuation.ts';
import {
  type Diagram,
  descend,
  evaluate,
  isLeaf,
  isPoint,
} from '../../../../compiler/domain/diagram/diagram.ts';
import type { Dimension, Partition } from '../../../../compiler/domain/diagram/dimension.ts';
import { findPoint, valueIn } from '../../../../compiler/domain/diagram/find-point.ts';
import { numberDimension, numberSet } from '../../../../compiler/domain/diagram/number-dimension.ts';
import { searchPoint } from '../../../../compiler/domain/diagram/search.ts';
import { tagDimension, tagSet } from '../../../../compiler/domain/diagram/tag-dimension.ts';
import { textDimension, textSet } from '../../../../compiler/domain/diagram/text-dimension.ts';
import { textTerms } from '../../../../compiler/domain/diagram/text-terms.ts';
import { wordDimension, wordSet } from '../../../../compiler/domain/diagram/word-dimension.ts';
import { beneathPatterns, parseGlob } from '../../../../compiler/domain/glob.ts';
import type { AbsolutePath } from '../../../../compiler/domain/path.ts';

const port = numberDimension('port', { low: 1, high: 65535 });
const path = textDimension('path', URL_PATHS);
const method = tagDimension('method', ['GET', 'POST']);

function glob(text: string) {
  const parsed = parseGlob(text, 'url');
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

function request(dimensions: readonly Dimension[], entries: readonly Entry[]): DiagramRequest {
  return { dimensions, entries, verdictOf: (roles) => (roles === 1 ? 1 : 0) };
}

function build(dimensions: readonly Dimension[], entries: readonly Entry[]): Diagram {
  const result = buildDiagram(request(dimensions, entries));
  if (!result.ok) throw new Error(`over budget in ${result.dimension}`);
  return result.diagram;
}

function form(dimensions: readonly Dimension[], entries: readonly Entry[]): string {
  return new TextDecoder().decode(canonicalForm(build(dimensions, entries)));
}

const https = numberSet([{ low: 443, high: 443 }]);

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

describe('canonicalForm', () => {
  it('is readable, and names its form', () => {
    expect(form([port, path], [{ roles: 1, sets: [https, null] }])).toBe(
      'nemoclaw diagram 1\n0\n"port" 1>0,cb>1,cc>0; =0,=1\n',
    );
    expect(form([port], [])).toBe('nemoclaw diagram 1\n=0\n');
  });

  it('writes what several values lead to once', () => {
    const two = numberDimension('first', { low: 1, high: 3 });
    const at = (value: number) => numberSet([{ low: value, high: value }]);
    const entries = [
      { roles: 1, sets: [at(1), null, https] },
      { roles: 1, sets: [at(2), tagSet(1), https] },
    ];
    expect(form([two, method, port], entries)).toBe(
      'nemoclaw diagram 1\n0\n"first" 1>0,2>1,3>2; 1,2,=0\n"port" 1>0,cb>1,cc>0; =0,=1\n"method" "GET">0;"POST">1; 1,=0\n',
    );
  });

  it('leaves out dimensions that decide nothing', () => {
    const lean = form([port], [{ roles: 1, sets: [https] }]);
    const entries = [
      { roles: 1, sets: [https, null] },
      { roles: 1, sets: [https, textSet([glob('/a')])] },
    ];
    expect(form([port, path], entries)).toBe(lean);
  });

  it('knows that patterns which differ only outside the language are equal', () => {
    const files = textDimension('file', FILE_PATHS);
    const parsed = ['/a/**', '/a/*', '/a/*/**'].map((text) => parseGlob(text, 'file'));
    const [all, one, more] = parsed.map((result) => (result.ok ? result.glob : expect.fail(result.problem)));
    expect(form([files], [{ roles: 1, sets: [textSet([all!])] }])).toBe(
      form([files], [{ roles: 1, sets: [textSet([one!, more!])] }]),
    );
  });

  it('tells a folder from what is beneath it', () => {
    const files = textDimension('file', FILE_PATHS);
    const beneath = beneathPatterns('/a' as AbsolutePath);
    const whole = form([files], [{ roles: 1, sets: [textSet(beneath)] }]);
    expect(form([files], [{ roles: 1, sets: [textSet(beneath.slice(1))] }])).not.toBe(whole);
    expect(form([files], [{ roles: 1, sets: [textSet('all', beneath)] }])).not.toBe(whole);
    expect(form([files], [{ roles: 1, sets: [textSet(beneathPatterns('/' as AbsolutePath))] }])).toBe(
      form([files], [{ roles: 1, sets: [null] }]),
    );
  });

  it('tells dimensions apart that are cut alike', () => {
    const [left, right] = ['left', 'right'].map((name) => numberDimension(name, { low: 1, high: 9 }));
    const five = numberSet([{ low: 5, high: 5 }]);
    const dimensions = [method, left!, right!];
    const crossed = [
      { roles: 1, sets: [tagSet(1), five, null] },
      { roles: 1, sets: [tagSet(2), null, five] },
    ];
    expect(form(dimensions, crossed)).not.toBe(form(dimensions, [{ roles: 1, sets: [null, five, null] }]));
  });

  it('names tags, so that their order carries no meaning', () => {
    const turned = tagDimension('method', ['POST', 'GET']);
    expect(form([method], [{ roles: 1, sets: [tagSet(1)] }])).toBe(
      form([turned], [{ roles: 1, sets: [tagSet(2)] }]),
    );
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
      path.partition([[textSet([one, ...patterns.map(glob)])]], new Budget(1000))!.examples();
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
