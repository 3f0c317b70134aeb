import { createHash } from 'node:crypto';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import type { Entry } from './entry.ts';

/** What the commit of a proposal says beside its change. */
export interface CommitWords {
  readonly sandbox: string;
  readonly entries: readonly Entry[];
  readonly reason: string;
  readonly requests: readonly string[];
  /** Digests of lines of the audit log. */
  readonly audit: readonly string[];
  /** Digests of the policy before and after. */
  readonly policies: readonly [old: string, next: string];
  /** Whether it was let through already, see `egress allow`. */
  readonly isRetrospective: boolean;
}

/** How many entries of a policy, at most, were made for one of the requests. */
export function roundOf(requests: readonly string[], { egress }: Policy): number {
  const made = new Map<string, Set<string>>();
  for (const { grant } of egress.entries) {
    const [, key, id] = /^egress:((req-[0-9a-f]{12})(?:-\d+)?)#/.exec(grant.id) ?? [];
    if (key !== undefined && id !== undefined) made.set(id, (made.get(id) ?? new Set()).add(key));
  }
  return Math.max(0, ...requests.map((id) => made.get(id)?.size ?? 0));
}

export const LONGEST_SUBJECT = 72;
export const REQUEST_TRAILER = 'Nemoclaw-Request';
const RETROSPECTIVE = 'Nemoclaw-Retrospective: yes';

/**
 * The name of the branch follows from the requests and holds only what is harmless everywhere.
 *
 * @param round how often they were granted before; a grant that has ended is asked for anew
 */
export function branchFor(requests: readonly string[], round: number): string {
  const sorted = [...requests].sort();
  const [first, ...others] = sorted;
  const again = round === 0 ? '' : `-again-${round}`;
  if (others.length === 0) return `nemoclaw/egress/${first}${again}`;
  const digest = createHash('sha256').update(sorted.join('\n')).digest('hex').slice(0, 12);
  return `nemoclaw/egress/${first}-and-${others.length}-${digest}${again}`;
}

/**
 * Subject, reason and trailers. What an agent or a person wrote stands on one line, so that it forms no trailer and no second
 * paragraph at the end.
 */
export function commitMessage({
  sandbox,
  entries,
  reason,
  requests,
  audit,
  policies,
  isRetrospective,
}: CommitWords): string {
  const places = [
    ...new Set(
      entries.flatMap(({ endpoints }) => endpoints.map(({ host, ports }) => `${host}:${ports.join(',')}`)),
    ),
  ];
  const trailers = [
    ...requests.map((id) => `${REQUEST_TRAILER}: ${id}`),
    ...audit.map((digest) => `Nemoclaw-Audit: ${digest}`),
    `Nemoclaw-Sandbox: ${sandbox}`,
    `Nemoclaw-Policy: ${policies.join(' -> ')}`,
    ...(isRetrospective ? [RETROSPECTIVE] : []),
  ];
  return `${titleOf(sandbox, places)}\n\nReason: ${oneLine(reason)}\n\n${trailers.join('\n')}\n`;
}

/** The first line of the commit and the title of a pull request. */
export function titleOf(sandbox: string, places: readonly string[]): string {
  const [first = 'a connection', ...others] = places;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const title = `Let ${oneLine(sandbox)} reach ${oneLine(first)}${more}`;
  return title.length <= LONGEST_SUBJECT ? title : `${title.slice(0, LONGEST_SUBJECT - 3)}...`;
}

/** What a commit says that it answers. */
export function requestsIn(message: string): string[] {
  const trailer = new RegExp(`^${REQUEST_TRAILER}: (req-[0-9a-f]{12})$`, 'gm');
  return [...trailersOf(message).matchAll(trailer)].map(([, id]) => id!);
}

/** Whether a commit says that what it asks for was let through already. */
export function saysRetrospective(message: string): boolean {
  return trailersOf(message).split('\n').includes(RETROSPECTIVE);
}

function trailersOf(message: string): string {
  return message.trimEnd().split('\n\n').at(-1)!;
}

/** With nothing that ends a line or forms a trailer. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, ' ').trim());
}
