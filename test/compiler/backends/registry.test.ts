import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../../../compiler/backends/registry.ts';
import type { Target } from '../../../compiler/backends/target.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { FACETS } from '../../../compiler/ir/facet.ts';
import { emitWith } from '../../support/emissions.ts';
import {
  egressEntry,
  policyOf,
  readNoExecute,
  readOnly,
  readWrite,
  scratch,
  targetOf,
} from '../../support/policies.ts';

const policy = policyOf({
  entries: [
    readOnly('/usr'),
    readNoExecute('/srv'),
    readWrite('/work'),
    readOnly('/work/.git'),
    scratch('/tmp'),
  ],
  egress: [egressEntry('a.example')],
  limits: { processes: 64, scratch_size: 4096 },
  environment: { LANG: null },
});

const targets: fc.Arbitrary<Target> = fc
  .record({
    landlockAbi: fc.integer({ min: 0, max: 7 }),
    architecture: fc.constantFrom('x86_64', 'aarch64'),
    engine: fc.constantFrom('process', 'docker'),
    privilege: fc.constantFrom('rootless', 'root'),
    userNamespaces: fc.boolean(),
    image: fc.constantFrom(null, `node@sha256:${'0'.repeat(64)}`),
  })
  .map((parts) => targetOf(parts as Partial<Target>));

const emit = (target: Target) =>
  emitWith(
    BACKENDS.filter(({ engines }) => engines.includes(target.engine)),
    policy,
    target,
  );

describe('every backend', () => {
  it('has a name of its own and says what it is for', () => {
    expect(new Set(BACKENDS.map(({ name }) => name)).size).toBe(BACKENDS.length);
    for (const { name, summary } of BACKENDS) {
      expect(name).toMatch(/^[a-z][a-z-]+$/);
      expect(summary).toMatch(/^\S.{10,110}[^.]$/);
    }
  });

  it('emits for every target, total over the facets, under paths of its own, the same each time', () => {
    fc.assert(
      fc.property(targets, (target) => {
        const emissions = emit(target);
        expect(emit(target)).toEqual(emissions);
        const paths = emissions.flatMap(({ artifacts }) => artifacts.map(({ path }) => path));
        expect(new Set(paths).size).toBe(paths.length);
        for (const path of paths) expect(path).toMatch(/^[a-z-]+(\/[a-z-]+)?\.[a-z0-9]+$/);
        for (const { coverage } of emissions)
          expect(Object.keys(coverage).sort()).toEqual([...FACETS].sort());
      }),
      { numRuns: 40 },
    );
  });

  it('shows for each looser facet an access of that facet which the policy denies', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(targets, (target) => {
        for (const { backend, coverage } of emit(target)) {
          for (const facet of FACETS) {
            const said = coverage[facet];
            if (said.kind !== 'looser') continue;
            seen.add(said.gap);
            expect(said.gap.startsWith(`${facet}/`), `${backend} ${said.gap}`).toBe(true);
            expect(said.witness.facet).toBe(facet);
            expect(decide(policy, said.witness).verdict, `${backend} ${said.gap}`).toBe('deny');
          }
        }
      }),
      { numRuns: 100 },
    );
    expect(seen.size).toBeGreaterThan(3);
  });
});
