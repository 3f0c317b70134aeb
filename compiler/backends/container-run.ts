import {
  containerEnvironment,
  containerImageNotPinned,
  containerNoImage,
  containerPath,
} from '../diagnostics/catalog/backends.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose } from '../diagnostics/entry.ts';
import type { Policy } from '../ir/policy.ts';
import type { Identity } from '../ir/process.ts';
import type { Inputs } from './backend.ts';
import { type ContainerMount, containerMounts, containerRights } from './container.ts';
import { COVERS_NOTHING, type Coverage, EXACT, type FacetCoverage } from './coverage.ts';
import { fileCoverage } from './file-coverage.ts';
import { FILE_GAPS } from './gaps.ts';
import type { RuntimeLimit } from './parts.ts';
import { placeOfPath } from './place.ts';

/** Files of the bundle that a container needs, relative to the bundle's folder, and where the container has them. */
export const BUNDLE_FILES = {
  seccompProfile: 'seccomp/container.json',
  launcher: { source: 'launch/nemoclaw-launcher', target: '/.nemoclaw/launcher' },
  plan: { source: 'launch/plan.bin', target: '/.nemoclaw/plan' },
} as const;

/** How a container for the sandbox is started, before it is written as arguments or as a Compose file. */
export interface ContainerRun {
  /** Name and digest. */
  readonly image: string;
  readonly identity: Identity;
  readonly workdir: string;
  readonly mounts: readonly ContainerMount[];
  /** Variables by whole names; null passes on the value from outside. */
  readonly environment: readonly { readonly name: string; readonly value: string | null }[];
  readonly processes: number | null;
  readonly limits: readonly RuntimeLimit[];
}

/** `name@sha256:digest`, where the name is as the distribution specification has it, perhaps with host, port and tag. */
const PINNED_IMAGE =
  /^[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?@sha256:[0-9a-f]{64}$/i;

/** @returns null exactly when the diagnostics hold an error */
export function containerRun(inputs: Inputs): {
  readonly run: ContainerRun | null;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { policy, target, parts } = inputs;
  const mounts = containerMounts(policy);
  const diagnostics = [
    ...imageProblems(target.image),
    ...mounts.flatMap((mount) => mountProblems(mount, policy)),
  ];
  if (diagnostics.length > 0 || target.image === null) return { run: null, diagnostics };
  const isPattern = ({ name }: { readonly name: string }) => name.endsWith('*');
  const { environment } = policy.process;
  const patterns = environment.filter(isPattern);
  return {
    run: {
      image: target.image,
      identity: policy.process.identity,
      workdir: policy.filesystem.workdir,
      mounts,
      environment: environment
        .filter((entry) => !isPattern(entry))
        .map(({ name, value }) => ({ name, value })),
      processes: policy.resources.limits.find(({ name }) => name === 'processes')?.maximum ?? null,
      limits: parts.limits ?? [],
    },
    diagnostics: patterns.map(({ name, grant }) =>
      diagnose(containerEnvironment, grant.origin.span, { name }),
    ),
  };
}

function imageProblems(image: string | null): Diagnostic[] {
  if (image === null) return [diagnose(containerNoImage, null, {})];
  return PINNED_IMAGE.test(image) ? [] : [diagnose(containerImageNotPinned, null, { image })];
}

/** A scratch folder's options follow its path after a `:`; there is no way to write one in the path. */
function mountProblems({ kind, path }: ContainerMount, policy: Policy): Diagnostic[] {
  if (kind === 'bind' || kind === 'volume' || !path.includes(':')) return [];
  const why = 'its option for folders in memory has no way to write `:`';
  return [diagnose(containerPath, placeOfPath(policy, path), { path, why })];
}

/** What the container enforces, together with the Landlock ruleset that the launcher applies inside. */
export function containerCoverage(inputs: Inputs, run: ContainerRun): Coverage {
  const { policy, parts } = inputs;
  return {
    ...COVERS_NOTHING,
    filesystem: fileCoverage(policy, {
      mounts: containerRights(run.mounts),
      ruleset: parts.landlock,
      withoutLandlock: FILE_GAPS.landlockAbi,
    }),
    process: environmentCoverage(inputs),
    egress: withoutNetwork(policy.egress.entries.length === 0),
    inference: withoutNetwork(policy.inference.routes.length === 0),
    resources: EXACT,
  };
}

function environmentCoverage({ policy }: Inputs): FacetCoverage {
  const pattern = policy.process.environment.find(({ name }) => name.endsWith('*'));
  if (!pattern) return COVERS_NOTHING.process;
  return {
    kind: 'stricter',
    why: `variables named by the pattern \`${pattern.name}\` do not reach a container`,
  };
}

function withoutNetwork(grantsNothing: boolean): FacetCoverage {
  if (grantsNothing) return EXACT;
  return { kind: 'stricter', why: 'the container has no network but its own loopback' };
}
