import type { ArgumentTest } from '../../domain/syscalls/filter.ts';

/** Values from `from` to `to`, both included. */
export type Span = readonly [from: bigint, to: bigint];

/**
 * What a test asks of one 32-bit half of an argument. Programs see arguments as words: a 64-bit comparison starts
 * at the high word, and what it asks of the low word depends on what the high word was.
 */
export type WordTest = {
  readonly index: number;
  readonly half: 'high' | 'low';
} & (
  | { readonly kind: 'spans'; readonly spans: readonly Span[] }
  /** Spans of the whole argument, looked at through its high word. */
  | { readonly kind: 'wide'; readonly spans: readonly Span[] }
  /** A mask neither empty nor full. */
  | { readonly kind: 'masked'; readonly mask: number; readonly value: number }
);

/** Tests that must all hold; true when nothing is left to test, false when they cannot hold. */
export type WordTests = readonly WordTest[] | boolean;

const FULL_WORD = 0xffff_ffffn;

/** Takes an argument test apart into tests of words. */
export function wordTests(test: ArgumentTest): WordTests {
  const { index, width } = test;
  if (test.comparison === 'masked-eq') {
    const low = maskedTests(index, 'low', test.mask & FULL_WORD, test.value & FULL_WORD);
    if (width === 32) return test.value > FULL_WORD ? false : low;
    return allOf([maskedTests(index, 'high', test.mask >> 32n, test.value >> 32n), low]);
  }
  const spans = allowedSpans(test);
  return width === 32
    ? spanTests(index, 'low', spans)
    : spans.length === 0
      ? false
      : [{ index, half: 'high', kind: 'wide', spans }];
}

/** What is left of a `wide` test when the high word is known. */
export function lowWordTests(index: number, spans: readonly Span[], high: bigint): WordTests {
  const base = high << 32n;
  const top = base | FULL_WORD;
  const low = spans
    .filter(([from, to]) => from <= top && to >= base)
    .map(([from, to]): Span => [from < base ? 0n : from - base, to > top ? FULL_WORD : to - base]);
  return spanTests(index, 'low', low);
}

export function allOf(tests: readonly WordTests[]): WordTests {
  const left: WordTest[] = [];
  for (const some of tests) {
    if (some === false) return false;
    if (some !== true) left.push(...some);
  }
  return left.length === 0 ? true : left;
}

function allowedSpans({ comparison, value, width }: ArgumentTest): readonly Span[] {
  const largest = width === 32 ? FULL_WORD : (FULL_WORD << 32n) | FULL_WORD;
  const cut = (from: bigint, to: bigint): readonly Span[] => {
    const upper = to > largest ? largest : to;
    return from > upper ? [] : [[from, upper]];
  };
  switch (comparison) {
    case 'eq':
    case 'masked-eq':
      return cut(value, value);
    case 'ne':
      return [...cut(0n, value - 1n), ...cut(value + 1n, largest)];
    case 'lt':
      return cut(0n, value - 1n);
    case 'le':
      return cut(0n, value);
    case 'gt':
      return cut(value + 1n, largest);
    case 'ge':
      return cut(value, largest);
  }
}

function spanTests(index: number, half: 'low' | 'high', spans: readonly Span[]): WordTests {
  const first = spans[0];
  if (first === undefined) return false;
  return first[0] === 0n && first[1] === FULL_WORD ? true : [{ index, half, kind: 'spans', spans }];
}

/** Bits of the value outside the mask can never be met. */
function maskedTests(index: number, half: 'low' | 'high', mask: bigint, value: bigint): WordTests {
  if ((value & ~mask) !== 0n) return false;
  if (mask === 0n) return true;
  if (mask === FULL_WORD) return spanTests(index, half, [[value, value]]);
  return [{ index, half, kind: 'masked', mask: Number(mask), value: Number(value) }];
}
