import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { unescaped } from './spelling.ts';

/**
 * What a YAML file of a repository is for us. `tests` and `guardrails` say something about policies. `broken`: it cannot be read as a policy, but it names itself as one or has
 * sections that only policies have, so it must not be passed over.
 */
export type PolicyKind = 'policy' | 'part' | 'tests' | 'guardrails' | 'broken' | 'other';

const SECTIONS = /nemoclaw\.dev\/|^\s*["']?(?:network_policies|filesystem_policy)["']?\s*:/m;

export function policyKind(path: string, bytes: Uint8Array): PolicyKind {
  const parsed = parseSource(path, bytes);
  if (parsed.kind === 'blueprint') return 'policy';
  if (parsed.kind === 'part' || parsed.kind === 'guardrails') return parsed.kind;
  if (parsed.kind === 'policy-test') return 'tests';
  if (parsed.kind === 'controls' || parsed.kind === 'target') return 'other';
  return SECTIONS.test(unescaped(bytes)) ? 'broken' : 'other';
}
