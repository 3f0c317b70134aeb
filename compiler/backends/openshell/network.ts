import {
  exportDescendants,
  exportExpiry,
  exportHash,
  exportMaxUses,
  exportWildcard,
} from '../../diagnostics/catalog/exported.ts';
import type { EgressEntry, EgressPolicy } from '../../ir/egress.ts';
import { type Draft, draftOf, leftOut } from './endpoints.ts';
import { pathPatterns } from './patterns.ts';
import { settle } from './settle.ts';
import type { Plain, Translation } from './translation.ts';

/** Keys of rules that OpenShell keeps for itself. */
const RESERVED = /^_provider_/;

/** `network_policies`, by the keys that the blueprint has. */
export function exportNetwork(egress: EgressPolicy, translation: Translation): Record<string, Plain> {
  const drafts = egress.entries.flatMap((entry) => {
    const binaries = binariesOf(entry);
    const draft = binaries === null ? null : draftOf(entry, translation);
    if (binaries === null) leftOut(entry, 'a pattern would take too many of OpenShell', translation);
    return draft === null ? [] : [draft];
  });
  const { kept, skipped } = settle(drafts, translation);
  const byKey = new Map<string, Draft[]>();
  for (const draft of kept) {
    reportGrant(draft.entry, translation);
    const key = keyOf(draft.entry);
    byKey.set(key, [...(byKey.get(key) ?? []), draft]);
  }
  const policies = [...byKey].map(([key, list]): [string, Plain] => [
    RESERVED.test(key) ? `policy${key}` : key,
    {
      endpoints: list.map((draft) => endpointOf(draft, skipped.has(draft))),
      binaries: binariesOf(list[0]!.entry)!.map((path) => ({ path })),
    },
  ]);
  return Object.fromEntries(policies);
}

/** The key in the blueprint, as the name of the grant has it: `egress:KEY#3`. */
function keyOf({ grant }: EgressEntry): string {
  return grant.id.replace(/^egress:/, '').replace(/#\d+$/, '');
}

function endpointOf({ entry, ports, allowedIps, requests }: Draft, mayStayClosed: boolean): Plain {
  const [first, ...others] = ports;
  return {
    host: entry.host.text,
    ...(others.length === 0 ? { port: first! } : { ports }),
    ...(mayStayClosed ? { tls: 'skip' } : {}),
    ...requests,
    ...(allowedIps === null ? {} : { allowed_ips: allowedIps }),
  };
}

/** Programs of an entry; the words for all of them are `/**`. Null where they would take too many patterns. */
function binariesOf({ binaries }: EgressEntry): string[] | null {
  if (binaries.kind !== 'only') return ['/**'];
  const all = binaries.of.map(({ path }) =>
    path.text === '/**' ? ['/**'] : pathPatterns(path.text)?.patterns,
  );
  return all.includes(undefined) ? null : [...new Set(all.flatMap((patterns) => patterns!))];
}

function reportGrant({ binaries, grant }: EgressEntry, translation: Translation): void {
  const { expiresAt = null, maxUses = null } = grant.approval ?? {};
  if (expiresAt !== null) translation.change(exportExpiry, grant, { what: grant.id });
  if (maxUses !== null) translation.change(exportMaxUses, grant, { what: grant.id });
  if (binaries.kind !== 'only') return;
  for (const { path, sha256 } of binaries.of) {
    if (sha256 !== null) translation.change(exportHash, grant, { path: path.text });
    const mayCross = path.text !== '/**' && pathPatterns(path.text)?.mayCross;
    if (mayCross) translation.change(exportWildcard, grant, { pattern: path.text });
    if (path.text !== '/**') translation.changeOnce(exportDescendants, grant, {});
  }
}
