import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One file that names another of the project. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
  /** Only types: nothing is left of it when the program runs. */
  readonly typesOnly: boolean;
}

/** `import ... from '...'`, `export ... from '...'`, `import('...')` and `import '...'`, over several lines. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(?<type>type\s+)?(?:(?<names>[\w*{}\s,$]+?)\s+from\s+)?'(?<static>\.{1,2}\/[^']+)'|\bimport\(\s*'(?<dynamic>\.{1,2}\/[^']+)'\s*\)/g;

/** Files of the project that a text names, as paths relative to the project. */
export function importsIn(file: string, text: string): ImportEdge[] {
  return [...text.matchAll(IMPORT)].map(({ groups }) => {
    const { type, names, static: fixed, dynamic } = groups!;
    const to = join(dirname(file), fixed ?? dynamic!);
    return { from: file, to, typesOnly: type !== undefined || onlyTypes(names) };
  });
}

/** `{ type A, type B }` leaves nothing behind either. */
function onlyTypes(names: string | undefined): boolean {
  const list = /^\{([^}]*)\}$/s.exec(names?.trim() ?? '')?.[1];
  if (list === undefined) return false;
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .every((name) => name.startsWith('type '));
}

/** All imports between the TypeScript files of some folders. */
export function importsBelow(root: string, folders: readonly string[]): ImportEdge[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((file) => importsIn(relative(root, file), readFileSync(file, 'utf8')));
}
