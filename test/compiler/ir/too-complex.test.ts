import { expect, describe as group, it } from 'vitest';
import { policyDigest } from '../../../compiler/ir/canonical.ts';
import { blueprint, describe, policyOf } from '../../support/policy.ts';

/** So many single values of so many arguments that their union needs a node for nearly every combination. */
function scattered(count: number): string {
  const rules = Array.from({ length: count }, (_, at) => {
    const value = (Math.imul(at + 1, 2654435761) >>> 0) % 65536;
    return `{ name: keyctl, when: [{ arg: ${at % 5}, equals: ${value} }] }`;
  });
  return `filesystem_policy:\n  include_workdir: true\nsyscalls:\n  allow: [${rules.join(', ')}]\n`;
}

group('a policy that is too intricate to be compared', () => {
  it('has no digest, and says which call it is', () => {
    const { value, diagnostics } = policyDigest(policyOf(blueprint(scattered(2000))));
    expect(value).toBeNull();
    expect(diagnostics.map(describe)).toEqual(['syscalls/too-complex @ keyctl']);
  });

  it('is not one with some dozens of conditions', () => {
    expect(policyDigest(policyOf(blueprint(scattered(60)))).value).toMatch(/^sha256:/);
  });
});
