import {
  denyWidened,
  manySegments,
  queryAlternatives,
  queryUnusable,
  ruleIncomplete,
  starInSegment,
  withoutEffect,
} from '../../diagnostics/catalog/openshell.ts';
import { type Located, located } from '../../source/span.ts';
import { NO_OPERATION, type RequestRule } from '../blueprint/blueprint.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import { hasDisputedWildcard, widestReading, withSegmentsBetween } from './patterns.ts';
import { entriesOf, isMapping, itemsOf, type Translation, valueAt, wordAt } from './translation.ts';

type Query = RequestRule['query'];

/** Matcher keys of the protocols that are not inspected here; beside HTTP rules OpenShell does not look at them. */
const OTHER_PROTOCOLS = ['command', 'operation_type', 'operation_name', 'fields', 'tool', 'params'];

/** A rule with alternatives for several parameters grows with their product; a reader stops following long before this. */
const MOST_COMBINATIONS = 64;

/** The `rules` of an HTTP endpoint. `*` keeps to a segment, the narrower of OpenShell's two readings. */
export function allowRules(list: YamlNode, translation: Translation): RequestRule[] {
  return itemsOf(list).flatMap((item) => {
    const span = translation.spanOf(item);
    return allowedBy(valueAt(item, 'allow')!, translation).map((rule) => ({ ...rule, span }));
  });
}

/** The requests of one matcher, whose path and query are read for what it is meant for. */
export function rulesOf(
  matcher: YamlNode,
  purpose: 'allow' | 'deny',
  translation: Translation,
): RequestRule[] {
  return purpose === 'allow' ? allowedBy(matcher, translation) : deniedBy(matcher, translation);
}

function allowedBy(matcher: YamlNode, translation: Translation): RequestRule[] {
  const head = methodAndPath(matcher, translation);
  if (head === null) return [];
  const span = translation.spanOf(matcher);
  const path = head.path && narrowestPattern(head.path, translation);
  const query = valueAt(matcher, 'query');
  reportAlternatives(query, translation);
  const queries = queriesOf(query, translation);
  return queries.map((query) => ({ span, method: head.method, path, query, ...NO_OPERATION }));
}

/** A pattern of something that is allowed, so that it matches nothing that a version of OpenShell would not. */
export function narrowestPattern(pattern: Located<string>, translation: Translation): Located<string> {
  if (hasDisputedWildcard(pattern.value)) {
    translation.report(starInSegment, pattern.span, { pattern: pattern.value });
  }
  const taken = withSegmentsBetween(pattern.value);
  if (taken === pattern.value) return pattern;
  translation.report(manySegments, pattern.span, { pattern: pattern.value, taken });
  return located(taken, pattern.span);
}

/** The `deny_rules` of an HTTP endpoint, each read as widely as any version of OpenShell reads it. */
export function denyRules(list: YamlNode | null, translation: Translation): RequestRule[] {
  return itemsOf(list).flatMap((matcher) => deniedBy(matcher, translation));
}

function deniedBy(matcher: YamlNode, translation: Translation): RequestRule[] {
  const head = methodAndPath(matcher, translation);
  if (head === null) return [];
  const span = translation.spanOf(matcher);
  const queries = queriesOf(valueAt(matcher, 'query'), translation);
  return widened(head.path, translation).flatMap((path) =>
    queries.map((query) => ({ span, method: head.method, path, query, ...NO_OPERATION })),
  );
}

function widened(
  path: Located<string> | null,
  translation: Translation,
): readonly (Located<string> | null)[] {
  if (path === null) return [null];
  const taken = widestReading(path.value);
  if (taken.length > 1 || taken[0] !== path.value) {
    const text = taken.map((pattern) => `\`${pattern}\``).join(' and ');
    translation.report(denyWidened, path.span, { pattern: path.value, taken: text });
  }
  return taken.map((pattern) => located(pattern, path.span));
}

/** `**` alone is every path, which a blueprint says by leaving the path out. */
function methodAndPath(
  matcher: YamlNode,
  translation: Translation,
): { method: Located<string>; path: Located<string> | null } | null {
  for (const entry of entriesOf(matcher)) {
    if (OTHER_PROTOCOLS.includes(entry.key)) {
      const why = 'it is not about HTTP requests';
      translation.report(withoutEffect, translation.keySpan(entry), { key: entry.key, why });
    }
  }
  for (const missing of ['method', 'path'] as const) {
    if (wordAt(matcher, missing) !== '') continue;
    translation.report(ruleIncomplete, translation.spanOf(matcher), { missing });
    return null;
  }
  const method = translation.text(valueAt(matcher, 'method')!);
  const path = translation.text(valueAt(matcher, 'path')!);
  return {
    method: located(method.value.toUpperCase(), method.span),
    path: path.value === '**' ? null : path,
  };
}

/** Every combination of one alternative for each parameter; one empty combination where there is no `query`. */
function queriesOf(query: YamlNode | null, translation: Translation): Query[] {
  let combinations: Query[] = [[]];
  for (const entry of entriesOf(query)) {
    const key = translation.key(entry);
    const values = alternativesOf(entry, translation);
    const count = combinations.length * values.length;
    if (count === 0 || count > MOST_COMBINATIONS) {
      const why = count === 0 ? 'no value at all' : `more than ${MOST_COMBINATIONS} combinations of values`;
      translation.report(queryUnusable, key.span, { key: entry.key, why });
      return [];
    }
    combinations = combinations.flatMap((begun) => values.map((value) => [...begun, { key, value }]));
  }
  return combinations;
}

function alternativesOf({ value }: YamlEntry, translation: Translation): Located<string>[] {
  if (!isMapping(value)) return [translation.text(value)];
  return itemsOf(valueAt(value, 'any')).map((item) => translation.text(item));
}

/** For a denial one matching value is enough in both languages, so only what is allowed can differ. */
function reportAlternatives(query: YamlNode | null, translation: Translation): void {
  for (const entry of entriesOf(query)) {
    if (!isMapping(entry.value) || itemsOf(valueAt(entry.value, 'any')).length < 2) continue;
    translation.report(queryAlternatives, translation.keySpan(entry), { key: entry.key });
  }
}
