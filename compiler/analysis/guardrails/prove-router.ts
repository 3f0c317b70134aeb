import { hostMatches } from '../../domain/host.ts';
import { contains, intervalSet } from '../../domain/interval-set.ts';
import { methodIndex, methodsInclude } from '../../domain/method.ts';
import { ALL } from '../../ir/extent.ts';
import type { InferenceRoute } from '../../ir/inference.ts';
import type { Policy } from '../../ir/policy.ts';
import type { EgressSet } from './guardrail.ts';
import { PROVED, type Proof } from './proof.ts';
import { endpointHost, proveInference } from './prove-others.ts';

/** As the model router asks for a completion. */
const CALLS = methodIndex('POST')!;
const ANY_CALL = { providers: ALL, hosts: ALL, models: ALL };

/**
 * Looks for an endpoint of a model that a guardrail about the network forbids: the agent reaches it through the model
 * router. Only guardrails that name hosts or addresses speak of it, and none that names programs, for the router asks for
 * them all. Which paths the router asks for is not known, so it may be any.
 */
export function proveRouter(policy: Policy, set: EgressSet): Proof {
  const { hosts, addresses, binaries, methods, streamsOnly } = set;
  const namesNone = hosts.kind !== 'only' && addresses.kind !== 'only';
  const isCalled = methods.kind !== 'only' || methodsInclude(methods.of, CALLS);
  if (namesNone || binaries.kind === 'only' || streamsOnly || !isCalled) return PROVED;
  const routes = policy.inference.routes.filter((route) => isForbidden(route, set));
  return proveInference({ ...policy, inference: { ...policy.inference, routes } }, ANY_CALL);
}

/** A name is dialled at what it resolves to, where a policy cannot see an address that a guardrail forbids. */
function isForbidden({ endpoint }: InferenceRoute, { hosts, addresses, ports }: EgressSet): boolean {
  const host = endpointHost(endpoint);
  const { port, protocol } = new URL(endpoint);
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  if (ports.kind === 'only' && !ports.of.some(({ low, high }) => low <= number && number <= high))
    return false;
  if (host === null) return true;
  if (hosts.kind === 'only' && !hosts.of.some((pattern) => hostMatches(pattern, host))) return false;
  if (addresses.kind !== 'only') return true;
  return host.kind === 'address' && contains(intervalSet(addresses.of), host.address);
}
