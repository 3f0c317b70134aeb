import {
  exportApproval,
  exportCredential,
  exportEnvironment,
  exportExpiry,
  exportIdentity,
  exportLimit,
  exportRoute,
  exportSyscallAllowed,
  exportSyscallRule,
  exportSyscalls,
} from '../../diagnostics/catalog/exported.ts';
import type { Grant } from '../../ir/origin.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Plain, Translation } from './translation.ts';

/** The user of OpenShell's images, who is the same in a blueprint. */
const SANDBOX = { user: 'sandbox', uid: 1000, gid: 1000 };

/** `process`: `sandbox` or a number, and never root ("Process" of OpenShell's policy schema reference). */
export function exportProcess({ process }: Policy, translation: Translation): Record<string, Plain> {
  const { identity, grant } = process;
  translation.change(exportEnvironment, grant, {});
  if (identity.kind === 'invoker' || identity.uid === 0 || identity.gid === 0) {
    translation.change(exportIdentity, grant, {});
    return {};
  }
  const isSandbox = identity.user === SANDBOX.user && identity.uid === SANDBOX.uid;
  return {
    process: {
      run_as_user: isSandbox ? SANDBOX.user : String(identity.uid),
      run_as_group: isSandbox && identity.gid === SANDBOX.gid ? SANDBOX.user : String(identity.gid),
    },
  };
}

/** What a policy of OpenShell has no words for. */
export function reportUnsaid(
  { syscalls, resources, credentials, inference, process }: Policy,
  translation: Translation,
): void {
  translation.change(exportSyscalls, syscalls.entries[0]?.grant ?? process.grant, {});
  const seen = new Set<Grant>();
  for (const { rule, grant } of syscalls.entries) {
    if (grant.id.startsWith('syscalls:profile') || seen.has(grant)) continue;
    seen.add(grant);
    const kind = rule.effect.kind === 'allow' ? exportSyscallAllowed : exportSyscallRule;
    translation.change(kind, grant, { name: grant.id.replace(/^syscalls:/, '') });
  }
  for (const { name, grant } of resources.limits) translation.change(exportLimit, grant, { name });
  for (const { name, grant } of credentials) translation.change(exportCredential, grant, { name });
  for (const { name, grant } of inference.routes) translation.change(exportRoute, grant, { name });
}

/** Once a grant: owner and reason are lost with it, and outside of the network its end as well. */
export function reportApprovals(policy: Policy, translation: Translation): void {
  const { filesystem, syscalls, process, egress, credentials, inference, resources } = policy;
  const elsewhere = [
    filesystem.entries,
    syscalls.entries,
    process.environment,
    credentials,
    inference.routes,
    resources.limits,
  ];
  const network = new Set(egress.entries.map(({ grant }) => grant));
  const all = [...elsewhere.flat().map(({ grant }) => grant), ...network];
  for (const grant of new Set(all)) {
    const { approval } = grant;
    if (approval === null) continue;
    translation.change(exportApproval, grant, { id: grant.id });
    if (approval.expiresAt !== null && !network.has(grant)) {
      translation.change(exportExpiry, grant, { what: grant.id });
    }
  }
}
