import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { decide } from '../compiler/ir/decide.ts';
import type { PathEntry } from '../compiler/ir/filesystem.ts';
import type { Policy } from '../compiler/ir/policy.ts';

/**
 * The entry through which an agent could read or change something in a folder of the host, or change a link on the way to it, or
 * null. Links are followed: what counts is which folder stands behind a granted path.
 */
export function entryThatReaches(policy: Policy, folder: string): PathEntry | null {
  const behind = entryAt(policy, realOf(folder), ['read_file', 'write_file']);
  if (behind !== null) return behind;
  for (const link of linksOnTheWay(folder)) {
    const entry = entryAt(policy, link, ['write_file']);
    if (entry !== null) return entry;
  }
  return null;
}

/** @param real of the host, with no link on the way to it */
function entryAt(
  policy: Policy,
  real: string,
  rights: readonly ('read_file' | 'write_file')[],
): PathEntry | null {
  return (
    policy.filesystem.entries.find((entry) => {
      if (entry.source !== 'host') return false;
      const rest = relative(realOf(entry.path), real);
      if (rest === '..' || rest.startsWith('../')) return false;
      const path = rest === '' ? entry.path : `${entry.path}/${rest}`;
      return rights.some(
        (right) => decide(policy, { facet: 'filesystem', path: `${path}/any`, right }).verdict === 'allow',
      );
    }) ?? null
  );
}

/** As many as Linux follows (path_resolution(7)); by more nobody gets anywhere. */
const MOST_LINKS = 40;

/**
 * Where the links stand by which a path leads elsewhere, those included that a link leads through: whoever changes one makes the
 * path another.
 */
function linksOnTheWay(path: string): string[] {
  const links: string[] = [];
  const left = path.split('/');
  let real = '/';
  for (let part = left.shift(); part !== undefined && links.length < MOST_LINKS; part = left.shift()) {
    const here = join(real, part);
    const isLink = lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    if (isLink) {
      links.push(here);
      const target = readlinkSync(here);
      if (isAbsolute(target)) real = '/';
      left.unshift(...target.split('/'));
    } else real = here;
  }
  return links;
}

/** Where a path leads, as far as it is there: what is missing will be made behind the links before it. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realOf(parent), basename(path));
  }
}
