import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { decideEgress } from '../../../compiler/ir/decide/egress.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { shortcomings } from '../../../compiler/ir/explain-decision/egress-sides.ts';
import { explainDecision } from '../../../compiler/ir/explain-decision/explain.ts';
import { ALL } from '../../../compiler/ir/extent.ts';
import { load } from '../../support/policy.ts';
import { randomBlueprint, textOf } from '../../support/random-blueprint.ts';

const access: fc.Arbitrary<EgressAccess> = fc.record({
  facet: fc.constant('egress' as const),
  host: fc.constantFrom('a.example', 'x.a.example', '10.0.0.5', 'other.test'),
  port: fc.constantFrom(443, 80, 8004, 8020),
  binary: fc.constantFrom('/usr/bin/curl', '/opt/x/tool', '/bin/sh'),
  sha256: fc.constant(null),
  address: fc.constantFrom(null, '10.0.0.5', '93.184.216.34', '127.0.0.1'),
  http: fc.option(
    fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE'),
      path: fc.constantFrom('/', '/a', '/a/b', '/x/y/b'),
      query: fc.array(fc.tuple(fc.constantFrom('q', 'r'), fc.constantFrom('', 'x', 'xy')), { maxLength: 2 }),
      operations: fc.constant(ALL),
    }),
  ),
  at: fc.constant(0),
});

test('an entry lacks nothing exactly when it alone allows the access; what is said agrees with decide', () => {
  const seen = { lacking: 0, allowed: 0, nearest: 0 };
  fc.assert(
    fc.property(randomBlueprint, fc.array(access, { minLength: 5, maxLength: 10 }), (blueprint, accesses) => {
      const { policy } = load(textOf(blueprint));
      for (const tried of accesses) {
        for (const entry of policy!.egress.entries) {
          const decision = decideEgress({ entries: [entry] }, tried);
          if (decision.verdict === 'deny' && decision.why === 'invalid-access') continue;
          const lacks = shortcomings(entry, tried).filter(({ lack }) => lack !== null);
          expect(lacks.length === 0).toBe(decision.verdict === 'allow');
          if (lacks.length === 0) seen.allowed++;
          else seen.lacking++;
        }
        const explanation = explainDecision(policy!, tried);
        expect(explanation.decision).toEqual(decide(policy!, tried));
        if (explanation.nearest === null) continue;
        seen.nearest++;
        expect(explanation.decision.verdict).toBe('deny');
        expect(explanation.nearest.lacks.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
}, 60_000);
