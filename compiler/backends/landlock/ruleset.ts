import { PathTrie } from '../../domain/path-trie.ts';
import type { PathEntry } from '../../ir/filesystem.ts';
import type { Policy } from '../../ir/policy.ts';
import type { LandlockRuleset } from '../parts.ts';
import type { Target } from '../target.ts';
import { isInNamespaces } from '../target-abilities.ts';
import { handledFileRights, NETWORK_ABI, NETWORK_RIGHTS, SCOPE_ABI, SCOPES } from './abi.ts';

/** The ruleset with the masks of one ABI, which it then also requires; null at ABI 0. */
export function rulesetAt(abi: number, policy: Policy, target: Target): LandlockRuleset | null {
  if (abi === 0) return null;
  const handledFs = handledFileRights(abi);
  return {
    requiredAbi: abi,
    abi,
    handledFs,
    handledNet: abi < NETWORK_ABI ? 0 : handledNetwork(policy, target),
    scoped: abi < SCOPE_ABI ? 0 : SCOPES.abstract_unix_socket | SCOPES.signal,
    paths: reachable(policy.filesystem.entries, target)
      .filter(({ rights }) => (rights & handledFs) !== 0)
      .map(({ path, rights, optional }) => ({ path, rights: rights & handledFs, optional })),
    bestEffort: policy.filesystem.landlock === 'best_effort',
  };
}

/**
 * The entries whose paths show in the sandbox what the policy says. Without mounts the host's own folder must not stand
 * in for a private one; with them, nothing can be reached through a hidden folder.
 */
function reachable(entries: readonly PathEntry[], target: Target): readonly PathEntry[] {
  if (!isInNamespaces(target)) return entries.filter(({ source }) => source === 'host');
  const hidden = new PathTrie<PathEntry>();
  for (const entry of entries) if (entry.source === 'hidden') hidden.add(entry.path, entry);
  return entries.filter(({ path }) => hidden.mostSpecific(path) === null);
}

/**
 * In a network namespace of its own the agent may use its own loopback, as test servers do; the namespace is the
 * boundary. Without one this is what there is, and where something is granted connecting is left to whoever serves it.
 */
function handledNetwork(policy: Policy, target: Target): number {
  if (isInNamespaces(target)) return 0;
  const usesGateway = policy.egress.entries.length > 0 || policy.inference.routes.length > 0;
  return usesGateway ? NETWORK_RIGHTS.bind_tcp : NETWORK_RIGHTS.bind_tcp | NETWORK_RIGHTS.connect_tcp;
}
