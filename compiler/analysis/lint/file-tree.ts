/** What stands at one path, without following a link. */
export type Seen =
  | { readonly kind: 'folder' }
  | { readonly kind: 'file' }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'missing' }
  /** It cannot be looked at; `why` in plain words. */
  | { readonly kind: 'hidden'; readonly why: string };

/** A file tree that is looked at from outside: an unpacked image, or this host. Its content is not trusted. */
export interface FileTree {
  /** As the user named it. */
  readonly name: string;
  /**
   * Looks at one path, absolute as seen from inside the tree. It is only asked about paths whose folders were seen to be
   * folders, so that nothing is ever followed out of the tree.
   */
  look(path: string): Seen;
}

export type RealPath =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unclear'; readonly why: string };

/** MAXSYMLINKS of include/linux/namei.h. */
const MOST_LINKS = 40;
/** Names looked at for one path; links can make a short path long. */
const MOST_STEPS = 400;

/**
 * Where a path leads to inside the tree, by the rules of path_resolution(7) with the tree's top as `/`: an absolute link
 * starts there again, and `..` does not lead above it.
 *
 * @param path absolute
 */
export function realPath(tree: FileTree, path: string): RealPath {
  const ahead = namesOf(path).reverse();
  const behind: string[] = [];
  let links = 0;
  for (let steps = 0; ahead.length > 0; steps++) {
    if (steps === MOST_STEPS) return { kind: 'unclear', why: 'the way there is too long' };
    const name = ahead.pop()!;
    if (name === '..') {
      behind.pop();
      continue;
    }
    const here = `/${[...behind, name].join('/')}`;
    const seen = tree.look(here);
    if (seen.kind === 'hidden') return { kind: 'unclear', why: seen.why };
    if (seen.kind === 'missing' || (seen.kind === 'file' && ahead.length > 0)) return { kind: 'missing' };
    if (seen.kind !== 'link') {
      behind.push(name);
      continue;
    }
    links++;
    if (links > MOST_LINKS) return { kind: 'unclear', why: 'its links lead in a circle' };
    if (seen.target.startsWith('/')) behind.length = 0;
    ahead.push(...namesOf(seen.target).reverse());
  }
  return { kind: 'found', path: `/${behind.join('/')}` };
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
