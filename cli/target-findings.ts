import { type Finding, finding } from '../compiler/analysis/lint/finding.ts';
import { placeOfPath } from '../compiler/analysis/lint/rules/path-words.ts';
import { isOwn, type Reading } from '../compiler/analysis/lint/subject.ts';
import { type FileDifference, fileDifferences } from '../compiler/backends/file-coverage.ts';
import { FILE_GAPS } from '../compiler/backends/gaps.ts';
import { combineCoverage } from '../compiler/backends/gate.ts';
import type { Target } from '../compiler/backends/target.ts';
import { treeUnder } from '../compiler/backends/tree-under.ts';
import { emitAll } from '../compiler/bundle/emit-all.ts';
import { lintLostOnTarget, lintNotWorkingOnTarget } from '../compiler/diagnostics/catalog/lint/targets.ts';
import { describeAccess, fileAction } from '../compiler/ir/access-words.ts';
import { FACETS } from '../compiler/ir/facet.ts';

const WHY: Readonly<Record<string, string>> = {
  [FILE_GAPS.landlockAdditive]:
    'Landlock rules add up along a path, and no mount takes back what a folder above grants',
  [FILE_GAPS.landlockAbi]: "the Landlock of the target's kernel does not know this right",
  [FILE_GAPS.landlockExecute]: 'a file that can be read can be run through the dynamic linker',
  [FILE_GAPS.optionalBelowWritable]: 'the path may be missing at the start, and the agent can then make it',
  [FILE_GAPS.mountsAlone]: 'mounts only know writable or not and executable or not',
};

/**
 * What of a blueprint does not hold on a target, at the entries concerned: rights that Landlock alone cannot take back
 * below a writable folder, or that an older kernel loses under best effort. What the blueprint accepts by name is left out.
 */
export function targetFindings(reading: Reading, target: Target, name: string): Finding[] {
  const { policy } = reading;
  const { emissions, parts } = emitAll(policy, target);
  const accepted = new Set(policy.waivers.map(({ gap }) => gap));
  const differences = fileDifferences(policy, {
    mounts: treeUnder({ policy, target, parts }),
    ruleset: parts.landlock,
    withoutLandlock: FILE_GAPS.landlockAbi,
  }).filter(({ gap }) => gap === null || !accepted.has(gap));
  const coverage = combineCoverage(emissions);
  const others = FACETS.flatMap((facet) => {
    const covered = coverage[facet];
    if (facet === 'filesystem' || covered.kind !== 'looser' || accepted.has(covered.gap)) return [];
    const { why, gap, witness } = covered;
    const parameters = { target: name, action: describeAccess(witness), more: 0, why, gap };
    return [finding(lintLostOnTarget, reading.resolved.metadata.name.span, parameters)];
  });
  return [...fileFindings(reading, differences, name), ...others];
}

/** One a path that the file names, and one for all that it does not. */
function fileFindings(reading: Reading, differences: readonly FileDifference[], target: string): Finding[] {
  const groups = new Map<string, FileDifference[]>();
  for (const difference of differences) {
    const key = `${difference.gap ?? 'lost'} ${placeKey(reading, difference)}`;
    groups.set(key, [...(groups.get(key) ?? []), difference]);
  }
  return [...groups.values()].map((group) => {
    const [{ gap, path, right }] = group as [FileDifference, ...FileDifference[]];
    const own = placeOfPath(reading, path);
    const place = own !== null && isOwn(reading, own) ? own : reading.resolved.metadata.name.span;
    const about = { target, action: fileAction(right, path), more: group.length - 1 };
    return gap === null
      ? finding(lintNotWorkingOnTarget, place, about)
      : finding(lintLostOnTarget, place, { ...about, why: WHY[gap]!, gap });
  });
}

function placeKey(reading: Reading, { path }: FileDifference): string {
  const own = placeOfPath(reading, path);
  return own !== null && isOwn(reading, own) ? path : 'elsewhere';
}
