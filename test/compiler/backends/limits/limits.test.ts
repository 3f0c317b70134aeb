import { describe, expect, it } from 'vitest';
import { limits } from '../../../../compiler/backends/limits/emit.ts';
import { mountView } from '../../../../compiler/backends/mount-view/emit.ts';
import type { Target } from '../../../../compiler/backends/target.ts';
import { decide } from '../../../../compiler/ir/decide.ts';
import type { Identity } from '../../../../compiler/ir/process.ts';
import type { ResourceName } from '../../../../compiler/ir/resources.ts';
import { emitWith } from '../../../support/emissions.ts';
import { policyOf, scratch, targetOf } from '../../../support/policies.ts';

function limited(
  by: Partial<Record<ResourceName, number>>,
  target: Partial<Target> = {},
  identity: Identity = { kind: 'invoker' },
) {
  const policy = policyOf({ limits: by, entries: [scratch('/tmp')], identity });
  const [, emission] = emitWith([mountView, limits], policy, targetOf(target));
  return { policy, limits: emission!.parts.limits, coverage: emission!.coverage.resources };
}

describe('resource limits', () => {
  it('carries the numbers of the kernel', () => {
    const all = limited({
      processes: 64,
      open_files: 256,
      file_size: 1_000_000,
      process_memory: 2 ** 31,
      cpu_time: 600,
      scratch_size: 2 ** 26,
    });
    expect(all.limits).toEqual([
      { resource: 6, name: 'RLIMIT_NPROC', maximum: 64 },
      { resource: 7, name: 'RLIMIT_NOFILE', maximum: 256 },
      { resource: 1, name: 'RLIMIT_FSIZE', maximum: 1_000_000 },
      { resource: 2, name: 'RLIMIT_DATA', maximum: 2 ** 31 },
      { resource: 0, name: 'RLIMIT_CPU', maximum: 600 },
    ]);
    expect(all.coverage).toEqual({ kind: 'exact' });
  });

  it('is exact where the blueprint limits nothing', () => {
    expect(limited({})).toMatchObject({ limits: [], coverage: { kind: 'exact' } });
  });

  it("says that the kernel does not count root's processes", () => {
    const { coverage, policy } = limited({ processes: 64 }, { privilege: 'root' });
    expect(coverage).toMatchObject({
      kind: 'looser',
      gap: 'resources/processes-of-root',
      witness: { facet: 'resources', resource: 'processes', amount: 65 },
    });
    if (coverage.kind === 'looser') expect(decide(policy, coverage.witness).verdict).toBe('deny');
  });

  it('counts every process of the user that root becomes', () => {
    const nobody = { kind: 'user', user: 'nobody', uid: 65534, gid: 65534 } as const;
    expect(limited({ processes: 64 }, { privilege: 'root' }, nobody).coverage.kind).toBe('stricter');
  });

  it("says that without user namespaces all of the user's processes count", () => {
    expect(limited({ processes: 64 }, { userNamespaces: false }).coverage.kind).toBe('stricter');
  });

  it('leaves processes and the size of scratch folders to the container', () => {
    expect(limited({ processes: 64, open_files: 256 }, { engine: 'docker' }).limits).toEqual([
      { resource: 7, name: 'RLIMIT_NOFILE', maximum: 256 },
    ]);
    for (const name of ['processes', 'scratch_size'] as const) {
      const policy = policyOf({ limits: { [name]: 64 }, entries: [scratch('/tmp')] });
      const [emission] = emitWith([limits], policy, targetOf({ engine: 'docker' }));
      expect(emission!.coverage.resources).toMatchObject({ kind: 'looser', witness: { resource: name } });
    }
  });
});
