import type { IdentityAccess } from '../access.ts';
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
