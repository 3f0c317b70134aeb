import type { Identity } from '../../ir/process.ts';
import type { ResourceLimit, ResourceName } from '../../ir/resources.ts';
import type { Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING, EXACT, type FacetCoverage } from '../coverage.ts';
import type { RuntimeLimit } from '../parts.ts';
import type { Target } from '../target.ts';
import { canMount } from '../target-abilities.ts';

const name = 'limits';

/** Numbers of include/uapi/asm-generic/resource.h, which x86_64 and aarch64 use unchanged. */
const RUNTIME_LIMITS: Partial<Record<ResourceName, Omit<RuntimeLimit, 'maximum'>>> = {
  cpu_time: { resource: 0, name: 'RLIMIT_CPU' },
  file_size: { resource: 1, name: 'RLIMIT_FSIZE' },
  process_memory: { resource: 2, name: 'RLIMIT_DATA' },
  processes: { resource: 6, name: 'RLIMIT_NPROC' },
  open_files: { resource: 7, name: 'RLIMIT_NOFILE' },
};

/**
 * Resource limits of setrlimit(2), soft and hard the same. In a container the processes are counted by Docker instead,
 * because RLIMIT_NPROC there counts every process of that user id on the host. The size of scratch folders is set where
 * they are mounted.
 */
export const limits: Backend = {
  name,
  summary: 'resource limits of the kernel for each process and for the whole sandbox',
  engines: ['process', 'docker'],
  emit(inputs: Inputs): Emission {
    const { policy, target } = inputs;
    const runtimeLimits = policy.resources.limits.flatMap((limit) => {
      const known = RUNTIME_LIMITS[limit.name];
      if (!known || (limit.name === 'processes' && target.engine === 'docker')) return [];
      return [{ ...known, maximum: limit.maximum }];
    });
    return {
      backend: name,
      artifacts: [],
      coverage: { ...COVERS_NOTHING, resources: resourceCoverage(inputs) },
      diagnostics: [],
      parts: { limits: runtimeLimits },
    };
  },
};

function resourceCoverage({ policy, target, parts }: Inputs): FacetCoverage {
  const { limits: wanted } = policy.resources;
  const scratch = wanted.find((limit) => limit.name === 'scratch_size');
  const hasScratch = policy.filesystem.entries.some(({ source }) => source === 'scratch');
  const makesScratch = target.engine === 'docker' || canMount(target);
  if (scratch && hasScratch && makesScratch && parts.mountView === null) {
    return exceeded(
      scratch,
      'resources/scratch-size',
      'the size of scratch folders is set where they are mounted',
    );
  }
  const processes = wanted.find((limit) => limit.name === 'processes');
  return processes ? processCoverage(processes, target, policy.process.identity) : EXACT;
}

/**
 * The kernel exempts processes whose user id outside is 0, whatever it is inside (kernel/fork.c, copy_process). Root
 * that becomes another user needs no user namespace, and then all processes of that user count.
 */
function processCoverage(limit: ResourceLimit, target: Target, identity: Identity): FacetCoverage {
  if (target.engine === 'docker') {
    return exceeded(limit, 'resources/processes', 'the launcher does not count processes in a container');
  }
  const isRootOutside = target.privilege === 'root' && identity.kind === 'invoker';
  if (isRootOutside) {
    return exceeded(limit, 'resources/processes-of-root', "the kernel does not count root's processes");
  }
  if (target.privilege === 'rootless' && target.userNamespaces) return EXACT;
  return {
    kind: 'stricter',
    why: "without a user namespace the user's processes outside the sandbox count against `processes` too",
  };
}

function exceeded({ name: resource, maximum }: ResourceLimit, gap: string, why: string): FacetCoverage {
  return { kind: 'looser', gap, why, witness: { facet: 'resources', resource, amount: maximum + 1 } };
}
