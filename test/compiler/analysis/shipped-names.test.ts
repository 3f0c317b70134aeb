import { expect, it } from 'vitest';
import { proveGrants } from '../../../compiler/analysis/guardrails/prove-requirements.ts';
import { loadPolicy } from '../../../compiler/load-policy.ts';
import { blueprint, testBindings } from '../../support/policy.ts';
import { readerOver } from '../../support/reader.ts';

const REQUIREMENT = {
  say: ['owner'],
  of: ['wildcard_hosts'],
  outside: ['preset:discord'],
  withinDays: null,
} as const;
const TUNNEL = `filesystem_policy: { include_workdir: true }
network_policies:
  x: { endpoints: [{ host: "*.evil.example", port: 443, protocol: tcp }], binaries: [/usr/bin/curl] }
`;

function outcome(name: string, text: string, files: Record<string, string> = {}) {
  const { policy, diagnostics } = loadPolicy(
    name,
    new TextEncoder().encode(text),
    readerOver(files),
    testBindings,
  );
  if (policy === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return proveGrants(policy, REQUIREMENT, 0).outcome;
}

it('a file that is called like a shipped preset is none', () => {
  const extending = blueprint(
    'extends: [{ file: "preset:discord" }]\nfilesystem_policy: { include_workdir: true }\n',
  );
  expect(outcome('agent.yaml', extending, { './preset:discord': blueprint(TUNNEL) })).toBe('broken');
  expect(outcome('preset:discord', blueprint(TUNNEL))).toBe('broken');
});

it('a shipped preset is not replaced by a file of its name', () => {
  const text = blueprint('extends: [{ file: "preset:base" }, { tier: restricted }]\n');
  const part =
    'apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: base, description: x }\nfilesystem_policy: { read_write: [/opt] }\n';
  const { policy } = loadPolicy(
    'agent.yaml',
    new TextEncoder().encode(`${text}filesystem_policy: { include_workdir: true }\n`),
    readerOver({ './preset:base': part }),
    testBindings,
  );
  const paths = policy!.filesystem.entries.map(({ path }) => path as string);
  expect(paths).toContain('/opt');
  expect(paths).toContain('/usr');
});
