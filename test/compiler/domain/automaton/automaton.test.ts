import { describe, expect, it } from 'vitest';
import {
  type Automaton,
  DEAD,
  NO_OUTPUT,
  run,
  shortestValues,
  withOutputs,
} from '../../../../compiler/domain/automaton/automaton.ts';
import { Budget } from '../../../../compiler/domain/automaton/budget.ts';
import { canonicalText } from '../../../../compiler/domain/automaton/canonical-text.ts';
import { determinise } from '../../../../compiler/domain/automaton/determinise.ts';
import { foldWords } from '../../../../compiler/domain/automaton/fold-words.ts';
import {
  GRAPHQL_FIELDS,
  HOSTS,
  type Language,
  TEXT_LISTS,
  URL_PATHS,
} from '../../../../compiler/domain/automaton/language.ts';
import { minimise } from '../../../../compiler/domain/automaton/minimise.ts';
import type { Pattern } from '../../../../compiler/domain/automaton/pattern.ts';
import { everyValue, listValue, parseGlob, someValue } from '../../../../compiler/domain/glob.ts';
import { parseHostPattern } from '../../../../compiler/domain/host.ts';

const HOST_CHARACTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789-_'];

function host(text: string): Pattern {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

function path(text: string): Pattern {
  const parsed = parseGlob(text, 'url');
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

/** Output 1 for the union of the patterns; not yet minimal. */
function unionOf(language: Language, patterns: readonly Pattern[]): Automaton {
  const { automaton, labels } = determinise(language, [patterns], new Budget(100_000))!;
  const held = labels.map((list) => list.length);
  return withOutputs(automaton, held);
}

function formOf(language: Language, patterns: readonly Pattern[]): string {
  return JSON.stringify(canonicalText(minimise(unionOf(language, patterns))));
}

function reachedFrom(automaton: Automaton): Set<number> {
  const reached = new Set([DEAD, automaton.start]);
  for (const state of reached) for (const to of automaton.rows[state]!) reached.add(to);
  return reached;
}

describe('automata', () => {
  it('know that all characters of a label together are a `?`', () => {
    const each = HOST_CHARACTERS.map((character) => host(`${character}x.a`));
    expect(formOf(HOSTS, each)).toBe(formOf(HOSTS, [host('?x.a')]));
    expect(formOf(HOSTS, each.slice(1))).not.toBe(formOf(HOSTS, [host('?x.a')]));
    const both = [host('?x.a'), host('?x.b')];
    expect(formOf(HOSTS, [...each, host('?x.b')])).toBe(formOf(HOSTS, both));
  });

  it('know it as well when the names are folded in', () => {
    const nothing = minimise(unionOf(HOSTS, []));
    const names = new Map(HOST_CHARACTERS.map((character) => [`${character}x.a`, 1]));
    const folded = foldWords(nothing, names);
    expect(JSON.stringify(canonicalText(folded))).toBe(formOf(HOSTS, [host('?x.a')]));
    const without = foldWords(nothing, new Map([...names].slice(1)));
    expect(JSON.stringify(canonicalText(without))).not.toBe(formOf(HOSTS, [host('?x.a')]));
    const beside = foldWords(minimise(unionOf(HOSTS, [host('?x.b')])), names);
    expect(JSON.stringify(canonicalText(beside))).toBe(formOf(HOSTS, [host('?x.a'), host('?x.b')]));
  });

  it('keep states of one hash apart, and each of them once', () => {
    // Among so many states that go on in two ways, two have one hash.
    const count = 20_000;
    const words = new Map<string, number>();
    for (const first of ['a', 'b']) {
      for (let at = 0; at < count; at += 1) {
        const name = first + at.toString(2).padStart(15, '0').replaceAll('0', 'a').replaceAll('1', 'b');
        words.set(`${name}a`, 1 + ((at * 7) % count)).set(`${name}b`, 1 + ((at * at) % count));
      }
    }
    const folded = foldWords(minimise(unionOf(GRAPHQL_FIELDS, [])), words);
    expect([...words].filter(([word, output]) => run(folded, word) !== output)).toEqual([]);
    expect(minimise(folded).rows).toHaveLength(folded.rows.length);
  });

  it('tell runs of neighbouring characters apart by their length', () => {
    const [two, three] = ['/ab', '/abc'].map((list) =>
      [...list.slice(1)].map((character) => path(`/${character}`)),
    );
    expect(formOf(URL_PATHS, two!)).not.toBe(formOf(URL_PATHS, three!));
  });

  it('have only states that some text leads to', () => {
    const each = HOST_CHARACTERS.map((character) => host(`${character}x.a`));
    for (const automaton of [
      unionOf(HOSTS, [...each, host('?x.a')]),
      unionOf(URL_PATHS, [path('/a/**/b*')]),
    ]) {
      expect(reachedFrom(automaton).size).toBe(automaton.rows.length);
    }
  });

  it('read names from the end, also with characters outside the basic plane', () => {
    const automaton = unionOf(HOSTS, [host('**.example.com')]);
    expect(run(automaton, 'a.example.com')).toBe(1);
    expect(run(automaton, 'example.com')).toBe(0);
    expect(run(automaton, '😀.example.com')).toBe(NO_OUTPUT);
    expect(run(automaton, '\udc00.example.com')).toBe(NO_OUTPUT);
  });

  it('have as an example the first of several texts of one length, whose characters are no separators', () => {
    const examplesOf = (...texts: string[]) => [
      ...shortestValues(unionOf(URL_PATHS, texts.map(path))).values(),
    ];
    expect(examplesOf('/1', '/0', '/-')).toContain('/0');
  });

  it('have no example for an output that no value has', () => {
    const all = minimise(unionOf(URL_PATHS, [path('/**')]));
    expect(shortestValues(all)).toEqual(new Map([[1, '/']]));
    const some = shortestValues(minimise(unionOf(HOSTS, [host('**.acme.dev')])));
    expect(some).toEqual(
      new Map([
        [0, 'x'],
        [1, 'x.acme.dev'],
      ]),
    );
  });

  it.each([
    [[], false, false],
    [['a'], true, true],
    [['a', 'ab'], true, true],
    [['a', 'b'], false, true],
    [['b', 'a'], false, true],
    [['', 'a'], false, true],
    [['b', ''], false, false],
  ])('of lists: %j holds every a*: %s, some: %s', (values, every, some) => {
    const parsed = parseGlob('a*', 'text');
    if (!parsed.ok) throw new Error(parsed.problem);
    const value = listValue(values)!;
    expect(run(unionOf(TEXT_LISTS, [everyValue(parsed.glob)]), value)).toBe(Number(every));
    expect(run(unionOf(TEXT_LISTS, [someValue(parsed.glob)]), value)).toBe(Number(some));
  });

  it('may cost all of a budget, and no more', () => {
    const budget = new Budget(5);
    expect([budget.spend(3), budget.spend(2), budget.exhausted]).toEqual([true, true, false]);
    expect([budget.spend(1), budget.exhausted, budget.spend(0)]).toEqual([false, true, false]);
  });

  it('are not made over budget', () => {
    expect(determinise(URL_PATHS, [[path('/*a?????????')]], new Budget(100))).toBeNull();
    const budget = new Budget(10_000);
    expect(determinise(URL_PATHS, [[path('/*a?????????')]], budget)).not.toBeNull();
    expect(budget.exhausted).toBe(false);
    expect(budget.spend(10_000)).toBe(false);
    expect(budget.spend(1)).toBe(false);
    expect(budget.exhausted).toBe(true);
  });
});
