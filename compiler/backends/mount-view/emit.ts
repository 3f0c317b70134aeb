import { mountsUnavailable, scratchNeedsMounts } from '../../diagnostics/catalog/backends.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import { parentOf } from '../../domain/path.ts';
import type { PathEntry } from '../../ir/filesystem.ts';
import { entryAbove } from '../../ir/path-lookup.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING } from '../coverage.ts';
import { fileCoverage } from '../file-coverage.ts';
import { buildFileTree, scratchSizeOf } from '../file-tree.ts';
import { FILE_GAPS } from '../gaps.ts';
import { jsonArtifact } from '../json-artifact.ts';
import { viewRights } from '../mount-rights.ts';
import { canMount } from '../target-abilities.ts';
import { describeMounts } from './describe.ts';

const name = 'mount-view';

/**
 * The sandbox's own file tree: granted paths at their own places on an empty read-only root, everything else absent.
 *
 * By itself a mount only knows writable or not and executable or not, and a folder on the way to a mount can be listed,
 * so this alone is always looser than a policy; Landlock, laid over the tree, refuses the rest. What the tree closes for
 * Landlock is a grant with fewer rights below one with more.
 */
export const mountView: Backend = {
  name,
  summary: 'file tree of the sandbox: granted paths only, read-only and no-exec where granted so',
  engines: ['process'],
  emit({ policy, target }: Inputs): Emission {
    if (!canMount(target)) return withoutMounts(policy);
    const view = buildFileTree(policy.filesystem, scratchSizeOf(policy));
    return {
      backend: name,
      artifacts: [jsonArtifact('mount-view/mounts.json', describeMounts(view))],
      coverage: {
        ...COVERS_NOTHING,
        filesystem: fileCoverage(policy, {
          mounts: viewRights(view),
          ruleset: null,
          withoutLandlock: FILE_GAPS.mountsAlone,
        }),
      },
      diagnostics: [],
      parts: { mountView: view },
    };
  },
};

function withoutMounts(policy: Policy): Emission {
  const diagnostics: Diagnostic[] = [diagnose(mountsUnavailable, policy.origin.span, {})];
  const { entries } = policy.filesystem;
  for (const entry of entries) {
    if (entry.source !== 'scratch') continue;
    const folder = parentOf(entry.path);
    const above = folder === null ? null : entryAbove(entries, folder);
    if (above?.source === 'host') diagnostics.push(scratchFinding(entry, above));
  }
  return { backend: name, artifacts: [], coverage: COVERS_NOTHING, diagnostics, parts: {} };
}

function scratchFinding({ path, grant }: PathEntry, above: PathEntry): Diagnostic {
  return diagnose(scratchNeedsMounts, grant.origin.span, { path, above: above.path }, [
    { span: above.grant.origin.span, label: `\`${above.path}\` is granted here` },
  ]);
}
