import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import { readerOver } from './reader.ts';

export const testBindings: Bindings = {
  workdir: '/work/project',
  home: '/home/agent',
  variables: {},
  users: { alice: { uid: 1001, gid: 1001 } },
  groups: { alice: 1001 },
};

/** Loads a blueprint from text, with the shipped presets, and gives the policy and all findings. */
export function load(text: string, bindings: Partial<Bindings> = {}, files: Record<string, string> = {}) {
  return loadPolicy('agent.yaml', new TextEncoder().encode(text), readerOver(files), {
    ...testBindings,
    ...bindings,
  });
}

/** A blueprint with the given sections under the usual head. */
export function blueprint(sections: string): string {
  return `apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata:\n  name: test\n${sections}`;
}

/** The policy of a blueprint that must be right. */
export function policyOf(text: string, bindings: Partial<Bindings> = {}): Policy {
  const { policy, diagnostics } = load(text, bindings);
  if (policy === null) throw new Error(diagnostics.map(describe).join('\n'));
  return policy;
}

/** `name @ underlined text`, the two things that a test asserts of a finding. */
export function describe(diagnostic: Diagnostic): string {
  const { primary } = diagnostic;
  const text = primary === null ? '' : primary.source.text.slice(primary.start, primary.end);
  return `${diagnostic.name} @ ${text}`;
}
