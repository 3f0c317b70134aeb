import {
  coverageAccepted,
  coverageLooser,
  coverageNone,
  coverageUnusedWaiver,
} from '../diagnostics/catalog/backends.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose } from '../diagnostics/entry.ts';
import { describeAccess } from '../ir/access-words.ts';
import { FACETS, type Facet } from '../ir/facet.ts';
import type { Policy } from '../ir/policy.ts';
import type { Emission } from './backend.ts';
import { type Coverage, EXACT, type FacetCoverage, UNCOVERED } from './coverage.ts';
import { isAccepted } from './gaps.ts';
import { placeOf } from './place.ts';

type Looser = Extract<FacetCoverage, { kind: 'looser' }>;
type Covered = Pick<Emission, 'coverage'>;

/**
 * How well mechanisms that all stand in one sandbox enforce each facet together.
 *
 * An access works only when every mechanism lets it through: what works is the intersection of what each one lets
 * through. So a single mechanism that is exact or stricter keeps the whole from being looser, whatever the others let
 * through; and one that is stricter makes the whole stricter. Where all that concern themselves with a facet are looser,
 * the last one speaks, because backends that build on others come after them and know what those take away. That two
 * looser ones together may be exact is not assumed: a composing backend says so itself.
 */
export function combineCoverage(emissions: readonly Covered[]): Coverage {
  const combined = FACETS.map((facet) => [facet, combineFacet(emissions, facet)] as const);
  return Object.fromEntries(combined) as Record<Facet, FacetCoverage>;
}

function combineFacet(emissions: readonly Covered[], facet: Facet): FacetCoverage {
  const said = emissions.map(({ coverage }) => coverage[facet]);
  const stricter = said.find(({ kind }) => kind === 'stricter');
  if (stricter) return stricter;
  if (said.some(({ kind }) => kind === 'exact')) return EXACT;
  return said.findLast(({ kind }) => kind === 'looser') ?? UNCOVERED;
}

/**
 * Whether a policy may be applied with what was emitted: every facet is covered exactly or more strictly, or the
 * blueprint accepts that very gap by name (`FACET/none` where nothing covers the facet). What works in the end is no
 * more than any one mechanism lets through, so it is enough that the gap of one of them is accepted.
 */
export function gate(
  policy: Policy,
  emissions: readonly Covered[],
): { readonly coverage: Coverage; readonly diagnostics: readonly Diagnostic[] } {
  const coverage = combineCoverage(emissions);
  const used = new Set<string>();
  const diagnostics = FACETS.flatMap((facet) => {
    const deciding = decidingGap(policy, facet, coverage[facet], emissions);
    if (deciding === null) return [];
    if (!deciding.accepted) return [refusal(policy, facet, deciding)];
    used.add(deciding.gap);
    return [acceptance(policy, facet, deciding)];
  });
  return { coverage, diagnostics: [...diagnostics, ...unusedWaivers(policy, used)] };
}

interface OpenGap {
  readonly gap: string;
  /** Null where nothing covers the facet, so that anything would be a witness. */
  readonly looser: Looser | null;
}

/**
 * The gap of a facet that decides whether the policy may be applied: of all that stand open the last one that the blueprint
 * accepts, else the last one. Null where there is none.
 */
export function decidingGap(
  policy: Policy,
  facet: Facet,
  combined: FacetCoverage,
  emissions: readonly Covered[],
): (OpenGap & { readonly accepted: boolean }) | null {
  const gaps = openGaps(facet, combined, emissions);
  const taken = gaps.findLast(({ gap }) => isAccepted(policy, gap));
  if (taken) return { ...taken, accepted: true };
  const last = gaps.at(-1);
  return last ? { ...last, accepted: false } : null;
}

function openGaps(facet: Facet, combined: FacetCoverage, emissions: readonly Covered[]): OpenGap[] {
  if (combined.kind === 'none') return [{ gap: `${facet}/none`, looser: null }];
  if (combined.kind !== 'looser') return [];
  const said = emissions.map(({ coverage }) => coverage[facet]);
  return said.flatMap((one) => (one.kind === 'looser' ? [{ gap: one.gap, looser: one }] : []));
}

function refusal(policy: Policy, facet: Facet, { gap, looser }: OpenGap): Diagnostic {
  if (looser === null) return diagnose(coverageNone, policy.origin.span, { facet });
  return diagnose(coverageLooser, placeOf(policy, looser.witness), {
    facet,
    gap,
    witness: describeAccess(looser.witness),
    why: looser.why,
  });
}

function acceptance(policy: Policy, facet: Facet, { gap, looser }: OpenGap): Diagnostic {
  const waiver = policy.waivers.find((one) => one.gap === gap);
  const { span } = waiver?.grant.origin ?? policy.filesystem.landlockGrant.origin;
  return diagnose(coverageAccepted, span, {
    facet,
    gap,
    reason: waiver?.reason ?? '`landlock` is best effort',
    lost: looser === null ? 'nothing enforces it' : `the agent can ${describeAccess(looser.witness)}`,
  });
}

/** A backend names one gap a facet, so further waivers of a facet with an accepted gap may well be needed. */
function unusedWaivers(policy: Policy, used: ReadonlySet<string>): Diagnostic[] {
  const facetsWithGaps = new Set([...used].map(facetOf));
  return policy.waivers
    .filter(({ gap }) => !used.has(gap) && !facetsWithGaps.has(facetOf(gap)))
    .map(({ gap, grant }) => diagnose(coverageUnusedWaiver, grant.origin.span, { gap }));
}

function facetOf(gap: string): string {
  return gap.slice(0, gap.indexOf('/'));
}
