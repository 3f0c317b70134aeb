import type { Access, IdentityAccess } from '../access.ts';
import { allowedBy, type Decision, deniedBy, NOT_GRANTED } from '../decision.ts';
import { environmentEntryFor, type ProcessPolicy } from '../process.ts';

/** Which variables of the environment outside are seen inside, who the agent acts as; and that it is on its own. */
export function decideProcess(process: ProcessPolicy, access: IdentityAccess): Decision {
  if ('environment' in access) {
    const entry = environmentEntryFor(process, access.environment);
    if (entry === null) return NOT_GRANTED;
    return entry.value === null ? allowedBy(entry.grant) : deniedBy(entry.grant, 'not-included');
  }
  if ('reaches' in access) return NOT_GRANTED;
  const { identity } = process;
  if (identity.kind === 'invoker') return NOT_GRANTED;
  return access.uid === identity.uid ? allowedBy(process.grant) : deniedBy(process.grant, 'not-included');
}

/**
 * Whether nobody but who starts the agent decides an access: no user is named, so it acts as whoever that is, root as well.
 * `decideProcess` denies it, because no entry grants it.
 */
export function dependsOnStarter({ identity }: ProcessPolicy, access: Access): boolean {
  return access.facet === 'process' && 'uid' in access && identity.kind === 'invoker';
}
