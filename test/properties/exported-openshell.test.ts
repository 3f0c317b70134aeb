import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EgressAccess } from '../../compiler/ir/access.ts';
import { decide } from '../../compiler/ir/decide.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import { entryAbove } from '../../compiler/ir/path-lookup.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import { exported, textOfExport } from '../support/exports.ts';
import { openshellAllows, openshellFile } from '../support/openshell-model.ts';
import { describe as described, testBindings } from '../support/policy.ts';
import { type RandomBlueprint, randomBlueprint, textOf, WORKDIR } from '../support/random-blueprint.ts';
import { readerOver } from '../support/reader.ts';

const access: fc.Arbitrary<EgressAccess> = fc
  .record({
    facet: fc.constant('egress' as const),
    host: fc.constantFrom(
      'a.corp.example',
      'x.a.corp.example',
      'ab.corp.example',
      '10.0.0.5',
      'y.x.a.corp.example',
    ),
    port: fc.constantFrom(443, 80, 8003, 8007, 8011),
    binary: fc.constantFrom('/usr/bin/curl', '/usr/bin/git', '/opt/a/b/tool', '/opt/tool'),
    sha256: fc.constant(null),
    address: fc.constantFrom(null, null, '93.184.1.1', '10.0.0.5'),
    at: fc.constant(0),
    http: fc.option(
      fc.record({
        method: fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE', 'PURGE'),
        path: fc.constantFrom('/', '/a', '/b', '/a/b', '/a/', '/a/x/b', '/ab', '/x/b'),
        query: fc.array(fc.tuple(fc.constantFrom('q', 'r'), fc.constantFrom('x', 'xa', 'x.y', '')), {
          maxLength: 2,
        }),
        operations: fc.constant(ALL),
      }),
    ),
  })
  // An address that is asked for is the one that is dialled.
  .map((one) => (one.host === '10.0.0.5' ? { ...one, address: null } : one));

/** OpenShell takes wildcards with two labels behind them. */
const written = (random: RandomBlueprint) => textOf(random).replaceAll('.example"', '.corp.example"');

const paths = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'c.d'), { minLength: 1, maxLength: 4 })
  .map((names) => `/${names.join('/')}`);

/** Denials that OpenShell cannot have; where one is reported, more may be allowed there. */
const REPORTED = ['export/request-denial-lost', 'export/query-denial'];

test('OpenShell allows no request that the blueprint denies, but what is reported', () => {
  const seen = { allowed: 0, denied: 0 };
  fc.assert(
    fc.property(randomBlueprint, fc.array(access, { minLength: 20, maxLength: 20 }), (random, asked) => {
      const { policy, read, changes } = exported(written(random));
      if (changes.some(({ diagnostic }) => REPORTED.includes(diagnostic.name))) return;
      for (const one of asked) {
        const allowed = decide(policy, one).verdict === 'allow';
        const there = openshellAllows(read, one);
        if (there) expect(allowed, JSON.stringify(one)).toBe(true);
        if (there) seen.allowed++;
        else if (!allowed) seen.denied++;
      }
    }),
    { numRuns: 400 },
  );
  expect(seen.allowed).toBeGreaterThan(50);
  expect(seen.denied).toBeGreaterThan(400);
});

test('OpenShell lets nothing be done to a file that the blueprint denies, but where it is reported', () => {
  const seen = { looser: 0, same: 0 };
  fc.assert(
    fc.property(randomBlueprint, fc.array(paths, { minLength: 10, maxLength: 10 }), (random, asked) => {
      const { policy, read, changes } = exported(written(random));
      for (const path of [...asked, `${WORKDIR}/x`]) {
        const there = openshellFile(read, path);
        const here = (right: 'read_file' | 'write_file') =>
          decide(policy, { facet: 'filesystem', path, right }).verdict === 'allow';
        const isLooser = (there.reads && !here('read_file')) || (there.writes && !here('write_file'));
        if (!isLooser) {
          if (there.reads) seen.same++;
          continue;
        }
        seen.looser++;
        const entry = entryAbove(policy.filesystem.entries, path as never)!;
        const named = changes
          .filter(({ effect }) => effect === 'looser')
          .map(({ diagnostic }) => diagnostic.message);
        expect(
          named.some((message) => message.includes(`\`${entry.path}\``)),
          path,
        ).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
  expect(seen.looser).toBeGreaterThan(5);
  expect(seen.same).toBeGreaterThan(100);
});

test('what is exported is read back without an error, and as no more than the blueprint', () => {
  const seen = { allowed: 0 };
  fc.assert(
    fc.property(randomBlueprint, fc.array(access, { minLength: 40, maxLength: 40 }), (random, asked) => {
      const result = exported(written(random));
      const { policy, changes } = result;
      const text = textOfExport(result);
      const bytes = new TextEncoder().encode(text);
      const back = loadPolicy('policy.yaml', bytes, readerOver({}), { ...testBindings, workdir: WORKDIR });
      const errors = back.diagnostics.filter(({ severity }) => severity === 'error').map(described);
      expect(errors, text).toEqual([]);
      if (changes.some(({ diagnostic }) => REPORTED.includes(diagnostic.name))) return;
      for (const one of asked) {
        if (decide(back.policy!, one).verdict !== 'allow') continue;
        seen.allowed++;
        expect(decide(policy, one).verdict, JSON.stringify(one)).toBe('allow');
      }
    }),
    { numRuns: 80 },
  );
  expect(seen.allowed).toBeGreaterThan(10);
});
