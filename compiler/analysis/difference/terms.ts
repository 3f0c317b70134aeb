import { ruleText } from '../../domain/syscalls/filter.ts';
import type { Grant } from '../../ir/origin.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Waiver } from '../../ir/waiver.ts';
import type { Change, ChangedFacet } from './change.ts';
import { egressUses } from './egress-uses.ts';
import { changeOf, changesBetween, type Gain, type Reason, sideOf } from './gain.ts';
import { endOf, type HeldGrant, usesOf } from './grant-terms.ts';
import { optionalGains } from './optional-paths.ts';
import { inOrder } from './order.ts';

/**
 * What no single access is decided by, but how long and how often entries of both policies hold, which paths may be missing
 * at the start, and which gaps are accepted. The expiry of egress is not here: there the time is a part of every access. Owners and reasons are no terms.
 */
export function termChanges(old: Policy, next: Policy): readonly Change[] {
  const held = heldTerms(old, next);
  const uses = [...held, ...egressUses(old.egress, next.egress)];
  const gainsOf = (pairOf: (pair: HeldGrant) => HeldGrant) => [
    ...held.map(pairOf).flatMap(expiryGains),
    ...uses.map(pairOf).flatMap(usesGains),
  ];
  return inOrder([
    ...gainsOf((pair) => pair).map((gain) => changeOf(gain, 'widens')),
    ...gainsOf(turned).map((gain) => changeOf(gain, 'narrows')),
    ...changesBetween(old.waivers, next.waivers, waiverGains),
    ...changesBetween(old.filesystem, next.filesystem, optionalGains),
  ]);
}

/** The pair as the old policy sees the new one. */
function turned({ facet, from, to, uses }: HeldGrant): HeldGrant {
  return { facet, from: to, to: from, uses: { from: uses.to, to: uses.from } };
}

/** Entries of every facet but egress, by what names them within it. */
function grantsByEntry(policy: Policy): Map<string, { facet: ChangedFacet; grant: Grant }> {
  const { filesystem, syscalls, process, inference, resources, waivers } = policy;
  const found = new Map<string, { facet: ChangedFacet; grant: Grant }>();
  const add = (facet: ChangedFacet, name: string, grant: Grant) =>
    found.set(`${facet} ${name}`, { facet, grant });
  for (const { path, grant } of filesystem.entries) add('filesystem', path, grant);
  for (const { rule, grant } of syscalls.entries) add('syscalls', ruleText(rule), grant);
  for (const { name, grant } of process.environment) add('process', name, grant);
  for (const { name, grant } of inference.routes) add('inference', name, grant);
  for (const { name, grant } of resources.limits) add('resources', name, grant);
  for (const { gap, grant } of waivers) add('enforcement', gap, grant);
  return found;
}

/** One pair of grants is held once, however many entries it stands for. */
function heldTerms(from: Policy, to: Policy): HeldGrant[] {
  const before = grantsByEntry(from);
  const seen = new Map<Grant, Set<Grant>>();
  const held: HeldGrant[] = [];
  for (const [key, { facet, grant }] of grantsByEntry(to)) {
    const earlier = before.get(key)?.grant;
    if (earlier === undefined || seen.get(earlier)?.has(grant)) continue;
    seen.set(earlier, (seen.get(earlier) ?? new Set()).add(grant));
    held.push({ facet, from: earlier, to: grant, uses: { from: usesOf(earlier), to: usesOf(grant) } });
  }
  return held;
}

function expiryGains({ facet, from, to }: HeldGrant): Gain[] {
  const [before, after] = [endOf(from), endOf(to)];
  if (after <= before) return [];
  const ended = new Date(before).toISOString();
  const bounds = [`from ${ended}`];
  if (Number.isFinite(after)) bounds.push(`before ${new Date(after).toISOString()}`);
  return [
    {
      facet,
      classes: ['expiry-extended'],
      sides: [sideOf('grant', [to.id]), { name: 'time', terms: [{ all: bounds, except: [] }] }],
      shownBy: `start with \`${to.id}\` on ${ended}`,
      reason: { kind: 'changed', from, to },
    },
  ];
}

function usesGains({ facet, from, to, uses }: HeldGrant): Gain[] {
  if (uses.to <= uses.from) return [];
  const bounds = [`more than ${uses.from}`];
  if (Number.isFinite(uses.to)) bounds.push(`at most ${uses.to}`);
  return [
    {
      facet,
      classes: ['uses-raised'],
      sides: [sideOf('grant', [to.id]), { name: 'uses', terms: [{ all: bounds, except: [] }] }],
      shownBy: `use \`${to.id}\` more than ${uses.from === 1 ? 'once' : `${uses.from} times`}`,
      reason: { kind: 'changed', from, to },
    },
  ];
}

/** A gap is accepted or it is not; why, and by whom, is not what it allows. */
function waiverGains(from: readonly Waiver[], to: readonly Waiver[]): Gain[] {
  const accepted = new Set(from.map(({ gap }) => gap));
  return to
    .filter(({ gap }) => !accepted.has(gap))
    .map(({ gap, grant }): Gain => {
      const reason: Reason = { kind: 'granted', by: grant };
      return {
        facet: 'enforcement',
        classes: ['gap-accepted'],
        sides: [sideOf('gap', [gap])],
        shownBy: `run with the gap \`${gap}\` open`,
        reason,
      };
    });
}
