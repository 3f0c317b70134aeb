import {
  belowProc,
  deniedByOneName,
  deniedNowhere,
  deviceFolder,
  pathInvalid,
  pathRoot,
  procWritable,
  socketFolder,
  workdirNotGranted,
} from '../../diagnostics/catalog/filesystem.ts';
import { type AbsolutePath, parentOf, parseAbsolutePath, ROOT, segmentsOf } from '../../domain/path.ts';
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
/** Where services of the host listen (FHS 3.0 section 3.15), and what a socket is usually called. */
const SOCKET_PLACE = /^(?:\/var)?\/run(?:\/|$)|\.sock(?:et)?$/;
/** Folders that most hosts have as links to the same name below `/usr`. */
const MERGED = /^(\/usr)?(\/(?:bin|sbin|lib|lib64)(?:\/.*)?)$/;
/** Deeper paths do not occur, and each segment may cost a mount. */
const MOST_SEGMENTS = 64;

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
  for (const { item, replaced } of resolved.paths) {
    const path = item.mode === 'deny' ? parseAbsolutePath(item.path.value) : null;
    if (!path?.ok) continue;
    const takesBack = replaced.some(({ mode }) => mode !== 'deny');
    if (!takesBack && !isGrantedAbove(entries, path.path)) {
      lowering.report(deniedNowhere, item.path.span, { path: path.path });
    }
    checkOtherName(path.path, item.path.span, entries, lowering);
  }
  return {
    entries,
    workdir: grantedWorkdir(resolved, entries, lowering),
    landlock: resolved.landlock?.item.value ?? 'hard_requirement',
    landlockGrant: lowering.grant(
      'filesystem:landlock',
      resolved.landlock?.item.span ?? resolved.metadata.name.span,
      resolved.landlock?.trail ?? [],
      null,
    ),
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
  if (segmentsOf(path).length > MOST_SEGMENTS) {
    lowering.report(pathInvalid, span, { path: `${path.slice(0, 60)}...`, problem: 'too-many-folders' });
    return null;
  }
  if (path === '/') {
    lowering.report(pathRoot, span, { mode });
    return null;
  }
  if (path.startsWith(`${PROC}/`)) {
    lowering.report(belowProc, span, { path });
    return null;
  }
  if (path === PROC && (mode === 'read_write' || mode === 'scratch')) {
    lowering.report(procWritable, span, {});
    return null;
  }
  if (mode === 'read_only' || mode === 'read_write') {
    if (DEVICE_FOLDERS.includes(path)) lowering.report(deviceFolder, span, { path });
    if (SOCKET_PLACE.test(path)) lowering.report(socketFolder, span, { path });
  }
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

function checkOtherName(
  path: AbsolutePath,
  span: Span,
  entries: readonly PathEntry[],
  lowering: Lowering,
): void {
  const [, prefix, rest] = MERGED.exec(path) ?? [];
  if (rest === undefined) return;
  const alias = (prefix === undefined ? `/usr${rest}` : rest) as AbsolutePath;
  const other = entryAbove(entries, alias);
  if (other !== null && other.source !== 'hidden') lowering.report(deniedByOneName, span, { path, alias });
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
