import { lintCostlyPattern } from '../../../diagnostics/catalog/lint/wildcards.ts';
import { codePointsOf, type Token } from '../../../domain/automaton/pattern.ts';
import type { Glob } from '../../../domain/glob.ts';
import type { HostPattern } from '../../../domain/host.ts';
import type { RequestRule } from '../../../frontend/blueprint/blueprint.ts';
import type { HttpRule } from '../../../ir/egress.ts';
import { type Extent, only } from '../../../ir/extent.ts';
import type { Located } from '../../../source/span.ts';
import { type Finding, finding } from '../finding.ts';
import { type EgressWords, egressWords, type Subject } from '../subject.ts';

const [SLASH] = codePointsOf('/');
const [DOT] = codePointsOf('.');

/** Patterns that take time and memory by powers of two when they are compared with others. */
export function costlyPatterns(subject: Subject): Finding[] {
  const found = new Map<string, Finding>();
  for (const words of egressWords(subject)) {
    if (!words.isOwn) continue;
    for (const { text, doublings } of patternsOf(words)) {
      if (doublings === 0) continue;
      const states = doublings < 50 ? String(2 ** doublings) : `2^${doublings}`;
      const key = `${text.span.start}`;
      found.set(key, finding(lintCostlyPattern, text.span, { pattern: text.value, states }));
    }
  }
  return [...found.values()];
}

interface Judged {
  readonly text: Located<string>;
  readonly doublings: number;
}

function patternsOf({ endpoint, network, entry }: EgressWords): Judged[] {
  const { allow, binaries } = entry;
  const rules = [
    ...(endpoint.rules?.value ?? []).map(
      (rule, at) => [rule, allow.kind === 'only' ? allow.of[at] : undefined] as const,
    ),
    ...endpoint.denyRules.map((rule, at) => [rule, entry.deny[at]] as const),
  ];
  const programs = (network.binaries?.value ?? []).flatMap(({ path }, at) => {
    const pattern = binaries.kind === 'only' ? binaries.of[at] : undefined;
    return pattern === undefined ? [] : [{ text: path, doublings: doublingsOf(pattern.path.tokens, SLASH) }];
  });
  return [
    { text: endpoint.host, doublings: doublingsInHost(entry.host) },
    ...programs,
    ...rules.flatMap(([rule, meaning]) => (meaning === undefined ? [] : inRule(rule, meaning))),
  ];
}

function inRule(rule: RequestRule, meaning: HttpRule): Judged[] {
  const { path, query } = rule;
  const pattern = meaning.path;
  const inPath =
    path === null || pattern.kind !== 'only'
      ? []
      : [{ text: path, doublings: doublingsOf(pattern.of.tokens, SLASH) }];
  const inQuery = query.map(({ value }, at) => ({
    text: value,
    doublings: doublingsOf(meaning.query[at]?.value.tokens ?? [], null),
  }));
  return [...inPath, ...inQuery, ...inOperations(rule, meaning)];
}

/** Names and messages have no segments. */
function inOperations(rule: RequestRule, { operations }: HttpRule): Judged[] {
  if (operations.kind !== 'only') return [];
  const set = operations.of;
  const named: readonly (readonly [Located<string> | null, Extent<Glob>])[] =
    set.kind === 'call'
      ? [
          [rule.rpcMethod, set.method],
          [rule.tool, set.tool],
        ]
      : [set.kind === 'graphql' ? [rule.operationName, set.name] : [rule.message, set.text]];
  const fields = set.kind === 'graphql' && set.fields.kind === 'only' ? set.fields.of : [];
  const all = [
    ...named,
    ...fields.map((field, at) => [rule.fields?.value[at] ?? null, only(field)] as const),
  ];
  return all.flatMap(([text, glob]) =>
    text === null || glob.kind !== 'only' ? [] : [{ text, doublings: doublingsOf(glob.of.tokens, null) }],
  );
}

/** Names are read from their end, so there it is `?` before `*`. */
function doublingsInHost({ tokens }: HostPattern): number {
  return doublingsOf([...tokens].reverse(), DOT);
}

/**
 * How often the number of cases doubles: once for each single character of a segment that comes after an open run and a
 * character of its own. Before that, the position in the pattern is certain.
 */
function doublingsOf(tokens: readonly Token[], separator: number | null | undefined): number {
  let most = 0;
  let count = 0;
  let isOpen = false;
  let isNamed = false;
  for (const token of tokens) {
    if (token === separator || token === 'folders') {
      isOpen = false;
      isNamed = false;
      count = 0;
    } else if (token === 'run' || token === 'rest') {
      isOpen = true;
    } else if (token === 'one') {
      if (isOpen && isNamed) count++;
    } else if (isOpen) isNamed = true;
    most = Math.max(most, count);
  }
  return most;
}
