import {
  lintStrangersCollect,
  lintStrangersPublish,
  lintTenantWildcard,
} from '../../../diagnostics/catalog/lint/hosts.ts';
import { type Host, type HostPattern, hostMatches, parseHostPattern } from '../../../domain/host.ts';
import { type MethodSet, parseMethod } from '../../../domain/method.ts';
import { decideEgress } from '../../../ir/decide/egress.ts';
import type { EgressEntry, HttpRule } from '../../../ir/egress.ts';
import { ALL } from '../../../ir/extent.ts';
import { type Finding, finding } from '../finding.ts';
import { KNOWN_HOSTS } from '../known-hosts/hosts.ts';
import type { KnownHost, SharedSuffix } from '../known-hosts/known-host.ts';
import { PRIVATE_LAST_LABELS, SHARED_SUFFIXES } from '../known-hosts/suffixes.ts';
import { fixedEnd } from '../redundancy/neighbours.ts';
import { sampleConnection, sampleOf } from '../redundancy/sample.ts';
import { type EgressWords, egressWords, type Subject } from '../subject.ts';
import { programsOf } from './egress-parts.ts';

const SAFE = ['GET', 'HEAD', 'OPTIONS'].reduce((set, name) => set | methodsOf(name), 0);

interface KnownPattern {
  readonly known: KnownHost;
  readonly pattern: HostPattern;
}

const KNOWN: readonly KnownPattern[] = KNOWN_HOSTS.map((known) => ({
  known,
  pattern: patternOf(known.host),
}));

/** Hosts on which anyone can store, collect or publish, and wildcards over names of strangers. One finding an endpoint. */
export function sharedHosts(subject: Subject): Finding[] {
  return egressWords(subject).flatMap((words) => {
    if (!words.isOwn) return [];
    return tenantWildcard(words) ?? sharedHost(words) ?? [];
  });
}

function tenantWildcard({ endpoint: { host }, entry }: EgressWords): Finding[] | null {
  if (entry.host.kind !== 'wildcard') return null;
  const shared = registrable(entry.host) ?? SHARED_SUFFIXES.find((one) => coversTenants(entry.host, one));
  if (shared === undefined) return null;
  const { suffix, why } = shared;
  return [finding(lintTenantWildcard, host.span, { host: host.value, suffix, why })];
}

/** A wildcard over a whole top-level domain. */
function registrable(host: HostPattern): Pick<SharedSuffix, 'suffix' | 'why'> | undefined {
  const suffix = fixedEnd(host).replace(/^[^.]*\./, '');
  const isWhole = fixedEnd(host).startsWith('.') && !suffix.includes('.');
  if (!isWhole || PRIVATE_LAST_LABELS.has(suffix)) return undefined;
  return { suffix, why: 'anyone can register a name' };
}

/** Whether a name fits that some stranger could have there: any name, or one that begins or ends as the pattern says. */
function coversTenants(host: HostPattern, { suffix }: SharedSuffix): boolean {
  const end = suffix.replaceAll('*', 'zq7x');
  const tenant = `zq7xtenant.${end}`;
  if (tenant.endsWith(fixedEnd(host)) && hostMatches(host, named(tenant))) return true;
  const below = fixedEnd(host).replace(/^[^.]*\./, '');
  return below !== '' && hostMatches(patternOf(suffix), named(below));
}

function sharedHost({ endpoint: { host }, entry }: EgressWords): Finding[] | null {
  for (const { known, pattern } of KNOWN) {
    if (!meets(entry.host, pattern)) continue;
    const reached = reachedRequests(entry, known, pattern);
    if (reached === null) continue;
    const leaks = known.sharing === 'collects' || (known.sharing === 'stores' && reached.writes);
    const kind = leaks ? lintStrangersCollect : lintStrangersPublish;
    return [finding(kind, host.span, { host: host.value, known: known.host, why: known.why })];
  }
  return null;
}

function meets(host: HostPattern, known: HostPattern): boolean {
  if (host.kind === 'address') return false;
  if (host.kind === 'name') {
    return host.text.endsWith(fixedEnd(known)) && hostMatches(known, named(host.text));
  }
  const sample = sampleOf(known, '.');
  return sample.endsWith(fixedEnd(host)) && hostMatches(host, named(sample));
}

/** What of a shared host an entry reaches; null for nothing, or only for an account that the blueprint names. */
function reachedRequests(
  entry: EgressEntry,
  { account, example }: KnownHost,
  pattern: HostPattern,
): { readonly writes: boolean } | null {
  if (example !== null && !allowsExample(entry, example, pattern)) return null;
  if (entry.visibility === 'opaque' || entry.enforcement === 'audit' || entry.allow.kind !== 'only') {
    return entry.allow.kind === 'none' ? null : { writes: true };
  }
  const open = entry.allow.of.filter((rule) => account === null || !namesAccount(rule, account));
  return open.length === 0 ? null : { writes: open.some(({ methods }) => (methods & ~SAFE) !== 0) };
}

function allowsExample(
  entry: EgressEntry,
  example: NonNullable<KnownHost['example']>,
  pattern: HostPattern,
): boolean {
  const [program = null] = programsOf(entry);
  const host = entry.host.kind === 'name' ? entry.host.text : sampleOf(pattern, '.');
  const http = { ...example, query: [], operations: ALL };
  const access = { ...sampleConnection(entry, program), host, http };
  return decideEgress({ entries: [entry] }, access).verdict === 'allow';
}

function namesAccount({ path }: HttpRule, account: number): boolean {
  if (path.kind !== 'only') return false;
  const upTo = path.of.text
    .slice(1)
    .split('/')
    .slice(0, account + 1);
  return upTo.length === account + 1 && upTo.every((segment) => segment !== '' && !/[*?]/.test(segment));
}

function patternOf(text: string): HostPattern {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new Error(`the known host ${text} is no host: ${parsed.problem}`);
  return parsed.pattern;
}

function named(name: string): Host {
  return { kind: 'name', name };
}

function methodsOf(name: string): MethodSet {
  const parsed = parseMethod(name);
  return parsed.ok ? parsed.methods : 0;
}
