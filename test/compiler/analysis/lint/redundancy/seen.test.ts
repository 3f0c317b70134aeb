import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  atomsOf,
  sampleOfAtom,
  seenlyCovers,
} from '../../../../../compiler/analysis/lint/redundancy/atoms.ts';
import { Neighbours } from '../../../../../compiler/analysis/lint/redundancy/neighbours.ts';
import { canonicalForm } from '../../../../../compiler/domain/diagram/canonical.ts';
import { decideEgress } from '../../../../../compiler/ir/decide/egress.ts';
import type { EgressEntry } from '../../../../../compiler/ir/egress.ts';
import { egressDiagram } from '../../../../../compiler/ir/egress-diagram.ts';
import { owned } from '../../../../support/linted.ts';
import { policyOf } from '../../../../support/policy.ts';

const host = fc.constantFrom(
  'a.example.com',
  '"*.example.com"',
  '"**.example.com"',
  '"*.b.example.com"',
  '10.1.2.3',
);
const program = fc.constantFrom(
  '/usr/bin/a',
  '"/usr/bin/*"',
  '"/usr/**"',
  `{ path: /usr/bin/a, sha256: ${'a'.repeat(64)} }`,
);
const ports = fc.constantFrom('443', '"440-450"', '80');
const addresses = fc.constantFrom('', '', ', allowed_ips: [10.0.0.0/8]', ', allowed_ips: [10.1.0.0/16]');
const end = fc.constantFrom('', '', ', grant: { expires: 2027-01-01 }', ', grant: { expires: 2028-01-01 }');
const rule = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD', '"*"'),
    path: fc.constantFrom('', ', path: /a/b', ', path: "/a/*"', ', path: "/**"'),
    query: fc.constantFrom('', '', ', query: { q: x }', ', query: { q: "x*" }', ', query: { q: x, r: y }'),
  })
  .map(({ method, path, query }) => `{ allow: { method: ${method}${path}${query} } }`);
const allowed = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(rule, { minLength: 1, maxLength: 2 }).map((rules) => `rules: [${rules.join(', ')}]`),
  },
  fc.constantFrom('access: full', 'tls: skip', 'access: read-only, enforcement: audit'),
);
const networkWith = (hosts: fc.Arbitrary<string>, ranges: fc.Arbitrary<string>) =>
  fc
    .tuple(hosts, ranges, allowed, addresses, end, fc.option(program, { nil: null, freq: 6 }))
    .map(
      ([name, port, what, blocks, expires, binary]) =>
        `    ${binary === null ? 'name: any' : `binaries: [${binary}]`}\n    endpoints: [{ host: ${name}, port: ${port}, ${what}${blocks}${expires} }]\n`,
    );
const network = networkWith(host, ports);
const wide = networkWith(fc.constantFrom('"**.example.com"', '"*.example.com"'), fc.constant('"440-450"'));
const narrow = networkWith(fc.constantFrom('a.example.com', '"*.example.com"'), fc.constant('443'));

function entriesOf(networks: readonly string[]): readonly EgressEntry[] {
  const sections = networks.map((one, at) => `  n${at}:\n${one}`).join('');
  return policyOf(owned(`filesystem_policy: { include_workdir: true }\nnetwork_policies:\n${sections}`))
    .egress.entries;
}

function formOf(entries: readonly EgressEntry[]): string {
  const built = egressDiagram({ entries });
  return built.ok ? new TextDecoder().decode(canonicalForm(built.diagram)) : 'too intricate';
}

test('what is seen to be covered adds nothing, and equal entries are seen to cover each other', () => {
  const seen = { covered: 0, not: 0 };
  fc.assert(
    fc.property(fc.oneof(wide, network), fc.oneof(narrow, network), (some, others) => {
      const [cover, other] = entriesOf([some, others]) as [EgressEntry, EgressEntry];
      expect(atomsOf(cover).every((atom) => seenlyCovers(cover, atom))).toBe(true);
      for (const atom of atomsOf(other)) {
        if (!seenlyCovers(cover, atom)) {
          seen.not++;
          continue;
        }
        seen.covered++;
        expect(formOf([cover, atom])).toBe(formOf([cover]));
      }
    }),
    { numRuns: 1000 },
  );
  expect(seen.covered).toBeGreaterThan(8);
  expect(seen.not).toBeGreaterThan(300);
});

test('entries that decide the same access are neighbours, and candidates for it', () => {
  const met = { pairs: 0 };
  fc.assert(
    fc.property(fc.array(network, { minLength: 2, maxLength: 6 }), (networks) => {
      const entries = entriesOf(networks);
      const neighbours = new Neighbours(entries);
      for (const [at, entry] of entries.entries()) {
        const around = neighbours.of(at);
        expect(around.members).toContain(at);
        for (const atom of atomsOf(entry)) {
          const sample = sampleOfAtom(atom)!;
          expect(decideEgress({ entries: [entry] }, sample).verdict).toBe('allow');
          for (const [by, other] of entries.entries()) {
            if (decideEgress({ entries: [other] }, sample).verdict !== 'allow') continue;
            if (by !== at) met.pairs++;
            expect(around.candidates(sample)).toContain(by);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(met.pairs).toBeGreaterThan(20);
});
