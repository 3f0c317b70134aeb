import type { Refusal } from '../refusal.ts';
import type { Refused } from '../surroundings.ts';

const REASONS = {
  denied: 'an entry of the blueprint denies it',
  'not-included': 'no entry of the blueprint includes it',
  expired: 'the grant for it has ended',
  'not-granted': 'no entry of the blueprint allows it',
  'invalid-access': 'it could be read as more than one thing, or as none',
} as const;

/** A refusal without a request of it, where nobody collects requests. */
export function plainRefusal({ access, decision, caller }: Refused): Refusal {
  const { host, port, http } = access;
  const what = http === null ? `reach ${host}:${port}` : `send ${http.method} to ${host}:${port}`;
  return {
    status: decision.why === 'invalid-access' ? 400 : 403,
    why: decision.why,
    message: `${caller.binary} may not ${what}: ${REASONS[decision.why]}`,
    request: null,
    nearest: decision.by?.id ?? null,
    next: 'ask for it in the blueprint; `nemoclaw can` tries what it would take',
  };
}
