import { parseAbsolutePath } from '../../../domain/path.ts';
import type { PathItem } from '../../../frontend/blueprint/blueprint.ts';
import type { Span } from '../../../source/span.ts';
import { isOwn, type Reading } from '../subject.ts';

/** The path entries of the file itself, by path in the one spelling. */
export function ownPaths(reading: Reading): ReadonlyMap<string, PathItem> {
  const words = new Map<string, PathItem>();
  for (const { item } of reading.resolved.paths) {
    const parsed = parseAbsolutePath(item.path.value);
    if (parsed.ok && isOwn(reading, item.path.span)) words.set(parsed.path, item);
  }
  return words;
}

/** Where a path entry of the policy is written, in whichever file; null for the working folder that is included. */
export function placeOfPath(reading: Reading, path: string): Span | null {
  for (const { item } of reading.resolved.paths) {
    const parsed = parseAbsolutePath(item.path.value);
    if (parsed.ok && parsed.path === path) return item.path.span;
  }
  const include = reading.resolved.includeWorkdir;
  return include !== null && reading.bindings.workdir === path ? include.item.span : null;
}
