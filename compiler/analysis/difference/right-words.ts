import {
  type FileRight,
  type FileRights,
  listRights,
  READ_RIGHTS,
  rightBit,
  WRITE_RIGHTS,
} from '../../ir/filesystem.ts';

/** Rights that a blueprint grants together, in one word each. */
export const RIGHT_GROUPS: readonly (readonly [word: string, rights: FileRights])[] = [
  ['read', READ_RIGHTS],
  ['write', WRITE_RIGHTS],
];

/** What a single right lets one do. */
export const RIGHT_WORDS: Readonly<Record<FileRight, string>> = {
  execute: 'execute',
  write_file: 'write files',
  read_file: 'read files',
  read_dir: 'list folders',
  remove_dir: 'remove folders',
  remove_file: 'remove files',
  make_char: 'make character devices',
  make_dir: 'make folders',
  make_reg: 'make files',
  make_sock: 'make sockets',
  make_fifo: 'make pipes',
  make_block: 'make block devices',
  make_sym: 'make symbolic links',
  refer: 'move files',
  truncate: 'truncate files',
  ioctl_dev: 'control devices',
};

/** A set of rights in words: whole groups by their name, and each remaining right by its own. */
export function wordsOfRights(rights: FileRights): string[] {
  const words: string[] = [];
  let left = rights;
  for (const [word, group] of RIGHT_GROUPS) {
    if ((rights & group) !== group) continue;
    words.push(word);
    left &= ~group;
  }
  return [...words, ...listRights(left).map((right) => RIGHT_WORDS[right])];
}

const MOST_TELLING: readonly FileRight[] = ['write_file', 'execute', 'read_file'];

/** The right of the set that a person understands best as an example; the set is not empty. */
export function tellingRight(rights: FileRights): FileRight {
  const known = MOST_TELLING.find((right) => (rights & rightBit(right)) !== 0) ?? listRights(rights)[0];
  if (known === undefined) throw new Error('no right is an example of none');
  return known;
}
