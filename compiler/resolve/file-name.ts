import { posix } from 'node:path';

/** The name of a file that another file names, as a path that the same reader understands. Purely textual. */
export function joinBeside(from: string, name: string): string {
  if (name.startsWith('/')) return posix.normalize(name);
  return posix.normalize(posix.join(posix.dirname(from), name));
}

/** How a manifest names a file: as seen from the blueprint's folder, so that where that lies makes no difference. */
export function inputName(file: string, blueprint: string): string {
  return posix.relative(posix.dirname(blueprint), file);
}
