import { parseSource } from '../../compiler/frontend/parse-source.ts';

/**
 * What a YAML file of a repository is for us. `broken`: it cannot be read as a policy, but it names itself as one or has
 * sections that only policies have, so it must not be passed over.
 */
export type PolicyKind = 'policy' | 'part' | 'broken' | 'other';

const SECTIONS = /nemoclaw\.dev\/|^\s*["']?(?:network_policies|filesystem_policy)["']?\s*:/m;

export function policyKind(path: string, bytes: Uint8Array): PolicyKind {
  const parsed = parseSource(path, bytes);
  if (parsed.kind === 'blueprint') return 'policy';
  if (parsed.kind === 'part') return 'part';
  return SECTIONS.test(new TextDecoder().decode(bytes)) ? 'broken' : 'other';
}
