import { launchPartMissing, launchPlanTooLarge } from '../../diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import type { Artifact, Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING } from '../coverage.ts';
import { canMount } from '../target-abilities.ts';
import { composePlan } from './compose.ts';
import { planCoverage } from './coverage.ts';
import { decodePlan } from './decode.ts';
import { describePlan } from './describe.ts';
import { encodePlan } from './encode.ts';
import { LARGEST_PLAN } from './format.ts';

const name = 'launch-plan';

/**
 * What the launcher does, in one file: namespaces, identity, file tree, Landlock, limits and the filter of system calls.
 * A part that the policy needs and that no backend made leaves the plan unwritten and nothing covered.
 */
export const launchPlan: Backend = {
  name,
  summary: 'binary plan of the launcher, put together from the other parts',
  engines: ['process', 'docker'],
  emit(inputs: Inputs): Emission {
    const { span } = inputs.policy.origin;
    const missing = missingParts(inputs);
    if (missing.length > 0) {
      return without(missing.map((part) => diagnose(launchPartMissing, span, { part })));
    }
    const plan = composePlan(inputs);
    const bytes = encodePlan(plan);
    if (bytes.length > LARGEST_PLAN) {
      return without([diagnose(launchPlanTooLarge, span, { bytes: bytes.length, largest: LARGEST_PLAN })]);
    }
    const artifacts: Artifact[] = [{ path: 'launch/plan.bin', mediaType: 'application/octet-stream', bytes }];
    const parts = { plannedLimits: plan.limits };
    return { backend: name, artifacts, coverage: planCoverage(inputs), diagnostics: [], parts };
  },
  describe(bytes) {
    const read = decodePlan(bytes);
    return read.ok ? describePlan(read.plan) : `This is no launch plan: ${read.detail}\n`;
  },
};

function without(diagnostics: readonly Diagnostic[]): Emission {
  return { backend: name, artifacts: [], coverage: COVERS_NOTHING, diagnostics, parts: {} };
}

/** Best effort for Landlock is the one waiver under which a plan may do without the ruleset. */
function missingParts({ policy, target, parts }: Inputs): string[] {
  const needsLandlock = policy.filesystem.landlock === 'hard_requirement' || target.landlockAbi > 0;
  const needs: [string, boolean][] = [
    ['system call filter', parts.seccomp === null],
    ['Landlock ruleset', parts.landlock === null && needsLandlock],
    ['file tree', parts.mountView === null && canMount(target)],
    ['list of limits', parts.limits === null && policy.resources.limits.length > 0],
  ];
  return needs.filter(([, isMissing]) => isMissing).map(([part]) => part);
}
