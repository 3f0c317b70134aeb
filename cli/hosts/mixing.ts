import { type Difference, difference } from '../../compiler/analysis/difference/difference.ts';
import type { BoundCredential } from '../../compiler/ir/credential.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
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
  const held = heldCredentials(old.policy, next.policy);
  const sameLaunch = launch.length === 0 && isKnown && samePlan(old, next) && held !== 'exchanged';
  const tableNarrows = isKnown && live.every(({ direction }) => direction === 'narrows');
  const launchWidens =
    isKnown && held !== 'exchanged' && launch.every(({ direction }) => direction === 'widens');
  const named = [...namesOf(launch), ...(held === 'same' ? [] : ['credentials'])];
  return {
    difference: found,
    live: namesOf(live),
    launch: launch.length === 0 && !samePlan(old, next) ? ['launch plan', ...named] : named,
    sameLaunch,
    mayMix: sameLaunch || tableNarrows || launchWidens,
  };
}

/**
 * The gateway got the values of credentials when it was started. One that is new has none until then, and goes nowhere; one that
 * is gone is bound to nothing. But of a name that stands for another secret now, the old secret would go where the new one may.
 */
function heldCredentials(old: Policy, next: Policy): 'same' | 'added' | 'exchanged' {
  const before = new Map(old.credentials.map((one) => [one.name, heldAs(one)]));
  const after = new Map(next.credentials.map((one) => [one.name, heldAs(one)]));
  const isExchanged = [...after].some(([name, held]) => before.has(name) && before.get(name) !== held);
  if (isExchanged) return 'exchanged';
  return [...after.keys()].every((name) => before.has(name)) ? 'same' : 'added';
}

function heldAs({ source, variable }: BoundCredential): string {
  return JSON.stringify([source, variable]);
}

function namesOf(changes: readonly { readonly facet: string }[]): string[] {
  return [...new Set(changes.map(({ facet }) => facet))].sort();
}

function samePlan(old: LoadedBundle, next: LoadedBundle): boolean {
  const [a, b] = [old.artifacts.get(PLAN), next.artifacts.get(PLAN)];
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
