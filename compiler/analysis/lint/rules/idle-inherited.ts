import { isDeepStrictEqual } from 'node:util';
import { lintInheritedAlready } from '../../../diagnostics/catalog/lint/redundant.ts';
import type { EgressEntry } from '../../../ir/egress.ts';
import type { Grant } from '../../../ir/origin.ts';
import type { Policy } from '../../../ir/policy.ts';
import type { Resolved } from '../../../resolve/resolved.ts';
import type { Span } from '../../../source/span.ts';
import { type Finding, finding } from '../finding.ts';
import { isOwn, type Subject } from '../subject.ts';

/** What a blueprint says again although what it extends says it already, in the same words or others. */
export function idleInherited(subject: Subject): Finding[] {
  const { inherited, policy } = subject;
  if (inherited === null) return [];
  return candidates(subject.resolved).flatMap(({ id, span, what }) => {
    if (!isOwn(subject, span)) return [];
    const own = meaningsOf(policy, id);
    const other = meaningsOf(inherited.policy, id);
    if (own.length === 0 || !isDeepStrictEqual(strip(own), strip(other))) return [];
    const from = other[0]!.grant.origin.file;
    return [finding(lintInheritedAlready, span, { what, from })];
  });
}

interface Candidate {
  /** Of the grants that it becomes. */
  readonly id: string;
  readonly span: Span;
  readonly what: string;
}

function candidates({ paths, environment, limits, network }: Resolved): Candidate[] {
  const named = (kind: string, { value, span }: { value: string; span: Span }, what: string) => ({
    id: `${kind}:${value}`,
    span,
    what,
  });
  return [
    ...paths.map(({ item }) => named('filesystem', item.path, `\`${item.path.value}\``)),
    ...environment.map(({ item }) => named('process', item.name, `\`${item.name.value}\``)),
    ...limits.map(({ item }) => named('resources', item.name, `\`${item.name.value}\``)),
    ...network.map(({ item }) => named('egress', item.key, `the network policy \`${item.key.value}\``)),
  ];
}

interface Entry {
  readonly grant: Grant;
}

function meaningsOf({ filesystem, process, resources, egress }: Policy, id: string): readonly Entry[] {
  const [kind] = id.split(':');
  const byKind: Readonly<Record<string, readonly Entry[]>> = {
    filesystem: filesystem.entries,
    process: process.environment,
    resources: resources.limits,
    egress: egress.entries,
  };
  const endpoint = (entry: Entry) => entry.grant.id.startsWith(`${id}#`);
  return (byKind[kind!] ?? []).filter((entry) => entry.grant.id === id || endpoint(entry));
}

/** The meaning alone: not where it stands, nor who answers for it. */
function strip(entries: readonly Entry[]): unknown[] {
  return entries.map((entry) => {
    const { grant, ...meaning } = entry as Entry & Partial<EgressEntry>;
    const { approval } = grant;
    return { ...meaning, expiresAt: approval?.expiresAt ?? null, maxUses: approval?.maxUses ?? null };
  });
}
