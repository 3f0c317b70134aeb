import { createHash } from 'node:crypto';
import { egressTooComplex } from '../diagnostics/catalog/egress.ts';
import { syscallsTooComplex } from '../diagnostics/catalog/syscall-rules.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose } from '../diagnostics/entry.ts';
import { canonicalForm } from '../domain/diagram/canonical.ts';
import { canonicalCredentials } from './canonical/credentials.ts';
import { canonicalFilesystem } from './canonical/filesystem.ts';
import { canonicalInference } from './canonical/inference.ts';
import { canonicalProcess } from './canonical/process.ts';
import { canonicalSyscalls } from './canonical/syscalls.ts';
import { egressDiagram } from './egress-diagram.ts';
import type { Policy } from './policy.ts';

/** Changes whenever the same meaning would be written in other bytes. */
const FORM = 'nemoclaw policy 2';

/**
 * The meaning of a policy as bytes: equal for two policies exactly when `decide` gives every access the same verdict,
 * and each of their credentials may go to the same places,
 * whatever the order, the origin and the wording of their entries. Names, owners and reasons are no meaning.
 *
 * @returns null when egress patterns or conditions of syscalls are too intricate to be compared; the diagnostic says so
 */
export function canonicalPolicy(policy: Policy): {
  bytes: Uint8Array | null;
  diagnostics: readonly Diagnostic[];
} {
  const egress = egressDiagram(policy.egress);
  if (!egress.ok) {
    const finding = diagnose(egressTooComplex, policy.origin.span, { dimension: egress.dimension });
    return { bytes: null, diagnostics: [finding] };
  }
  const syscalls = canonicalSyscalls(policy.syscalls);
  if (!syscalls.ok) {
    const asked = policy.syscalls.entries.findLast(({ rule }) => rule.name === syscalls.call);
    const { span } = asked?.grant.origin ?? policy.origin;
    return { bytes: null, diagnostics: [diagnose(syscallsTooComplex, span, { call: syscalls.call })] };
  }
  const rest = JSON.stringify({
    filesystem: canonicalFilesystem(policy.filesystem),
    syscalls: syscalls.form,
    process: canonicalProcess(policy.process),
    inference: canonicalInference(policy.inference),
    resources: policy.resources.limits.map(({ name, maximum }) => [name, maximum]),
    // Left out where there are none, so that a policy without credentials has the form that it always had.
    ...(policy.credentials.length === 0 ? {} : { credentials: canonicalCredentials(policy.credentials) }),
  });
  const head = new TextEncoder().encode(`${FORM}\n${rest}\n`);
  return { bytes: Buffer.concat([head, canonicalForm(egress.diagram)]), diagnostics: [] };
}

/** SHA-256 over the canonical form, as `sha256:` and hexadecimal digits. */
export function policyDigest(policy: Policy): PolicyDigest {
  let digest = digests.get(policy);
  if (digest === undefined) {
    const { bytes, diagnostics } = canonicalPolicy(policy);
    const value =
      bytes === null ? null : (`sha256:${createHash('sha256').update(bytes).digest('hex')}` as const);
    digest = { value, diagnostics };
    digests.set(policy, digest);
  }
  return digest;
}

interface PolicyDigest {
  readonly value: `sha256:${string}` | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A sealed policy never changes, and its canonical form is what takes time in compiling it. */
const digests = new WeakMap<Policy, PolicyDigest>();
