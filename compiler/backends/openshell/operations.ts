import {
  exportDenialWider,
  exportKnownMethods,
  exportOperationLeftOut,
} from '../../diagnostics/catalog/exported.ts';
import { type Glob, globLiteral, globMatches } from '../../domain/glob.ts';
import { methodIndex, methodsInclude } from '../../domain/method.ts';
import type { EgressEntry, HttpRule } from '../../ir/egress.ts';
import type { Extent } from '../../ir/extent.ts';
import { type OperationSet, TOOL_METHOD } from '../../ir/operation.ts';
import { ruleOperationWords } from '../../ir/operation-words.ts';
import { MCP_METHODS, MCP_VERSIONS } from './mcp-methods.ts';
import { toolMatcher } from './patterns.ts';
import type { Plain, Translation } from './translation.ts';

type Matcher = Readonly<Record<string, Plain>>;
type Matchers = (rule: HttpRule, purpose: 'allow' | 'deny') => Matcher[] | null;

/**
 * The keys that say what may be asked for inside the requests of an endpoint, in the words of "MCP Rules", "JSON-RPC Rules"
 * and "GraphQL Rules" of OpenShell's policy schema reference; or why OpenShell cannot have the endpoint.
 */
export function operationKeys(
  entry: EgressEntry,
  translation: Translation,
): { readonly keys: Readonly<Record<string, Plain>> } | { readonly why: string } {
  const { visibility, allow, deny, enforcement } = entry;
  const path = commonPath(entry);
  if (path === undefined)
    return { why: 'its rules are about several paths, and OpenShell takes one an endpoint' };
  const matchers = matchersOf(entry, translation);
  const denied = deny.flatMap((rule) => denialsOf(rule, matchers, entry, translation) ?? [null]);
  if (denied.includes(null)) return { why: 'OpenShell cannot have what it denies' };
  const isFull = allow.kind === 'all' && visibility === 'graphql';
  const allowed = isFull ? [] : withoutCovered(allowedMatchers(entry, matchers, translation));
  if (!isFull && allowed.length === 0) return { why: 'it allows nothing that OpenShell tells apart' };
  return {
    keys: {
      ...(path === null ? {} : { path }),
      protocol: visibility,
      enforcement,
      ...(visibility === 'mcp' ? { mcp: { versions: MCP_VERSIONS } } : {}),
      ...(isFull ? { access: 'full' } : { rules: allowed.map((one) => ({ allow: one })) }),
      ...(denied.length === 0 ? {} : { deny_rules: denied as Matcher[] }),
    },
  };
}

/** The path that all rules are about; null for every path, undefined where they differ. Denials of every path cover one. */
function commonPath({ allow, deny }: EgressEntry): string | null | undefined {
  const rules = allow.kind === 'only' ? allow.of : [];
  const texts = new Set(rules.map(({ path }) => (path.kind === 'only' ? globLiteral(path.of) : null)));
  const isPattern = rules.some(({ path }) => path.kind === 'only' && globLiteral(path.of) === null);
  const [path = null, second] = texts;
  if (isPattern || second !== undefined) return undefined;
  const isWithin = (rule: HttpRule) => rule.path.kind !== 'only' || rule.path.of.text === path;
  return deny.every(isWithin) ? path : undefined;
}

const EVERYTHING: HttpRule['operations'] = { kind: 'all' };

function allowedMatchers(entry: EgressEntry, matchers: Matchers, translation: Translation): Matcher[] {
  const { allow, grant } = entry;
  if (allow.kind !== 'only') {
    const rule: HttpRule = { methods: 0, path: { kind: 'all' }, query: [], operations: EVERYTHING };
    return allow.kind === 'all' ? (matchers(rule, 'allow') ?? []) : [];
  }
  return allow.of.flatMap((rule) => {
    const why = lossOf(rule);
    const found = why === null ? matchers(rule, 'allow') : null;
    if (found === null) {
      const words = ruleOperationWords(rule).join(' ') || 'requests that ask for nothing inside';
      translation.change(exportOperationLeftOut, grant, {
        rule: words,
        why: why ?? 'it takes no such pattern',
      });
    }
    return found ?? [];
  });
}

