import { type Difference, difference } from '../../compiler/analysis/difference/difference.ts';
import type { Plain } from '../../compiler/edit/document-text.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import type { SourceReader } from '../../compiler/source/source-reader.ts';

/** A policy that says nothing but these network policies, by which the meaning of an edit is checked. */
export function policyOfEntries(
  entries: Readonly<Record<string, Plain>>,
  reader: SourceReader,
  bindings: Bindings,
): Policy | null {
  const blueprint = {
    apiVersion: 'nemoclaw.dev/v1',
    kind: 'Blueprint',
    metadata: { name: 'entry' },
    filesystem_policy: { include_workdir: true },
    network_policies: entries,
  };
  // Not by way of the edited text: this is what the edit is compared with.
  return loadPolicy('entry.yaml', Buffer.from(JSON.stringify(blueprint)), reader, bindings).policy;
}

/**
 * Whether a policy means exactly what another one means together with the entries, no access more and none less: what the two
 * are put together to is compared with it, over all accesses.
 */
export function meansExactly(
  old: Policy,
  next: Policy,
  entries: Readonly<Record<string, Plain>>,
  reader: SourceReader,
  bindings: Bindings,
): boolean {
  const added = policyOfEntries(entries, reader, bindings);
  if (added === null) return false;
  const together = {
    ...old,
    egress: { entries: [...old.egress.entries, ...added.egress.entries] },
  } as Policy;
  return isEqual(difference(together, next)) && isEqual(difference(next, together));
}

function isEqual({ verdict, isComplete }: Difference): boolean {
  return verdict === 'equal' && isComplete;
}
