import { type FileRights, listRights } from '../../ir/filesystem.ts';
import type { LandlockRuleset } from '../parts.ts';
import { NETWORK_RIGHTS, SCOPES } from './abi.ts';

/**
 * The ruleset in the published format of landlockconfig (https://github.com/landlock-lsm/landlockconfig). Every right
 * is written by its own name: the group names of that format stand for other rights in each ABI. The format cannot say
 * that a path is optional, and whoever loads it must leave the rights of folders away where a path is a file.
 */
export function rulesetJson(ruleset: LandlockRuleset): unknown {
  const network = namesOf(NETWORK_RIGHTS, ruleset.handledNet);
  const scopes = namesOf(SCOPES, ruleset.scoped);
  return {
    abi: ruleset.abi,
    ruleset: [
      {
        handledAccessFs: listRights(ruleset.handledFs),
        ...(network.length > 0 && { handledAccessNet: network }),
        ...(scopes.length > 0 && { scoped: scopes }),
      },
    ],
    ...(ruleset.paths.length > 0 && { pathBeneath: groupByRights(ruleset) }),
  };
}

/** One group for each set of rights, in the order of its first path. */
function groupByRights({ paths }: LandlockRuleset): unknown[] {
  const groups = new Map<FileRights, string[]>();
  for (const { path, rights } of paths) {
    const group = groups.get(rights);
    if (group) group.push(path);
    else groups.set(rights, [path]);
  }
  return [...groups].map(([rights, parent]) => ({ allowedAccess: listRights(rights), parent }));
}

function namesOf(bits: Readonly<Record<string, number>>, set: number): string[] {
  return Object.keys(bits).filter((name) => (set & bits[name]!) !== 0);
}
