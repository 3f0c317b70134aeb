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
  const [own, others] = [meaningsOf(policy), meaningsOf(inherited.policy)];
  return candidates(subject.resolved).flatMap(({ id, span, what }) => {
    const [said = [], already] = [own.get(id), others.get(id)];
    if (already === undefined || !isOwn(subject, span)) return [];
    if (!isDeepStrictEqual(strip(said), strip(already))) return [];
    const from = already[0]!.grant.origin.file;
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

/** By the grant's name; the endpoints of a network policy together. */
function meaningsOf({ filesystem, process, resources, egress }: Policy): Map<string, Entry[]> {
  const all: readonly Entry[] = [
    ...filesystem.entries,
    ...process.environment,
    ...resources.limits,
    ...egress.entries,
  ];
  const byName = new Map<string, Entry[]>();
  for (const entry of all) {
    const { id } = entry.grant;
    const name = id.startsWith('egress:') ? id.slice(0, id.lastIndexOf('#')) : id;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [entry]);
    else known.push(entry);
  }
  return byName;
}

/** The meaning alone: not where it stands, nor who answers for it. */
function strip(entries: readonly Entry[]): unknown[] {
  return entries.map((entry) => {
    const { grant, ...meaning } = entry as Entry & Partial<EgressEntry>;
    const { approval } = grant;
    return { ...meaning, expiresAt: approval?.expiresAt ?? null, maxUses: approval?.maxUses ?? null };
  });
}
