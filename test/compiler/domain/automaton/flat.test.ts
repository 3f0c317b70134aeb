import { describe, expect, it } from 'vitest';
import { type Automaton, run } from '../../../../compiler/domain/automaton/automaton.ts';
import { Budget } from '../../../../compiler/domain/automaton/budget.ts';
import { determinise } from '../../../../compiler/domain/automaton/determinise.ts';
import { flatten, runFlat } from '../../../../compiler/domain/automaton/flatten.ts';
import { IntList } from '../../../../compiler/domain/automaton/int-list.ts';
import { type Language, TEXTS } from '../../../../compiler/domain/automaton/language.ts';
import { type GlobKind, parseGlob } from '../../../../compiler/domain/glob.ts';

/** An automaton with an output of its own for each pattern. */
function automatonOf(language: Language, kind: GlobKind, texts: readonly string[]): Automaton {
  const patterns = texts.map((text) => {
    const parsed = parseGlob(text, kind);
    if (!parsed.ok) throw new Error(parsed.problem);
    return [parsed.glob];
  });
  return determinise(language, patterns, new Budget(10_000))!.automaton;
}

function bothRuns(automaton: Automaton, values: readonly string[]): readonly (readonly number[])[] {
  const list = new IntList();
  const start = flatten(automaton, list);
  const code = list.toArray();
  return values.map((value) => [
    run(automaton, value),
    runFlat(code, start, value, automaton.language.reversed),
  ]);
}

describe('a list of whole numbers', () => {
  it('holds as many as are pushed, and what is set', () => {
    const numbers = Array.from({ length: 5000 }, (_, at) => at * 7 - 3);
    const list = new IntList();
    list.pushAll(numbers);
    list.set(4000, 5);
    expect([...list.toArray()]).toEqual(numbers.with(4000, 5));
  });
});

describe('a flat automaton', () => {
  it('finds its way where many characters each lead somewhere else', () => {
    const letters = [...'bdfhjlnprtvxz'];
    const automaton = automatonOf(TEXTS, 'text', letters);
    const asked = [...'abcdefghijklmnopqrstuvwxyz{', ''];
    const outputs = bothRuns(automaton, asked);
    for (const [usual, flat] of outputs) expect(flat).toBe(usual);
    expect(new Set(outputs.map(([usual]) => usual)).size).toBe(letters.length + 1);
  });

  it('reads characters outside the basic plane whole, from either end', () => {
    for (const reversed of [false, true]) {
      const automaton = automatonOf({ ...TEXTS, name: `${reversed}`, reversed }, 'text', ['a😀*']);
      const values = ['a😀', 'a😀b', 'a😀😀', '😀a', 'a', 'a😁'];
      const matching = run(automaton, 'a😀b');
      expect(bothRuns(automaton, values)).toEqual(
        [true, true, true, false, false, false].map((matches) => [
          matches ? matching : expect.not.toBeOneOf([matching, -1]),
          matches ? matching : expect.not.toBeOneOf([matching, -1]),
        ]),
      );
    }
  });
});