function lossOf({ operations, query, methods }: HttpRule): string | null {
  if (operations.kind === 'none') return 'OpenShell has no word for them';
  if (query.length > 0) return 'OpenShell looks at no query there';
  return methodsInclude(methods, methodIndex('POST')!) ? null : 'OpenShell looks at no method of HTTP there';
}

function denialsOf(
  rule: HttpRule,
  matchers: Matchers,
  { grant }: EgressEntry,
  translation: Translation,
): Matcher[] | null {
  const found = matchers(rule, 'deny');
  if (rule.query.length > 0 || !methodsInclude(rule.methods, methodIndex('POST')!)) {
    translation.change(exportDenialWider, grant, { rule: ruleOperationWords(rule).join(' ') || '*' });
  }
  return found;
}

/** A rule for every tool cannot stand beside rules for some. */
function withoutCovered(rules: readonly Matcher[]): readonly Matcher[] {
  const isOpen = rules.some(({ method, tool }) => method === TOOL_METHOD && tool === undefined);
  return isOpen ? rules.filter(({ tool }) => tool === undefined) : rules;
}

function matchersOf(entry: EgressEntry, translation: Translation): Matchers {
  switch (entry.visibility) {
    case 'graphql':
      return ({ operations }) => graphqlMatchers(operations);
    case 'mcp':
      return (rule, purpose) => mcpMatchers(rule.operations, purpose, entry, translation);
    default:
      return ({ operations }) => callMatchers(operations);
  }
}

function graphqlMatchers(operations: Extent<OperationSet>): Matcher[] | null {
  if (operations.kind === 'all')
    return ['query', 'mutation', 'subscription'].map((type) => ({ operation_type: type }));
  if (operations.kind === 'none' || operations.of.kind !== 'graphql') return null;
  const { types, name, fields } = operations.of;
  const rest = {
    ...(name.kind === 'only' ? { operation_name: name.of.text } : {}),
    ...(fields.kind === 'only' ? { fields: fields.of.map(({ text }) => text) } : {}),
  };
  return types.map((type) => ({ operation_type: type, ...rest }));
}

/** Exact names, or all of them. */
function callMatchers(operations: Extent<OperationSet>): Matcher[] | null {
  if (operations.kind === 'all') return [{ method: '*' }];
  if (operations.kind === 'none' || operations.of.kind !== 'call') return null;
  const { method } = operations.of;
  if (method.kind !== 'only' || method.of.text === '*') return [{ method: '*' }];
  const name = globLiteral(method.of);
  return name === null ? null : [{ method: name }];
}

function mcpMatchers(
  operations: Extent<OperationSet>,
  purpose: 'allow' | 'deny',
  entry: EgressEntry,
  translation: Translation,
): Matcher[] | null {
  if (operations.kind === 'none' || (operations.kind === 'only' && operations.of.kind !== 'call'))
    return null;
  const set = operations.kind === 'only' ? (operations.of as Extract<OperationSet, { kind: 'call' }>) : null;
  if (set?.tool.kind === 'only') {
    return [{ method: TOOL_METHOD, tool: toolMatcher(set.tool.of.text, purpose, entry.grant, translation) }];
  }
  const method = set?.method ?? { kind: 'all' };
  if (method.kind === 'none') return null;
  const name = method.kind === 'only' ? globLiteral(method.of) : null;
  if (name !== null) return [{ method: name }];
  const pattern = method.kind === 'only' ? method.of.text : '*';
  translation.change(exportKnownMethods, entry.grant, { pattern });
  const known = [...MCP_METHODS, ...exactMethods(entry)];
  const meant = known.filter((one) => method.kind === 'all' || globMatches(method.of, one));
  return meant.length === 0 ? null : [...new Set(meant)].map((one) => ({ method: one }));
}

/** Methods that the entry names exactly: those of extensions are granted by that alone, so a denial has to name them, too. */
function exactMethods({ allow }: EgressEntry): string[] {
  return (allow.kind === 'only' ? allow.of : []).flatMap(({ operations }) => {
    if (operations.kind !== 'only' || operations.of.kind !== 'call') return [];
    const { method } = operations.of;
    const name: string | null = method.kind === 'only' ? globLiteral(method.of as Glob) : null;
    return name === null ? [] : [name];
  });
}
