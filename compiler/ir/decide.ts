import type { Access } from './access.ts';
import { decideEgress } from './decide/egress.ts';
import { decideFile } from './decide/filesystem.ts';
import { decideInference } from './decide/inference.ts';
import { decideProcess } from './decide/process.ts';
import { decideResource } from './decide/resources.ts';
import { decideSyscallUse } from './decide/syscalls.ts';
import type { Decision } from './decision.ts';
import type { Policy } from './policy.ts';

/**
 * The meaning of a policy: what becomes of one access. Everything else in the project that says what an agent may do
 * (backends, differences, the gateway, probes) is tested against this function. Never throws; an access that cannot
 * exist, such as a relative path, is denied as invalid.
 */
export function decide(policy: Policy, access: Access): Decision {
  switch (access.facet) {
    case 'filesystem':
      return decideFile(policy.filesystem, access);
    case 'syscalls':
      return decideSyscallUse(policy.syscalls, access);
    case 'process':
      return decideProcess(policy.process, access);
    case 'egress':
      return decideEgress(policy.egress, access);
    case 'inference':
      return decideInference(policy.inference, access);
    case 'resources':
      return decideResource(policy.resources, access);
  }
}
