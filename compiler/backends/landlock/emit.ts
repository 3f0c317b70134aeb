import {
  landlockBestEffort,
  landlockTooOld,
  landlockWaiverUnused,
} from '../../diagnostics/catalog/backends.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import { fileAction } from '../../ir/access-words.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Span } from '../../source/span.ts';
import type { Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING } from '../coverage.ts';
import { type FileDifference, fileCoverage } from '../file-coverage.ts';
import { FILE_GAPS } from '../gaps.ts';
import { jsonArtifact } from '../json-artifact.ts';
import type { LandlockRuleset } from '../parts.ts';
import { placeOf } from '../place.ts';
import type { Target } from '../target.ts';
import { isInNamespaces } from '../target-abilities.ts';
import { treeUnder } from '../tree-under.ts';
import { kernelWith } from './abi.ts';
import { lossesByAbi, requiredAbi } from './required-abi.ts';
import { rulesetAt } from './ruleset.ts';
import { rulesetJson } from './ruleset-json.ts';

const name = 'landlock';

/**
 * The kernel's own access control for files. Its coverage counts the mounts under it, the view's or the container's, so
 * it says what the two refuse together.
 *
 * Never refused by Landlock: stat, access, chdir, readlink, chmod, chown, utime and setxattr. A policy does not speak
 * of them; the mount view leaves them no ungranted path to act on. Its network rules and scopes stand behind the
 * namespaces and cover no facet by themselves: TCP fast open, MPTCP and UDP pass them.
 */
export const landlock: Backend = {
  name,
  summary: 'Landlock ruleset: which files and folders may be used, and for what',
  engines: ['process', 'docker'],
  emit(inputs: Inputs): Emission {
    const { policy, target } = inputs;
    const mounts = treeUnder(inputs);
    const lossesAt = lossesByAbi(policy, target, mounts);
    const required = requiredAbi(lossesAt, target);
    const masks = rulesetAt(target.landlockAbi, policy, target);
    const ruleset: LandlockRuleset | null = masks && { ...masks, requiredAbi: required };
    const isTooOld = target.landlockAbi < required;
    return {
      backend: name,
      artifacts: ruleset === null ? [] : [jsonArtifact('landlock/ruleset.json', rulesetJson(ruleset))],
      coverage: {
        ...COVERS_NOTHING,
        filesystem: fileCoverage(policy, { mounts, ruleset, withoutLandlock: FILE_GAPS.landlockAbi }),
      },
      diagnostics: isTooOld
        ? [tooOld(policy, target, required, lossesAt(target.landlockAbi))]
        : unusedWaiver(policy, target),
      parts: { landlock: ruleset },
    };
  },
};

/** The waiver is said each time, also where it costs nothing: on another kernel it will. */
function unusedWaiver(policy: Policy, { landlockAbi }: Target): Diagnostic[] {
  if (policy.filesystem.landlock !== 'best_effort') return [];
  const { span } = policy.filesystem.landlockGrant.origin;
  return [diagnose(landlockWaiverUnused, span, { offered: landlockAbi })];
}

function tooOld(
  policy: Policy,
  target: Target,
  required: number,
  losses: readonly FileDifference[],
): Diagnostic {
  const actions = (kept: (loss: FileDifference) => boolean) =>
    losses.filter(kept).map(({ right, path }) => fileAction(right, path));
  const outside = isInNamespaces(target) ? [] : ["signal the user's other processes"];
  const kind = policy.filesystem.landlock === 'best_effort' ? landlockBestEffort : landlockTooOld;
  return diagnose(kind, placeOfNeed(policy, target, losses), {
    offered: target.landlockAbi,
    required,
    kernel: kernelWith(required),
    notRefused: [...actions(({ gap }) => gap !== null), ...outside],
    notWorking: actions(({ gap }) => gap === null),
  });
}

/**
 * The entry that an old kernel loses first. What is lost without any Landlock is everything, and best effort is a word
 * of its own: there the blueprint's word for Landlock is the place.
 */
function placeOfNeed(policy: Policy, { landlockAbi }: Target, losses: readonly FileDifference[]): Span {
  const first = losses.find(({ gap }) => gap !== null) ?? losses[0];
  const { landlock: wanted, landlockGrant } = policy.filesystem;
  if (first === undefined || landlockAbi === 0 || wanted === 'best_effort') return landlockGrant.origin.span;
  return placeOf(policy, { facet: 'filesystem', path: first.path, right: first.right });
}
