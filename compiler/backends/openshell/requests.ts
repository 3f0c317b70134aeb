import {
  exportQueryDenial,
  exportQueryNarrower,
  exportWildcard,
} from '../../diagnostics/catalog/exported.ts';
import {
  ALL_METHODS,
  listMethods,
  METHODS,
  type MethodSet,
  NO_METHODS,
  parseMethod,
} from '../../domain/method.ts';
import type { EgressEntry, HttpRule } from '../../ir/egress.ts';
import type { Extent } from '../../ir/extent.ts';
import { type Purpose, pathPatterns, queryPatterns } from './patterns.ts';
import type { Plain, Translation } from './translation.ts';

/** Each may become two patterns, and their combinations multiply for whoever reads the policy. */
const MOST_PARAMETERS = 6;

/** "Access Presets" of OpenShell's policy schema reference. */
const PRESETS: readonly (readonly [word: string, methods: readonly string[]])[] = [
  ['read-only', ['GET', 'HEAD', 'OPTIONS']],
  ['read-write', ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH']],
];

/** The keys that say what may be asked of an inspected endpoint. Null where a pattern cannot be said at all. */
export function requestKeys(
  entry: EgressEntry,
  translation: Translation,
): Readonly<Record<string, Plain>> | null {
  const allowed = allowedKeys(entry, translation);
  const denied = matchers(entry.deny, 'deny', entry, translation);
  if (allowed === null || denied === null) return null;
  return {
    protocol: 'rest',
    enforcement: entry.enforcement,
    ...allowed,
    ...(denied.length === 0 ? {} : { deny_rules: denied }),
  };
}

function allowedKeys(entry: EgressEntry, translation: Translation): Record<string, Plain> | null {
  const word = presetOf(entry.allow);
  if (word !== null) return { access: word };
  const rules = matchers(entry.allow.kind === 'only' ? entry.allow.of : [], 'allow', entry, translation);
  return rules === null ? null : { rules: rules.map((allow) => ({ allow })) };
}

function presetOf(allow: Extent<readonly HttpRule[]>): string | null {
  if (allow.kind === 'all') return 'full';
  if (allow.kind === 'none' || allow.of.some((rule) => rule.path.kind !== 'all' || rule.query.length > 0)) {
    return null;
  }
  const methods = allow.of.reduce((set, rule) => set | rule.methods, NO_METHODS);
  return PRESETS.find(([, names]) => setOf(names) === methods)?.[0] ?? null;
}

function setOf(names: readonly string[]): MethodSet {
  return names.reduce((set, name) => {
    const parsed = parseMethod(name);
    return parsed.ok ? set | parsed.methods : set;
  }, NO_METHODS);
}

function matchers(
  rules: readonly HttpRule[],
  purpose: Purpose,
  entry: EgressEntry,
  translation: Translation,
): Plain[] | null {
  const all: Plain[] = [];
  for (const rule of rules) {
    const paths = pathsOf(rule, purpose, entry, translation);
    if (paths === null) return null;
    if (rule.query.length > MOST_PARAMETERS) return null;
    const query = queryOf(rule, purpose, entry, translation);
    for (const method of methodsOf(rule.methods)) {
      for (const path of paths) all.push({ method, path, ...query });
    }
  }
  return all;
}

/** Methods without a name of their own come with `*` and with nothing else. */
function methodsOf(methods: MethodSet): string[] {
  if (methods === ALL_METHODS) return ['*'];
  return listMethods(methods).filter((name) => (METHODS as readonly string[]).includes(name));
}

export function pathsOf(
  { path }: HttpRule,
  purpose: Purpose,
  { grant }: EgressEntry,
  translation: Translation,
): readonly string[] | null {
  if (path.kind !== 'only') return ['**'];
  const taken = pathPatterns(path.of.text);
  if (taken?.mayCross && purpose === 'allow') {
    translation.change(exportWildcard, grant, { pattern: path.of.text });
  }
  return taken?.patterns ?? null;
}

export function queryOf(
  { query }: HttpRule,
  purpose: Purpose,
  { grant }: EgressEntry,
  translation: Translation,
): Record<string, Plain> {
  if (query.length === 0) return {};
  const matchers = query.map(({ key, value }): [string, Plain] => {
    const { patterns, isNarrower } = queryPatterns(value.text);
    const kind = purpose === 'allow' ? exportQueryNarrower : exportQueryDenial;
    if (isNarrower) translation.change(kind, grant, { pattern: value.text });
    const [only] = patterns;
    return [key, patterns.length === 1 ? only! : { any: patterns }];
  });
  return { query: Object.fromEntries(matchers) };
}
