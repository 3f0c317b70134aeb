import { listMethods, type MethodSet, NO_METHODS } from '../../domain/method.ts';
import type { EgressAccess } from '../access.ts';
import { decideEgress } from '../decide/egress.ts';
import type { EgressEntry, HttpRule } from '../egress.ts';
import { ALL, only } from '../extent.ts';
import { partsOf } from '../operation-parts.ts';
import { operationsWords, ruleOperationWords } from '../operation-words.ts';
import type { WrittenPlace } from '../origin.ts';
import { isSeen, seenBy } from '../seen.ts';
import { type Lack, listed, quoted } from './explanation.ts';

/** A rule in the words of a blueprint: `GET, HEAD /repos/**?state=open`, in backticks. */
export function ruleWords(rule: HttpRule): string {
  const { methods, path, query } = rule;
  const where = path.kind === 'only' ? path.of.text : '/**';
  const inside = ruleOperationWords(rule).map((words) => ` ${words}`);
  return `\`${methodWords(methods)} ${where}${queryWords(query)}${inside.join('')}\``;
}

/** The first rule by which alone the entry would give the answer that it gives; null where no one rule does. */
export function decidingRule(
  entry: EgressEntry<WrittenPlace>,
  access: EgressAccess,
  verdict: 'allow' | 'deny',
): HttpRule | null {
  const rules = verdict === 'deny' ? entry.deny : entry.allow.kind === 'only' ? entry.allow.of : [];
  const decides = (rule: HttpRule) =>
    verdict === 'deny' ? denies(entry, rule, access) : allows(entry, rule, access);
  return rules.find(decides) ?? null;
}

/**
 * What a request lacks that an entry does not allow, from the method over the path to the query.
 *
 * @param entry with all sides opened but its requests
 */
export function requestLack(entry: EgressEntry<WrittenPlace>, access: EgressAccess): Lack {
  const { http } = access;
  if (http === null) {
    const next =
      'have the program send requests that can be looked into; a tunnel needs an entry with `tls: skip`';
    return { text: 'it takes requests that can be looked into, and no stream that cannot', next, fit: 0 };
  }
  const next = `add a rule for \`${http.method} ${http.path}\` to \`${entry.grant.id}\``;
  const denying = decidingRule(entry, access, 'deny');
  if (denying !== null) return { text: `its deny rule ${ruleWords(denying)} refuses it`, next: null, fit: 0 };
  const unseen = unseenLack(entry, access);
  if (unseen !== null) return unseen;
  const rules = entry.allow.kind === 'only' ? entry.allow.of : [];
  const open = { query: [], operations: ALL };
  const ofMethod = rules.filter((rule) => allows(entry, { ...rule, path: ALL, ...open }, access));
  if (ofMethod.length === 0) {
    const methods = rules.reduce((set, rule) => set | rule.methods, NO_METHODS);
    return { text: `the method ${http.method} is not in ${methodWords(methods)}`, next, fit: 0.25 };
  }
  const ofPath = ofMethod.filter((rule) => allows(entry, { ...rule, ...open }, access));
  if (ofPath.length === 0) {
    const paths = ofMethod.flatMap(({ path }) => (path.kind === 'only' ? [path.of.text] : []));
    const text = `the path \`${http.path}\` is not in ${listed(quoted([...new Set(paths)]))} for ${http.method}`;
    return { text, next, fit: 0.5 };
  }
  const ofQuery = ofPath.filter((rule) => allows(entry, { ...rule, operations: ALL }, access));
  if (ofQuery.length === 0) {
    const queries = listed(ofPath.map(({ query }) => `\`${queryWords(query)}\``));
    return { text: `the query does not fit ${queries}`, next, fit: 0.75 };
  }
  return operationLack(ofQuery, access, entry.grant.id);
}

/** What an entry cannot tell from anything else, it allows by no rule. */
function unseenLack({ visibility, grant }: EgressEntry<WrittenPlace>, { http }: EgressAccess): Lack | null {
  const parts = http === null ? null : partsOf(http.operations);
  if (parts === null || parts.every(({ seen }) => isSeen(seenBy(visibility), seen))) return null;
  if (visibility === 'http') {
    const next = `write \`protocol: websocket\` on an endpoint, with what may be sent`;
    return { text: 'it takes plain requests, and no WebSocket', next, fit: 0.1 };
  }
  const next = `name the right \`protocol\` on the endpoint of \`${grant.id}\``;
  const text = `it takes what it can read as \`${visibility}\`, and ${http!.operations.kind === 'all' ? 'nobody could read this' : 'this is something else'}`;
  return { text, next, fit: 0.1 };
}

function operationLack(rules: readonly HttpRule[], { http }: EgressAccess, id: string): Lack {
  const named = [...new Set(rules.flatMap((rule) => ruleOperationWords(rule).join(' ') || 'nothing inside'))];
  const asked = operationsWords(http!.operations)
    .trim()
    .replace(/^with /, '');
  const what = asked === '' ? 'a request that asks for nothing inside' : asked;
  return {
    text: `${what} is not in ${listed(quoted(named))}`,
    next: `add what it asks for to the rules of \`${id}\``,
    fit: 0.8,
  };
}

function methodWords(methods: MethodSet): string {
  const names = listMethods(methods);
  return names.length === 0 ? 'none' : names.join(', ');
}

function queryWords(query: HttpRule['query']): string {
  return query.length === 0 ? '' : `?${query.map(({ key, value }) => `${key}=${value.text}`).join('&')}`;
}

function withRules(
  entry: EgressEntry<WrittenPlace>,
  rules: Pick<EgressEntry<WrittenPlace>, 'allow' | 'deny'>,
): EgressEntry<WrittenPlace> {
  const visibility = entry.visibility === 'opaque' ? 'http' : entry.visibility;
  return { ...entry, ...rules, enforcement: 'enforce', visibility };
}

function allows(entry: EgressEntry<WrittenPlace>, rule: HttpRule, access: EgressAccess): boolean {
  const alone = withRules(entry, { allow: only([rule]), deny: [] });
  return decideEgress({ entries: [alone] }, access).verdict === 'allow';
}

function denies(entry: EgressEntry<WrittenPlace>, rule: HttpRule, access: EgressAccess): boolean {
  const alone = withRules(entry, { allow: ALL, deny: [rule] });
  const decision = decideEgress({ entries: [alone] }, access);
  return decision.verdict === 'deny' && decision.why === 'denied';
}
