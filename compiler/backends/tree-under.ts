import type { Inputs } from './backend.ts';
import { containerMounts, containerRights } from './container.ts';
import { HOST_TREE, type MountRights, viewRights } from './mount-rights.ts';

/** The file tree that the agent sees on a target: the view's, the container's, or the host's where neither is there. */
export function treeUnder({ policy, target, parts }: Inputs): MountRights {
  if (parts.mountView !== null) return viewRights(parts.mountView);
  return target.engine === 'docker' ? containerRights(containerMounts(policy)) : HOST_TREE;
}
