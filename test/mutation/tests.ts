/** What is put to the test, each with the tests that are about it, quickest first. */
export interface Ground {
  /** Files, or folders with everything below. */
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

export const GROUNDS: readonly Ground[] = [
  {
    sources: ['compiler/domain/automaton'],
    tests: [
      'test/compiler/domain/automaton',
      'test/compiler/domain/diagram',
      'test/compiler/domain/glob.test.ts',
      'test/compiler/domain/graphql-names.test.ts',
      'test/properties/domain/automata.test.ts',
      'test/properties/domain/globs.test.ts',
      'test/properties/domain/diagram.test.ts',
    ],
  },
  {
    sources: ['compiler/domain/diagram'],
    tests: [
      'test/compiler/domain/diagram',
      'test/properties/domain/boxes.test.ts',
      'test/properties/domain/bits.test.ts',
      'test/properties/domain/diagram.test.ts',
      'test/properties/difference/egress.test.ts',
      'test/compiler/analysis/difference/egress',
    ],
  },
  {
    sources: ['compiler/domain/glob.ts', 'compiler/domain/host.ts'],
    tests: [
      'test/compiler/domain/glob.test.ts',
      'test/compiler/domain/graphql-names.test.ts',
      'test/compiler/domain/host.test.ts',
      'test/properties/domain/globs.test.ts',
      'test/properties/domain/host-index.test.ts',
      'test/properties/difference/egress.test.ts',
    ],
  },
  { sources: ['compiler/domain/interval-set.ts'], tests: ['test/properties/domain/intervals.test.ts'] },
  { sources: ['compiler/domain/bits.ts'], tests: ['test/properties/domain/bits.test.ts'] },
  {
    sources: ['compiler/analysis/difference/egress'],
    tests: [
      'test/compiler/analysis/difference/egress',
      'test/compiler/analysis/difference/limits.test.ts',
      'test/compiler/analysis/operations.test.ts',
      'test/properties/difference/egress.test.ts',
      'test/properties/difference/counted-uses.test.ts',
    ],
  },
];
