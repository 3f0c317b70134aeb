import { type Difference, difference } from '../../compiler/analysis/difference/difference.ts';
import type { LoadedBundle } from './loaded-bundle.ts';

/** Facets that the gateway decides, which can change under a running process; all others are the process's own. */
const LIVE_FACETS: readonly string[] = ['egress', 'inference'];
const PLAN = 'launch/plan.bin';

/** What a change from one generation to the next touches. */
export interface Touched {
  readonly difference: Difference;
  /** Facets whose change takes effect at once. */
  readonly live: readonly string[];
  /** Facets that need a new process. */
  readonly launch: readonly string[];
  /** Whether a process started under the one has the same launch rules as one started under the other. */
  readonly sameLaunch: boolean;
  /**
   * Whether the new table beside the old launch rules is within what one of the two generations says, whole. It is when the
   * launch rules are the same (then it is the new generation), when the table only narrows (then it is within the old one),
   * and when the launch rules only widen (then it is within the new one). What could not be compared counts as both.
   */
  readonly mayMix: boolean;
}

export function touchedBy(old: LoadedBundle, next: LoadedBundle): Touched {
  const found = difference(old.policy, next.policy);
  const isKnown =
    found.unknown === null && (found.verdict !== 'equal' || old.manifest.policy === next.manifest.policy);
  const { changes } = found;
  const live = changes.filter(({ facet }) => LIVE_FACETS.includes(facet));
  const launch = changes.filter(({ facet }) => !LIVE_FACETS.includes(facet));
  const sameLaunch = launch.length === 0 && isKnown && samePlan(old, next);
  const tableNarrows = isKnown && live.every(({ direction }) => direction === 'narrows');
  const launchWidens = isKnown && launch.every(({ direction }) => direction === 'widens');
  return {
    difference: found,
    live: namesOf(live),
    launch: launch.length === 0 && !samePlan(old, next) ? ['launch plan'] : namesOf(launch),
    sameLaunch,
    mayMix: sameLaunch || tableNarrows || launchWidens,
  };
}

function namesOf(changes: readonly { readonly facet: string }[]): string[] {
  return [...new Set(changes.map(({ facet }) => facet))].sort();
}

function samePlan(old: LoadedBundle, next: LoadedBundle): boolean {
  const [a, b] = [old.artifacts.get(PLAN), next.artifacts.get(PLAN)];
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
