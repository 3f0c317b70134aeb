import { expect, test } from 'vitest';
import { policyDigest } from '../../../compiler/ir/canonical.ts';
import { intricateItems } from '../../support/intricate-rules.ts';
import { blueprint, describe, policyOf } from '../../support/policy.ts';

const withItems = (count: number) =>
  policyOf(
    blueprint(
      `filesystem_policy: { include_workdir: true }\nsyscalls: { allow: [${intricateItems('ptrace', count).join(', ')}] }\n`,
    ),
  );

test('conditions that are too intricate are refused, and not compared by guess or for ever', () => {
  const { value, diagnostics } = policyDigest(withItems(30));
  expect(value).toBe(null);
  expect(diagnostics.map(describe)).toEqual(['syscalls/too-complex @ ptrace']);
  expect(diagnostics[0]!.message).toContain('with those on `ptrace`');
  expect(policyDigest(withItems(8)).value).toMatch(/^sha256:/);
});

test('codes of regions are one in every case', () => {
  const [lower, upper, twice, other] = ['[de, eu]', '[EU, De]', '[de, DE, eu]', '[de, ch]'].map(
    (residency) =>
      policyDigest(
        policyOf(blueprint(`filesystem_policy: { include_workdir: true }\nresidency: ${residency}\n`)),
      ).value,
  );
  expect([upper, twice]).toEqual([lower, lower]);
  expect(other).not.toBe(lower);
});
