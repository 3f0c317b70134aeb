import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { landlock } from '../../../compiler/backends/landlock/emit.ts';
import { mountView } from '../../../compiler/backends/mount-view/emit.ts';
import type { LandlockRuleset, MountView } from '../../../compiler/backends/parts.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import {
  FILE_RIGHTS,
  type FileRight,
  type FileRights,
  listRights,
  type PathEntry,
  READ_EXECUTE_RIGHTS,
  READ_RIGHTS,
  rightBit,
  rightsOf,
  WRITE_RIGHTS,
} from '../../../compiler/ir/filesystem.ts';
import { emitWith } from '../../support/emissions.ts';
import { denied, policyOf, readWrite, scratch, targetOf } from '../../support/policies.ts';

/** What mounts and rules together let happen, by the plainest reading of what was emitted. */
function works(path: string, right: FileRight, view: MountView | null, ruleset: LandlockRuleset): boolean {
  return throughLandlock(path, right, ruleset) && (view === null || throughMounts(path, right, view));
}

const isAtOrBelow = (path: string, above: string) => path === above || path.startsWith(`${above}/`);

function throughLandlock(path: string, right: FileRight, ruleset: LandlockRuleset): boolean {
  const granted = (wanted: FileRight) =>
    ruleset.paths.some((rule) => isAtOrBelow(path, rule.path) && (rule.rights & rightBit(wanted)) !== 0);
  if (granted(right)) return true;
  if (right === 'execute' && granted('read_file')) return true;
  return right !== 'refer' && (ruleset.handledFs & rightBit(right)) === 0;
}

function throughMounts(path: string, right: FileRight, view: MountView): boolean {
  const around = view.mounts.filter((mount) => isAtOrBelow(path, mount.path));
  const nearest = around.at(-1);
  if (!nearest) return right === 'read_dir';
  if (around.some(({ kind }) => kind === 'hidden')) return false;
  if (nearest.kind === 'proc' || nearest.kind === 'hidden') return nearest.kind === 'proc';
  if (right === 'ioctl_dev') return false;
  if (right === 'execute') return nearest.executable;
  const writes = (WRITE_RIGHTS & rightBit(right)) !== 0;
  return !writes || nearest.kind === 'scratch' || nearest.writable;
}

const names = fc.constantFrom('a', 'b', 'a-b');
const paths = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const grants = fc.constantFrom<FileRights>(
  READ_RIGHTS,
  READ_EXECUTE_RIGHTS,
  READ_EXECUTE_RIGHTS | WRITE_RIGHTS,
  READ_RIGHTS | WRITE_RIGHTS,
  rightsOf('read_file', 'write_file'),
  rightsOf('make_reg'),
);
const entries: fc.Arbitrary<PathEntry> = fc.oneof(
  fc.record({ path: paths, rights: grants }).map(({ path, rights }) => readWrite(path, { rights })),
  paths.map((path) => denied(path)),
  paths.map((path) => scratch(path)),
);
const policies = fc
  .uniqueArray(entries, { selector: ({ path }) => path, maxLength: 8 })
  .map((all) => policyOf({ entries: all }));

/** Rights that no mechanism is asked about: no device is made, and there is none to control in these policies. */
const CHECKED = FILE_RIGHTS.filter((right) => !['make_char', 'make_block', 'ioctl_dev'].includes(right));

describe('the coverage of the file facet', () => {
  it.each([
    ['over the mount view', { userNamespaces: true }],
    ['on an older kernel', { userNamespaces: true, landlockAbi: 1 }],
    ['without namespaces', { userNamespaces: false }],
  ])('says what the emitted mounts and rules do, %s', (_, parts) => {
    const target = targetOf(parts);
    const kinds = new Set<string>();
    fc.assert(
      fc.property(policies, fc.array(paths, { maxLength: 12 }), (policy, others) => {
        const emissions = emitWith([mountView, landlock], policy, target);
        const view = emissions[0]!.parts.mountView ?? null;
        const ruleset = emissions[1]!.parts.landlock!;
        const coverage = emissions[1]!.coverage.filesystem;
        kinds.add(coverage.kind);
        const allowed = (path: string, right: FileRight) =>
          decide(policy, { facet: 'filesystem', path, right }).verdict === 'allow';
        const probes = [...others, ...policy.filesystem.entries.map(({ path }) => path)];
        const differs = (wanted: boolean) =>
          probes.flatMap((path) =>
            CHECKED.filter(
              (right) => allowed(path, right) === wanted && works(path, right, view, ruleset) !== wanted,
            ).map((right) => `${right} ${path}`),
          );
        if (coverage.kind === 'looser') {
          const { witness } = coverage;
          if (witness.facet !== 'filesystem') throw new Error('a witness of another facet');
          expect(decide(policy, witness).verdict).toBe('deny');
          if (CHECKED.includes(witness.right)) {
            expect(works(witness.path, witness.right, view, ruleset)).toBe(true);
          }
          return;
        }
        expect(differs(false)).toEqual([]);
        if (coverage.kind === 'exact') expect(differs(true)).toEqual([]);
        else expect(differs(true).length).toBeGreaterThan(0);
      }),
      { numRuns: 600 },
    );
    expect([...kinds].sort()).toEqual(['exact', 'looser', 'stricter']);
  });

  it('never has Landlock looser where mounts alone are not', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const [view, rules] = emitWith([mountView, landlock], policy, targetOf());
        if (rules!.coverage.filesystem.kind !== 'looser') return;
        expect(view!.coverage.filesystem.kind).toBe('looser');
      }),
    );
  });

  it('gives rules only rights that the entry has', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const [, rules] = emitWith([mountView, landlock], policy, targetOf());
        for (const { path, rights } of rules!.parts.landlock!.paths) {
          const entry = policy.filesystem.entries.find((one) => one.path === path)!;
          expect(listRights(rights & ~entry.rights)).toEqual([]);
        }
      }),
    );
  });
});
