import { exportQueryDenial, exportQueryNarrower } from '../../diagnostics/catalog/exported.ts';
import type { Grant } from '../../ir/origin.ts';
import type { Plain, Translation } from './translation.ts';

/** The name of a tool of MCP, which OpenShell takes apart at its dots as it does values of a query. */
export function toolMatcher(text: string, purpose: Purpose, grant: Grant, translation: Translation): Plain {
  const { patterns, isNarrower } = queryPatterns(text);
  const kind = purpose === 'allow' ? exportQueryNarrower : exportQueryDenial;
  if (isNarrower) translation.change(kind, grant, { pattern: text });
  return patterns.length === 1 ? patterns[0]! : { any: patterns };
}

/** What a pattern is for: an allowing one must match no more there than here, a denying one no less. */
export type Purpose = 'allow' | 'deny';

/** Patterns of OpenShell that together stand for one of ours. */
export interface Patterns {
  readonly patterns: readonly string[];
  /** In older versions of OpenShell wildcards within a segment cross `/`. */
  readonly mayCross: boolean;
}

/** Each `**` between two segments doubles the patterns; nobody writes this many. */
const MOST_PATTERNS = 16;

/**
 * A path pattern in OpenShell's dialect ("Matcher Semantics" of its policy schema reference): `*` and `?` stay within a
 * segment in current versions; a whole `**` needs at least one segment there and none here, so each gets a variant without.
 *
 * @returns null where it would take too many
 */
export function pathPatterns(text: string): Patterns | null {
  if (text === '/**') return { patterns: ['**'], mayCross: false };
  let variants: string[] = [''];
  const segments = text.slice(1).split('/');
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    const without = segment === '**' && !isLast ? variants : [];
    variants = [...variants.map((begun) => `${begun}/${segment}`), ...without];
    if (variants.length > MOST_PATTERNS) return null;
  }
  const mayCross = segments.some((segment) => segment !== '**' && /[*?]/.test(segment));
  return { patterns: variants, mayCross };
}

/** The value of a query parameter, which OpenShell takes apart at its dots. */
export interface QueryPatterns {
  readonly patterns: readonly string[];
  /** A wildcard matches less there than here. */
  readonly isNarrower: boolean;
}

export function queryPatterns(text: string): QueryPatterns {
  if (text === '*') return { patterns: ['**'], isNarrower: false };
  // `x*` and `x*.**` together are every value that begins so.
  if (/^[^*?]*\*$/.test(text)) return { patterns: [text, `${text}.**`], isNarrower: false };
  return { patterns: [text], isNarrower: /[*?]/.test(text) };
}
