import type { Cause, Change, Direction, Side } from '../../analysis/difference/change.ts';
import type { Span } from '../../source/span.ts';
import type { Comparison } from './comparison.ts';

/** Everything that one entry caused in one direction, in the order of the difference: worst first. */
export interface CauseGroup {
  readonly cause: Cause;
  readonly sets: readonly ShownSet[];
}

/** A change, and how many others say nothing beyond it: requests through a tunnel that is new as well. */
export interface ShownSet {
  readonly change: Change;
  readonly implied: number;
}

/** The changes of one direction by what caused them. */
export function groupsOf(changes: readonly Change[], direction: Direction): readonly CauseGroup[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    if (change.direction !== direction) continue;
    const key = causeKey(change.cause);
    const known = groups.get(key);
    if (known) known.push(change);
    else groups.set(key, [change]);
  }
  return [...groups.values()].map((group) => ({ cause: group[0]!.cause, sets: folded(group) }));
}

/** The first sets of groups, worst first, and how many more there are. */
export function mostOf(
  groups: readonly CauseGroup[],
  most: number | null,
): { readonly groups: readonly CauseGroup[]; readonly left: number } {
  const all = groups.reduce((sum, { sets }) => sum + sets.length, 0);
  if (most === null || all <= most) return { groups, left: 0 };
  let room = most;
  const shown: CauseGroup[] = [];
  for (const { cause, sets } of groups) {
    if (room <= 0) break;
    shown.push({ cause, sets: sets.slice(0, room) });
    room -= sets.length;
  }
  return { groups: shown, left: all - most };
}

function causeKey({ kind, policy, grant: { id, origin } }: Cause): string {
  return JSON.stringify([kind, policy, id, origin.file, origin.line, origin.column]);
}

/** Whoever may open a stream that nobody looks into may send any request through it. */
function folded(changes: readonly Change[]): readonly ShownSet[] {
  const tunnels = changes.filter(isTunnel);
  const implied = new Map<Change, number>();
  const rest = changes.filter((change) => {
    if (isTunnel(change)) return true;
    const tunnel = change.facet === 'egress' ? tunnels.find((one) => passesThrough(change, one)) : undefined;
    if (tunnel !== undefined) implied.set(tunnel, (implied.get(tunnel) ?? 0) + 1);
    return tunnel === undefined;
  });
  return rest.map((change) => ({ change, implied: implied.get(change) ?? 0 }));
}

function isTunnel({ facet, witness }: Change): boolean {
  return facet === 'egress' && witness?.facet === 'egress' && witness.http === null;
}

/** Sides that only requests have; the others say who is reached and by what. */
const OF_REQUESTS = /^(?:seen as|method|path|query .*)$/s;

/** Whether every connection of the set is one of the tunnel; judged by the words, so only where it is plain. */
function passesThrough(change: Change, tunnel: Change): boolean {
  return tunnel.sides
    .filter(({ name }) => !OF_REQUESTS.test(name))
    .every((side) =>
      isWithin(
        change.sides.find(({ name }) => name === side.name),
        side,
      ),
    );
}

function isWithin(side: Side | undefined, wider: Side): boolean {
  if (side === undefined) return false;
  const known = new Set(wider.terms.map((term) => JSON.stringify(term)));
  return side.terms.every((term) => known.has(JSON.stringify(term)));
}

/** A cause's entry in the text where it stands; null for what has no text, such as a profile. */
export function spanOf({ policy, grant: { origin } }: Cause, { old, next }: Comparison): Span | null {
  const source = (policy === 'old' ? old : next).files.get(origin.file);
  if (source === undefined) return null;
  const start = source.offsetOf(origin);
  return { source, start, end: start + lengthOfValue(source.lineText(origin.line), origin.column) };
}

/** To the end of the quoted text or of the word; one character at least. */
function lengthOfValue(line: string, column: number): number {
  const rest = line.slice(column - 1);
  const found = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,\]}]+(?=:\s|:$)|[^\s,\]}]+)/.exec(rest);
  return Math.max(1, found?.[0].length ?? 1);
}
