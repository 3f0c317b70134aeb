import {
  belowProc,
  deniedNowhere,
  deviceFolder,
  pathInvalid,
  pathRoot,
  workdirNotGranted,
} from '../../diagnostics/catalog/filesystem.ts';
import { type AbsolutePath, parentOf, parseAbsolutePath, ROOT } from '../../domain/path.ts';
import type { PathItem, PathMode } from '../../frontend/blueprint/blueprint.ts';
import type { Resolved, Sourced } from '../../resolve/resolved.ts';
import { located, type Span } from '../../source/span.ts';
import {
  type FileRights,
  type FilesystemPolicy,
  NO_RIGHTS,
  type PathEntry,
  type PathSource,
  READ_EXECUTE_RIGHTS,
  rightBit,
  WRITE_RIGHTS,
} from '../filesystem.ts';
import { entryAbove } from '../path-lookup.ts';
import type { Lowering } from './lowering.ts';

const PROC = '/proc';
const DEVICE_FOLDERS = ['/dev', '/sys'];

const RIGHTS: Record<PathMode, FileRights> = {
  read_only: READ_EXECUTE_RIGHTS,
  read_write: READ_EXECUTE_RIGHTS | WRITE_RIGHTS,
  scratch: READ_EXECUTE_RIGHTS | WRITE_RIGHTS,
  deny: NO_RIGHTS,
};

export function lowerFilesystem(resolved: Resolved, lowering: Lowering): FilesystemPolicy {
  const items = [...resolved.paths, ...workdirItem(resolved, lowering)];
  const byPath = new Map<AbsolutePath, PathEntry>();
  for (const { item, trail } of items) {
    const path = usablePath(item.path.value, item.path.span, item.mode, lowering);
    if (path !== null && !byPath.has(path)) byPath.set(path, entryOf(item, path, trail, lowering));
  }
  const entries = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { item } of items) {
    if (item.mode !== 'deny') continue;
    const path = parseAbsolutePath(item.path.value);
    if (path.ok && !isGrantedAbove(entries, path.path)) {
      lowering.report(deniedNowhere, item.path.span, { path: path.path });
    }
  }
  return {
    entries,
    workdir: grantedWorkdir(resolved, entries, lowering),
    landlock: resolved.landlock?.item.value ?? 'hard_requirement',
  };
}

/** The working folder counts as one more writable path, unless a path entry speaks about it already. */
function workdirItem(resolved: Resolved, lowering: Lowering): Sourced<PathItem>[] {
  const include = resolved.includeWorkdir;
  if (!include?.item.value) return [];
  const path = located(lowering.bindings.workdir, include.item.span);
  const item: PathItem = { mode: 'read_write', path, optional: null, execute: null, grant: null };
  return [{ item, trail: include.trail }];
}

function usablePath(text: string, span: Span, mode: PathMode, lowering: Lowering): AbsolutePath | null {
  const parsed = parseAbsolutePath(text);
  if (!parsed.ok) {
    lowering.report(pathInvalid, span, { path: text, problem: parsed.problem });
    return null;
  }
  const { path } = parsed;
  if (path === '/') {
    lowering.report(pathRoot, span, { mode });
    return null;
  }
  if (path.startsWith(`${PROC}/`)) {
    lowering.report(belowProc, span, { path });
    return null;
  }
  if (DEVICE_FOLDERS.includes(path) && mode !== 'deny') lowering.report(deviceFolder, span, { path });
  return path;
}

function entryOf(
  item: PathItem,
  path: AbsolutePath,
  trail: readonly string[],
  lowering: Lowering,
): PathEntry {
  const noExecute = item.execute?.value === false ? rightBit('execute') : 0;
  return {
    path,
    source: sourceOf(item.mode, path),
    rights: RIGHTS[item.mode] & ~noExecute,
    optional: item.optional?.value ?? item.mode === 'deny',
    grant: lowering.grant(`filesystem:${path}`, item.path.span, trail, item.grant),
  };
}

function sourceOf(mode: PathMode, path: AbsolutePath): PathSource {
  if (mode === 'deny') return 'hidden';
  if (mode === 'scratch') return 'scratch';
  return path === PROC ? 'proc' : 'host';
}

function isGrantedAbove(entries: readonly PathEntry[], path: AbsolutePath): boolean {
  const parent = parentOf(path);
  const above = parent === null ? null : entryAbove(entries, parent);
  return above !== null && above.source !== 'hidden';
}

function grantedWorkdir(resolved: Resolved, entries: readonly PathEntry[], lowering: Lowering): AbsolutePath {
  const { workdir } = lowering.bindings;
  const parsed = parseAbsolutePath(workdir);
  const span = resolved.includeWorkdir?.item.span ?? resolved.metadata.name.span;
  if (!parsed.ok) {
    lowering.report(pathInvalid, span, { path: workdir, problem: parsed.problem });
    return ROOT;
  }
  const above = entryAbove(entries, parsed.path);
  if (above === null || above.rights === NO_RIGHTS) lowering.report(workdirNotGranted, span, { workdir });
  return parsed.path;
}
