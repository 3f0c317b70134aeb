import { posix } from 'node:path';

const SHIPPED = /^(preset|tier):/;

/**
 * The name of a file that another file names, as a path that the same reader understands. Purely textual. No file gets the
 * name of a shipped part: who may extend one is told by that name.
 */
export function joinBeside(from: string, name: string): string {
  if (name.startsWith('/')) return posix.normalize(name);
  const joined = posix.normalize(posix.join(posix.dirname(from), name));
  return SHIPPED.test(joined) ? `./${joined}` : joined;
}

/** How a manifest names a file: as seen from the blueprint's folder, so that where that lies makes no difference. */
export function inputName(file: string, blueprint: string): string {
  return posix.relative(posix.dirname(blueprint), file);
}
