/** Whether a pattern has a `*` or `?` that stays in its segment in some versions of OpenShell and crosses `/` in others. */
export function hasDisputedWildcard(pattern: string): boolean {
  return pattern.split('/').some((segment) => segment !== '**' && /[*?]/.test(segment));
}

/** The same pattern in a blueprint, where `**` may stand for no segment at all and OpenShell means one or more. */
export function withSegmentsBetween(pattern: string): string {
  return pattern.replace(/(?<=\/)\*\*(?=\/)/g, '*/**');
}

/**
 * Patterns that together cover every path that any version of OpenShell would match, for a denial. A segment that is
 * `*` becomes `**`; where `*` or `?` is a part of a segment, everything that begins the same way is covered.
 */
export function widestReading(pattern: string): readonly string[] {
  const segments = pattern.split('/').map((segment) => (segment === '*' ? '**' : segment));
  const partial = segments.findIndex((segment) => segment !== '**' && /[*?]/.test(segment));
  if (partial === -1) return [segments.join('/')];
  const beginning = segments[partial]!.replace(/[*?].*$/, '*');
  const reach = [...segments.slice(0, partial), beginning].join('/');
  return [reach, `${reach}/**`];
}

/** A pattern's text before its first wildcard and after its last; both the whole text where there is none. */
export interface Ends {
  readonly head: string;
  readonly tail: string;
  readonly isLiteral: boolean;
}

export function endsOf(pattern: string): Ends {
  const first = pattern.search(/[*?]/);
  if (first === -1) return { head: pattern, tail: pattern, isLiteral: true };
  const last = Math.max(pattern.lastIndexOf('*'), pattern.lastIndexOf('?'));
  return { head: pattern.slice(0, first), tail: pattern.slice(last + 1), isLiteral: false };
}

/** Whether two patterns may match the same text. Errs towards yes: between its ends a pattern may be anything. */
export function mayOverlap(a: Ends, b: Ends): boolean {
  if (a.isLiteral && b.isLiteral) return a.head === b.head;
  return isBeginning(a.head, b.head) && isEnd(a.tail, b.tail);
}

function isBeginning(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function isEnd(a: string, b: string): boolean {
  return a.endsWith(b) || b.endsWith(a);
}
