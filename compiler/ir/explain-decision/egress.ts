import { nearestWord } from '../../diagnostics/nearest-word.ts';
import type { EgressAccess } from '../access.ts';
import type { Decision } from '../decision.ts';
import type { EgressEntry, EgressPolicy } from '../egress.ts';
import type { WrittenPlace } from '../origin.ts';
import { decidingRule, ruleWords } from './egress-requests.ts';
import { shortcomings } from './egress-sides.ts';
import { listed, type Nearest, type Reasons } from './explanation.ts';

/** Why a connection may be made or not: the rule that held, or the entry that comes nearest and what it lacks. */
export function egressReasons<Place extends WrittenPlace>(
  egress: EgressPolicy<Place>,
  access: EgressAccess,
  decision: Decision<Place>,
): Reasons<Place> {
  const entry = egress.entries.find(({ grant }) => grant === decision.by);
  if (decision.verdict === 'allow') {
    return { because: allowance(entry!, access), nearest: null, next: null };
  }
  if (decision.why === 'denied')
    return { because: denial(entry!, access), nearest: null, next: REMOVE_DENIAL };
  if (decision.why === 'expired') {
    const ended = new Date(entry!.grant.approval!.expiresAt!).toISOString();
    const because = `the grant of \`${entry!.grant.id}\` ended on ${ended}`;
    return { because, nearest: null, next: 'have it renewed with a new `expires`' };
  }
  const found = nearestEntry(egress.entries, access);
  if (found === null) return noEntry(egress.entries, access);
  const { grant, matches, lacks } = found.nearest;
  const verb = matches.length === 1 ? 'matches' : 'match';
  const because = `${listed(matches)} ${verb} \`${grant.id}\`, but ${lacks.join('; ')}`;
  return { because, nearest: found.nearest, next: found.next };
}

const REMOVE_DENIAL =
  'a denial beats every grant; change `deny_rules` of the entry that decided, if this is to be allowed';

function allowance(entry: EgressEntry<WrittenPlace>, access: EgressAccess): string {
  if (entry.visibility === 'opaque') return 'the entry grants a stream that nobody looks into';
  if (entry.enforcement === 'audit') return 'the entry only writes requests down, and refuses none';
  if (entry.allow.kind === 'all') return 'the entry grants every request';
  const rule = decidingRule(entry, access, 'allow');
  return rule === null ? 'the entry grants it' : `the rule ${ruleWords(rule)} allows it`;
}

function denial(entry: EgressEntry<WrittenPlace>, access: EgressAccess): string {
  if (access.http === null) {
    return 'the entry denies some requests, and in a stream that nobody looks into each of them could be';
  }
  const rule = decidingRule(entry, access, 'deny');
  return rule === null ? 'the entry denies it' : `the deny rule ${ruleWords(rule)} refuses it`;
}

interface Candidate<Place extends WrittenPlace> {
  readonly nearest: Nearest<Place>;
  readonly next: string | null;
  readonly weight: number;
}

/** Among the entries that speak of the host, the one that fits best; an earlier side counts more than all later ones. */
function nearestEntry<Place extends WrittenPlace>(
  entries: readonly EgressEntry<Place>[],
  access: EgressAccess,
): Candidate<Place> | null {
  let best: Candidate<Place> | null = null;
  for (const entry of entries) {
    const sides = shortcomings(entry, access);
    if (sides.some(({ side, lack }) => side === 'host' && lack !== null)) continue;
    const weight = sides.reduce((sum, { lack }, at) => sum + (lack?.fit ?? 1) * 2 ** (sides.length - at), 0);
    if (best !== null && weight <= best.weight) continue;
    const lacks = sides.flatMap(({ lack }) => (lack === null ? [] : [lack]));
    const matches = sides.filter(({ lack }) => lack === null).map(({ side }) => side);
    const nearest = { grant: entry.grant, matches, lacks: lacks.map(({ text }) => text) };
    best = { nearest, next: lacks[0]?.next ?? null, weight };
  }
  return best;
}

function noEntry<Place extends WrittenPlace>(
  entries: readonly EgressEntry<Place>[],
  { host, port, binary }: EgressAccess,
): Reasons<Place> {
  const hosts = entries.map((entry) => entry.host.text);
  const because = `no entry of \`network_policies\` names \`${host}\``;
  const near = nearestWord(host, hosts);
  const entry = entries.find((candidate) => candidate.host.text === near);
  if (entry === undefined) {
    const next = `add an endpoint for \`${host}\` and port ${port} to \`network_policies\`, with \`${binary}\` under its \`binaries\``;
    return { because, nearest: null, next };
  }
  const lacks = [`its host is \`${near}\``];
  return {
    because,
    nearest: { grant: entry.grant, matches: [], lacks },
    next: `ask for \`${near}\`, if that is meant`,
  };
}
