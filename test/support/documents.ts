import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileGuardrails } from '../../compiler/analysis/guardrails/compile.ts';
import { prove } from '../../compiler/analysis/guardrails/prove.ts';
import { NAMED_TARGETS } from '../../compiler/backends/named-targets.ts';
import { parseGuardrails } from '../../compiler/frontend/guardrails/front-end.ts';
import {
  type AuditDocument,
  auditDocument,
  type DocumentInputs,
} from '../../compiler/report/document/document.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import { load, testBindings } from './policy.ts';

const root = join(import.meta.dirname, '../..');

/** When documents of tests are written: 2026-01-01. */
export const NOW = Date.UTC(2026, 0, 1);

export const shippedText = (path: string) => readFileSync(join(root, 'blueprints', path), 'utf8');

/** The document about a blueprint that must be right, judged for Linux alone and against the shipped guardrails. */
export function documentOf(
  text: string,
  changed: Partial<DocumentInputs> = {},
  bindings: Partial<Bindings> = {},
): AuditDocument {
  const { policy, inputs, diagnostics } = load(text, bindings);
  if (policy === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { file } = parseGuardrails('guardrails:default', Buffer.from(shippedText('guardrails/default.yaml')));
  const all = { ...testBindings, ...bindings };
  const { guardrails } = compileGuardrails(file!, all, () => ({ policy: null, diagnostics: [] }));
  return auditDocument({
    version: '0.0.0',
    policy,
    file: 'agent.yaml',
    description: 'what it is for',
    owners: ['team@example.com'],
    inputs,
    placeName: 'linux-x86_64',
    bindings: all,
    targets: [{ name: 'linux-x86_64', target: NAMED_TARGETS['linux-x86_64']! }],
    guardrails: {
      source: 'guardrails:default',
      proofs: guardrails!.map((guardrail) => ({ guardrail, proof: prove(policy, guardrail.property, NOW) })),
    },
    controls: { source: 'none.yaml', name: 'none', description: null, controls: [] },
    now: NOW,
    dated: true,
    ...changed,
  });
}
