import { BitSpace, NOTHING } from '../../domain/bits.ts';
import { ARGUMENT_NODES, ARGUMENTS, allowedArguments } from '../../ir/canonical/syscalls.ts';
import { WRITE_RIGHTS } from '../../ir/filesystem.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Inputs } from '../backend.ts';
import type { LandlockRuleset, RuntimeLimit } from '../parts.ts';
import type { Target } from '../target.ts';
import { canMount } from '../target-abilities.ts';
import { missingSteps } from './encode.ts';
import { followLength, outermost } from './follow.ts';
import {
  type LaunchPlan,
  NAMESPACES,
  type Namespace,
  type PlanIdentity,
  type PlanLandlock,
  type PlanLimit,
} from './format.ts';
import { planMounts } from './plan-mounts.ts';

/** Puts the parts together. All that the policy needs of them is there. */
export function composePlan({ policy, target, parts }: Inputs): LaunchPlan {
  const hasNamespaces = canMount(target);
  const filter = parts.seccomp;
  if (filter && filter.architecture !== target.architecture) {
    throw new Error(`a filter for ${filter.architecture} in a plan for ${target.architecture}`);
  }
  const plan = {
    architecture: target.architecture,
    namespaces: namespacesOf(target),
    identity: identityOf(policy, target),
    newSession: mayTypeForTheUser(policy),
    dropsBoundingSet: hasNamespaces,
    view: parts.mountView === null ? null : planMounts(parts.mountView),
    landlock: parts.landlock && planLandlock(parts.landlock),
    limits: (parts.limits ?? []).map((limit) => planLimit(limit, target)),
    filter: filter?.bytes ?? null,
    workdir: policy.filesystem.workdir,
  };
  return { ...plan, waived: missingSteps(plan) };
}

/** Root needs no user namespace, and is another user inside by becoming one. */
function namespacesOf(target: Target): Namespace[] {
  if (!canMount(target)) return [];
  const all = Object.keys(NAMESPACES) as Namespace[];
  return target.privilege === 'root' ? all.filter((namespace) => namespace !== 'user') : all;
}

function identityOf(policy: Policy, target: Target): PlanIdentity {
  const { identity } = policy.process;
  if (identity.kind === 'invoker') return { kind: 'invoker' };
  const { uid, gid } = identity;
  if (!canMount(target)) return { kind: 'required', uid, gid };
  return { kind: target.privilege === 'root' ? 'switched' : 'mapped', uid, gid };
}

/** TIOCSTI and TIOCLINUX of include/uapi/asm-generic/ioctls.h put keystrokes into the terminal that started the agent. */
const TYPING_REQUESTS = [0x5412n, 0x541cn];

/**
 * Whether the agent could type commands that the user's shell runs after it; then it gets no terminal of the user's. So
 * does one whose rules are too intricate to tell.
 */
function mayTypeForTheUser(policy: Policy): boolean {
  const space = new BitSpace(ARGUMENTS, ARGUMENT_NODES);
  const rules = policy.syscalls.entries.map(({ rule }) => rule).filter(({ name }) => name === 'ioctl');
  const allowed = allowedArguments(space, rules);
  const mayType = TYPING_REQUESTS.some(
    (request) => space.and(allowed, space.compare(1, '==', request, 32)) !== NOTHING,
  );
  return mayType || space.exhausted;
}

function planLandlock(ruleset: LandlockRuleset): PlanLandlock {
  const writable = outermost(ruleset.paths.filter(({ rights }) => (rights & WRITE_RIGHTS) !== 0));
  return {
    requiredAbi: ruleset.requiredAbi,
    bestEffort: ruleset.bestEffort,
    handledFs: ruleset.handledFs,
    handledNet: ruleset.handledNet,
    scoped: ruleset.scoped,
    rules: ruleset.paths.map(({ path, rights, optional }) => ({
      path,
      followTo: followLength(path, writable),
      rights,
      optional,
    })),
  };
}

const RLIMIT_NPROC = 6;
/** The launcher and process 1 count in the user namespace, too. */
const OWN_PROCESSES = 2;

function planLimit({ name, resource, maximum }: RuntimeLimit, target: Target): PlanLimit {
  const countsOwn = resource === RLIMIT_NPROC && namespacesOf(target).includes('user');
  return { name, resource, maximum: countsOwn ? maximum + OWN_PROCESSES : maximum };
}
