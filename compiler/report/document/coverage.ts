import type { Emission } from '../../backends/backend.ts';
import type { FacetCoverage } from '../../backends/coverage.ts';
import { decidingGap } from '../../backends/gate.ts';
import type { Target } from '../../backends/target.ts';
import { buildBundle } from '../../bundle/bundle.ts';
import { describeAccess } from '../../ir/access-words.ts';
import { FACETS, type Facet } from '../../ir/facet.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Bindings, Input } from '../../resolve/resolved.ts';
import type { Phrase } from '../phrase.ts';
import { fromQuoted, words } from './phrase.ts';

/** A place that the document judges. */
export interface JudgedPlace {
  /** As `--target` takes it. */
  readonly name: string;
  readonly target: Target;
}

/** How well one target enforces the blueprint. */
export interface TargetVerdict {
  readonly name: string;
  /** What was assumed where the target leaves something open; null for nothing. */
  readonly assumed: string | null;
  /** Whether it is enforced up to the gaps that the blueprint accepts. */
  readonly enforced: boolean;
  readonly facets: readonly FacetVerdict[];
  /** Why it is not enforced, in the words of the findings; empty where it is. */
  readonly refusals: readonly Phrase[];
}

export interface FacetVerdict {
  readonly facet: Facet;
  readonly kind: FacetCoverage['kind'];
  /** Null where it is exact. */
  readonly why: Phrase | null;
  readonly gap: string | null;
  /** Whether the blueprint accepts that gap by name. */
  readonly accepted: boolean;
  /** What works although it is denied; null where no example is known. */
  readonly witness: Phrase | null;
}

/** Stands for whichever image somebody gives: coverage does not depend on what is in it. */
const SOME_IMAGE = `image@sha256:${'0'.repeat(64)}`;

export function judge(
  policy: Policy,
  { name, target }: JudgedPlace,
  bindings: Bindings,
  inputs: readonly Input[],
): TargetVerdict {
  const lacksImage = target.engine === 'docker' && target.image === null;
  const judged = lacksImage ? { ...target, image: SOME_IMAGE } : target;
  const { bundle, coverage, emissions, diagnostics } = buildBundle(policy, judged, bindings, inputs);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return {
    name,
    assumed: lacksImage ? 'an image that is given by its digest' : null,
    enforced: bundle !== null,
    facets: FACETS.map((facet) => facetVerdict(policy, facet, coverage[facet], emissions)),
    refusals: bundle === null ? errors.map(({ message }) => fromQuoted(message)) : [],
  };
}

function facetVerdict(
  policy: Policy,
  facet: Facet,
  covered: FacetCoverage,
  emissions: readonly Emission[],
): FacetVerdict {
  if (covered.kind === 'exact' || covered.kind === 'stricter') {
    const why = covered.kind === 'exact' ? null : fromQuoted(covered.why);
    return { facet, kind: covered.kind, why, gap: null, accepted: false, witness: null };
  }
  const deciding = decidingGap(policy, facet, covered, emissions);
  const looser = deciding?.looser ?? null;
  return {
    facet,
    kind: covered.kind,
    why: looser === null ? words('nothing enforces it') : fromQuoted(looser.why),
    gap: deciding?.gap ?? null,
    accepted: deciding?.accepted ?? false,
    witness: looser === null ? null : fromQuoted(describeAccess(looser.witness)),
  };
}
