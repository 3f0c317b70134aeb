import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference } from '../../../compiler/analysis/difference/difference.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import { blueprint, policyOf } from '../../support/policy.ts';

/** Accesses that entries tell apart: two hosts, one of which only a wildcard has, and three ports. */
const ATOMS = ['a.example', 'b.example'].flatMap((host) =>
  [8000, 8001, 8002].map((port) => ({ host, port })),
);
const SETS = Array.from({ length: 2 ** ATOMS.length - 1 }, (_, at) =>
  ATOMS.filter((_, bit) => (((at + 1) >> bit) & 1) === 1),
);

interface Entry {
  readonly host: string;
  readonly ports: readonly number[];
  readonly uses: number | null;
}

const entries = fc.array(
  fc.record<Entry>({
    host: fc.constantFrom('a.example', '*.example'),
    ports: fc.subarray([8000, 8001, 8002], { minLength: 1 }),
    uses: fc.constantFrom(null, 1, 2, 3),
  }),
  { minLength: 1, maxLength: 3 },
);

function policyWith(list: readonly Entry[]): Policy {
  const endpoints = list.map(({ host, ports, uses }) => {
    const grant = uses === null ? '' : `, grant: { owner: me, reason: x, max_uses: ${uses} }`;
    return `{ host: "${host}", ports: [${ports.join(', ')}], access: full${grant} }`;
  });
  return policyOf(
    blueprint(
      `filesystem_policy: { include_workdir: true }\nnetwork_policies: { web: { endpoints: [${endpoints.join(', ')}], binaries: [/usr/bin/curl] } }\n`,
    ),
  );
}

/** How often the accesses of a set can be made in all. */
function usesOfSet(list: readonly Entry[], set: typeof ATOMS): number {
  return list
    .filter(({ host, ports }) =>
      set.some((one) => ports.includes(one.port) && (host === '*.example' || host === one.host)),
    )
    .reduce((sum, { uses }) => sum + (uses ?? Number.POSITIVE_INFINITY), 0);
}

test('a policy under which any set of accesses can be made more often is never said to be equal or narrower', () => {
  fc.assert(
    fc.property(entries, entries, (old, next) => {
      const isWider = SETS.some((set) => usesOfSet(next, set) > usesOfSet(old, set));
      if (!isWider) return;
      expect(['widens', 'both']).toContain(difference(policyWith(old), policyWith(next)).verdict);
    }),
    { numRuns: 400 },
  );
});

test('the order of entries never makes a difference', () => {
  fc.assert(
    fc.property(entries, (list) => {
      expect(difference(policyWith(list), policyWith([...list].reverse())).verdict).toBe('equal');
    }),
    { numRuns: 100 },
  );
});
