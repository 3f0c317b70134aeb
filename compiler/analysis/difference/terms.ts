import { endOf, usesOf } from '../../ir/limits.ts';
import type { Grant } from '../../ir/origin.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Waiver } from '../../ir/waiver.ts';
import type { Change, ChangedFacet } from './change.ts';
import { egressUses } from './egress/uses.ts';
import { placeOfPath } from './file-places.ts';
import { changeOf, changesBetween, type Gain, type Reason, sideOf } from './gain.ts';
import type { HeldGrant } from './grant-terms.ts';
import { optionalGains } from './optional-paths.ts';
import { inOrder } from './order.ts';
import { placeOfVariable } from './process.ts';
import { regionsOf } from './regions.ts';
import { syscallEnds } from './syscall-ends.ts';
import { syscallUses } from './syscall-uses.ts';

/** `undecided`: what of which the terms are too intricate to compare, by the names of calls and grants. */
export interface TermDifference {
  readonly changes: readonly Change[];
  readonly undecided: readonly string[];
}

/**
 * What no single access is decided by, but how long and how often it is allowed under both policies, which paths may be missing
 * at the start, and which gaps are accepted. Compared by what entries allow, so that neither their words nor their order
 * matter. The expiry of egress is not here: there the time is a part of every access. Owners and reasons are no terms.
 */
export function termChanges(old: Policy, next: Policy): TermDifference {
  const [there, back] = [limitGains(old, next), limitGains(next, old)];
  const changes = inOrder([
    ...there.gains.map((gain) => changeOf(gain, 'widens')),
    ...back.gains.map((gain) => changeOf(gain, 'narrows')),
    ...changesBetween(old.waivers, next.waivers, waiverGains),
    ...changesBetween(old.filesystem, next.filesystem, optionalGains),
  ]);
  return { changes, undecided: [...new Set([...there.undecided, ...back.undecided])] };
}

function limitGains(from: Policy, to: Policy): { gains: readonly Gain[]; undecided: readonly string[] } {
  const placed = placedTerms(from, to);
  const ends = syscallEnds(from.syscalls, to.syscalls);
  const calls = syscallUses(from.syscalls, to.syscalls);
  const egress = egressUses(from.egress, to.egress);
  return {
    gains: [
      ...[...placed, ...once(ends.held)].flatMap(expiryGains),
      ...[...placed, ...calls.held].flatMap(usesGains),
      ...egress.held.flatMap((held) => (held.uses.to > held.uses.from ? usesGains(held) : [shareGain(held)])),
    ],
    undecided: [...ends.undecided, ...calls.undecided, ...egress.undecided],
  };
}

/** Entries of the facets in which one entry decides about a place: the most specific one, or the one of that name. */
function placedTerms(from: Policy, to: Policy): readonly HeldGrant[] {
  const pairs: HeldGrant[] = [];
  const add = (facet: ChangedFacet, before: Holder | null, after: Holder | null) => {
    if (before === null || after === null) return;
    const uses = { from: usesOf(before.grant), to: usesOf(after.grant) };
    pairs.push({ facet, from: before.grant, to: after.grant, uses });
  };
  for (const region of regionsOf(from.filesystem.entries, to.filesystem.entries, placeOfPath)) {
    const isShared = region.from?.path === region.to?.path;
    if (isShared || ((region.from?.rights ?? 0) & (region.to?.rights ?? 0)) !== 0) {
      add('filesystem', region.from, region.to);
    }
  }
  for (const region of regionsOf(from.process.environment, to.process.environment, placeOfVariable)) {
    add('process', region.from, region.to);
  }
  const byName = <T extends Holder>(
    facet: ChangedFacet,
    before: readonly T[],
    after: readonly T[],
    nameOf: (one: T) => string,
  ) => {
    const earlier = new Map(before.map((one) => [nameOf(one), one]));
    for (const one of after) add(facet, earlier.get(nameOf(one)) ?? null, one);
  };
  byName('inference', from.inference.routes, to.inference.routes, ({ name }) => name);
  byName('resources', from.resources.limits, to.resources.limits, ({ name }) => name);
  byName('enforcement', from.waivers, to.waivers, ({ gap }) => gap);
  return once(pairs);
}

interface Holder {
  readonly grant: Grant;
}

/** One pair of grants is held once, however many entries it stands for. */
function once(pairs: readonly HeldGrant[]): readonly HeldGrant[] {
  const seen = new Map<Grant, Set<Grant>>();
  return pairs.filter(({ from, to }) => {
    const known = seen.get(from) ?? new Set();
    if (known.has(to)) return false;
    seen.set(from, known.add(to));
    return true;
  });
}

/** Uses of its own, where those that others have left are not shown to be as many as before. */
function shareGain({ facet, from, to }: HeldGrant): Gain {
  return {
    facet,
    classes: ['uses-raised'],
    sides: [sideOf('grant', [to.id])],
    shownBy: `use \`${to.id}\` in uses that were not counted apart before`,
    reason: { kind: 'changed', from, to },
  };
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
