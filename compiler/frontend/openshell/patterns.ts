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

/** Whether two patterns with wildcards may match the same text. Errs towards yes: between its ends a pattern may be anything. */
export function mayOverlap(a: string, b: string): boolean {
  if (a === b) return true;
  if (!a.includes('*') && !b.includes('*')) return false;
  const heads = [a, b].map((pattern) => pattern.replace(/[*?].*$/, ''));
  const tails = [a, b].map((pattern) => pattern.replace(/^.*[*?]/, ''));
  return isBeginning(heads[0]!, heads[1]!) && isEnd(tails[0]!, tails[1]!);
}

function isBeginning(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function isEnd(a: string, b: string): boolean {
  return a.endsWith(b) || b.endsWith(a);
}
