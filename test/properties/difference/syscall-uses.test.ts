import fc from 'fast-check';
import { expect, test } from 'vitest';
import { syscallUses } from '../../../compiler/analysis/difference/syscall-uses.ts';
import type { SyscallPolicy } from '../../../compiler/ir/syscalls.ts';
import { blueprint, policyOf } from '../../support/policy.ts';

const END = Date.UTC(2027, 0, 1);
/** Calls that rules tell apart: two names and one that only their group has, three values of an argument, and two times. */
const ATOMS = ['ptrace', 'process_vm_readv', 'kcmp'].flatMap((name) =>
  [0, 1, 2].flatMap((arg) => [0, 1].map((time) => ({ name, arg, time }))),
);
type Atom = (typeof ATOMS)[number];

interface Rule {
  readonly name: 'ptrace' | 'process_vm_readv' | '@debug';
  /** The one value of the argument for which it holds; null for all. */
  readonly arg: number | null;
  readonly uses: number | null;
  readonly ends: boolean;
}

const rules = fc.array(
  fc.record<Rule>({
    name: fc.constantFrom('ptrace', 'process_vm_readv', '@debug'),
    arg: fc.constantFrom(null, 0, 1),
    uses: fc.constantFrom(null, 1, 2, 3),
    ends: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

function policyWith(list: readonly Rule[]): SyscallPolicy {
  const written = list.map(({ name, arg, uses, ends }) => {
    const when = arg === null ? '' : `, when: [{ arg: 0, equals: ${arg} }]`;
    const limit = `${uses === null ? '' : `, max_uses: ${uses}`}${ends ? ', expires: 2026-12-31' : ''}`;
    return `{ name: "${name}"${when}, grant: { owner: me, reason: x${limit} } }`;
  });
  const syscalls = `syscalls: { allow: [${written.join(', ')}] }\n`;
  return policyOf(blueprint(`filesystem_policy: { include_workdir: true }\n${syscalls}`)).syscalls;
}

function allows({ name, arg, ends }: Rule, atom: Atom): boolean {
  return (
    (name === '@debug' || name === atom.name) &&
    (arg === null || arg === atom.arg) &&
    (!ends || atom.time === 0)
  );
}

/** How often the calls of a set can be made in all. */
function usesOfSet(list: readonly Rule[], set: readonly Atom[]): number {
  return list
    .filter((one) => set.some((atom) => allows(one, atom)))
    .reduce((sum, { uses }) => sum + (uses ?? Number.POSITIVE_INFINITY), 0);
}

/** One of those about which the same rules speak. */
function unlike(atoms: readonly Atom[], list: readonly Rule[]): readonly Atom[] {
  return [
    ...new Map(atoms.map((atom) => [list.map((one) => Number(allows(one, atom))).join(''), atom])).values(),
  ];
}

test('exactly the policies under which some set of calls can be made more often are found', () => {
  let [oftener, others] = [0, 0];
  fc.assert(
    fc.property(rules, rules, (old, next) => {
      const both = unlike(
        ATOMS.filter((atom) => [old, next].every((list) => usesOfSet(list, [atom]) > 0)),
        [...old, ...next],
      );
      const sets = Array.from({ length: 2 ** both.length - 1 }, (_, at) =>
        both.filter((_, bit) => (((at + 1) >> bit) & 1) === 1),
      );
      const isOftener = sets.some((set) => usesOfSet(next, set) > usesOfSet(old, set));
      if (isOftener) oftener += 1;
      else others += 1;
      const found = syscallUses(policyWith(old), policyWith(next));
      expect(found.undecided).toEqual([]);
      expect(found.held.length > 0).toBe(isOftener);
      for (const { uses } of found.held) expect(uses.to).toBeGreaterThan(uses.from);
    }),
    { numRuns: 400 },
  );
  expect(Math.min(oftener, others)).toBeGreaterThan(50);
});

test('the end of the first time is the one that the rules mean', () => {
  const [entry] = policyWith([{ name: 'ptrace', arg: null, uses: 1, ends: true }]).entries.filter(
    ({ rule }) => rule.name === 'ptrace',
  );
  expect(entry!.grant.approval?.expiresAt).toBe(END);
});
