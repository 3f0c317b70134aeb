import type { Policy } from '../../ir/policy.ts';
import { type CredentialReach, reachOfCredentials } from './credentials.ts';
import { type EgressReach, reachOfEgress } from './egress.ts';
import { type FileReach, reachOfFiles } from './files.ts';
import {
  type ModelReach,
  type ProcessReach,
  type ResourceReach,
  reachOfModels,
  reachOfProcess,
  reachOfResources,
} from './others.ts';
import { reachOfSyscalls, type SyscallReach } from './syscalls.ts';

/** What an agent can reach under a policy, side by side, each part with the grant that lets it. Plain values. */
export interface Reach {
  readonly files: FileReach;
  readonly syscalls: SyscallReach;
  readonly process: ProcessReach;
  readonly egress: EgressReach;
  readonly credentials: readonly CredentialReach[];
  readonly models: ModelReach;
  readonly resources: ResourceReach;
}

/**
 * What the agent can reach, read off a policy without asking about single accesses. It lists what is written, entry by
 * entry; what becomes of one access is said by `decide`, and a test holds that the two agree.
 *
 * @param now milliseconds since 1970 UTC; entries that ended before are marked
 */
export function reach(policy: Policy, now: number): Reach {
  return {
    files: reachOfFiles(policy.filesystem),
    syscalls: reachOfSyscalls(policy.syscalls),
    process: reachOfProcess(policy.process),
    egress: reachOfEgress(policy.egress, now),
    credentials: reachOfCredentials(policy.credentials, now),
    models: reachOfModels(policy.inference),
    resources: reachOfResources(policy.resources),
  };
}
