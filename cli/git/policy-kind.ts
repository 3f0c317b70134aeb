import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { readYaml } from '../../compiler/frontend/yaml/read.ts';
import { unescaped } from './spelling.ts';

/**
 * What a file of a repository is for us. `tests` and `guardrails` say something about policies. `broken`: it cannot be read as
 * a policy, but it names itself as one or has sections that only policies have, so it must not be passed over.
 */
export type PolicyKind = 'policy' | 'part' | 'tests' | 'guardrails' | 'broken' | 'other';

/** Files that are called YAML are meant for a program, however broken they are. */
export const YAML_NAME = /\.ya?ml$/i;
const SECTIONS = /nemoclaw\.dev\/|^\s*["']?(?:network_policies|filesystem_policy)["']?\s*:/m;

/**
 * Under a name that is not YAML's, only a file that is one YAML mapping and has such words among its own keys is a broken
 * policy. Whatever else holds them quotes them, as a page of documentation does: no command takes such a file for a policy, and one that extends it does not load.
 */
export function policyKind(path: string, bytes: Uint8Array): PolicyKind {
  const parsed = parseSource(path, bytes);
  if (parsed.kind === 'blueprint') return 'policy';
  if (parsed.kind === 'part' || parsed.kind === 'guardrails') return parsed.kind;
  if (parsed.kind === 'policy-test') return 'tests';
  if (parsed.kind === 'controls' || parsed.kind === 'target') return 'other';
  if (!SECTIONS.test(unescaped(bytes))) return 'other';
  return YAML_NAME.test(path) || saysSoItself(path, bytes) ? 'broken' : 'other';
}

/** Of a text that is no YAML there is no root. */
function saysSoItself(path: string, bytes: Uint8Array): boolean {
  const { root } = readYaml(path, bytes).tree;
  if (root?.kind !== 'mapping') return false;
  return root.entries.some(({ key, value }) => {
    const word = key.toLowerCase();
    if (word === 'network_policies' || word === 'filesystem_policy') return true;
    return (
      word === 'apiversion' && value.kind === 'scalar' && String(value.value).startsWith('nemoclaw.dev/')
    );
  });
}
