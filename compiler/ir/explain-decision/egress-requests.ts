import { listMethods, type MethodSet, NO_METHODS } from '../../domain/method.ts';
import type { EgressAccess } from '../access.ts';
import { decideEgress } from '../decide/egress.ts';
import type { EgressEntry, HttpRule } from '../egress.ts';
import { ALL, only } from '../extent.ts';
import type { WrittenPlace } from '../origin.ts';
import { type Lack, listed, quoted } from './explanation.ts';

/** A rule in the words of a blueprint: `GET, HEAD /repos/**?state=open`, in backticks. */
export function ruleWords({ methods, path, query }: HttpRule): string {
  const where = path.kind === 'only' ? path.of.text : '/**';
  return `\`${methodWords(methods)} ${where}${queryWords(query)}\``;
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
  const rules = entry.allow.kind === 'only' ? entry.allow.of : [];
  const ofMethod = rules.filter((rule) => allows(entry, { ...rule, path: ALL, query: [] }, access));
  if (ofMethod.length === 0) {
    const methods = rules.reduce((set, rule) => set | rule.methods, NO_METHODS);
    return { text: `the method ${http.method} is not in ${methodWords(methods)}`, next, fit: 0.25 };
  }
  const ofPath = ofMethod.filter((rule) => allows(entry, { ...rule, query: [] }, access));
  if (ofPath.length === 0) {
    const paths = ofMethod.flatMap(({ path }) => (path.kind === 'only' ? [path.of.text] : []));
    const text = `the path \`${http.path}\` is not in ${listed(quoted([...new Set(paths)]))} for ${http.method}`;
    return { text, next, fit: 0.5 };
  }
  const queries = listed(ofPath.map(({ query }) => `\`${queryWords(query)}\``));
  return { text: `the query does not fit ${queries}`, next, fit: 0.75 };
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
  return { ...entry, ...rules, enforcement: 'enforce', visibility: 'http' };
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
